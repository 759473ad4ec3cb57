"""Configs: their published schema."""

from pathlib import Path

from lead_scoring.config.json_schema import SCHEMA_FOLDER
from lead_scoring.config.json_schema import published_schemas
from lead_scoring.config.loading import configs_folder
from lead_scoring.config.loading import home
from lead_scoring.config.reference import REFERENCE_FILE
from lead_scoring.config.reference import reference


def write_schemas() -> tuple[Path, ...]:
    """Write the schemas beside the configs, and the page of keys; return the files.

    The page is written where the project has a folder of documents.
    """
    from lead_scoring.io.storage import Folder

    folder, docs = configs_folder() / SCHEMA_FOLDER, home() / "docs"
    texts = {folder / name: text for name, text in published_schemas().items()}
    if docs.is_dir():
        texts[docs / REFERENCE_FILE] = reference()
    for file, text in texts.items():
        Folder(str(file.parent)).write_bytes(file.name, text.encode())
    return tuple(texts)
