"""Configs: their published schema, and a first one for a file nobody described."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from pydantic import TypeAdapter
from pydantic import ValidationError

from lead_scoring.config.base import Duration
from lead_scoring.config.base import Name
from lead_scoring.config.json_schema import SCHEMA_FOLDER
from lead_scoring.config.json_schema import published_schemas
from lead_scoring.config.loading import PLATFORM_FILE
from lead_scoring.config.loading import configs_folder
from lead_scoring.config.loading import home
from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.config.reference import REFERENCE_FILE
from lead_scoring.config.reference import reference
from lead_scoring.errors import ConfigError
from lead_scoring.tasks.wiring import is_missing
from lead_scoring.tasks.wiring import located

if TYPE_CHECKING:
    from lead_scoring.core.first_config import FirstConfig
    from lead_scoring.core.first_roles import Wishes


def write_schemas() -> tuple[str, ...]:
    """Write the schemas beside the configs, the pages of keys and of SQL; return the files.

    The pages are written where the project has a folder of documents.
    """
    from lead_scoring.io.sql_page import SQL_PAGE
    from lead_scoring.io.sql_page import sql_page
    from lead_scoring.io.storage import Folder

    folder, docs = configs_folder() / SCHEMA_FOLDER, home() / "docs"
    texts = {folder / name: text for name, text in published_schemas().items()}
    if docs.is_dir():
        texts[docs / REFERENCE_FILE] = reference()
        texts[docs / SQL_PAGE] = sql_page(home())
    for file, text in texts.items():
        Folder(str(file.parent)).write_bytes(file.name, text.encode())
    return tuple(str(file) for file in texts)


def new(
    use_case: str,
    file: Path,
    wishes: "Wishes",
    maturity: str | None = None,
    *,
    replace: bool = False,
) -> dict[str, Any]:
    """Look at a file and write a first config for it.

    Args:
        use_case: Its name.
        file: CSV or Parquet file, or a folder of Parquet files.
        wishes: What is known about its columns.
        maturity: How long after the event an outcome is final.
        replace: Overwrite a config that is there.

    Returns:
        ``file`` written, ``task``, ``outcome``, ``notes`` and the ``next`` commands.

    Raises:
        ConfigError: The name is none, there is such a config, or it is not clear what is
            predicted. Nothing was written.
        SourceError: The file cannot be read. Nothing was written.
    """
    from lead_scoring.core.first_config import first_config
    from lead_scoring.io.first_look import look

    target, mature = _target(use_case, replace=replace), _duration(maturity)
    platform = load_platform()
    source, profile = look(
        str(file.resolve()), _location(file.resolve(), located(platform.data)), platform.batch_rows
    )
    try:
        made = first_config(use_case, profile, wishes, source, mature)
    except ValueError as error:
        msg = f"{file}: {error}; nothing was written"
        raise ConfigError(msg) from error
    _write(target, made.text)
    return {
        "file": str(target),
        "task": made.task,
        "outcome": made.outcome,
        "notes": made.notes,
        "next": _next(use_case, made, file),
    }


def _target(use_case: str, *, replace: bool) -> Path:
    target = configs_folder() / f"{use_case}.yaml"
    try:
        TypeAdapter(Name).validate_python(use_case)
    except ValidationError as error:
        msg = (
            f"{use_case!r} is no name for a use case: lower-case letters, digits and underscores,"
            " a letter first, at most 48"
        )
        raise ConfigError(msg) from error
    if target.name == PLATFORM_FILE:
        msg = f"{target} holds the settings of the platform; choose another name"
        raise ConfigError(msg)
    if target.exists() and not replace:
        msg = f"{target} is there; it was left as it was. Choose another name, or say --force"
        raise ConfigError(msg)
    return target


def _location(file: Path, data: str) -> str:
    """Return how a config names a file: below the folder of sources where it lies there."""
    if "://" in data or not file.is_relative_to(Path(data).resolve()):
        return str(file)
    return file.relative_to(Path(data).resolve()).as_posix()


def _duration(text: str | None) -> timedelta | None:
    if text is None:
        return None
    try:
        return TypeAdapter[timedelta](Duration).validate_python(text)
    except ValidationError as error:
        msg = f"--maturity: {error.errors()[0]['ctx']['error']}; nothing was written"
        raise ConfigError(msg) from error


def _write(target: Path, text: str) -> None:
    """Write a config if it is one."""
    from lead_scoring.io.storage import Folder

    with tempfile.TemporaryDirectory() as beside:
        (Path(beside) / target.name).write_text(text, encoding="utf-8")
        load_use_case(target.stem, Path(beside))
    Folder(str(target.parent)).write_bytes(target.name, text.encode())


def _next(use_case: str, made: "FirstConfig", file: Path) -> tuple[str, ...]:
    """Return the commands that lead from a config to scored leads."""
    missing = is_missing(load_platform().database_url.get_secret_value())
    first = ("lead-scoring migrate",) if missing else ()
    if made.newest:
        return (*first, f"lead-scoring run {use_case} --as-of {made.newest}T23:59:59Z")
    if made.open_rows:
        return (*first, f"lead-scoring run {use_case}")
    rows = file.with_stem(f"new_{file.stem}").name
    return (
        *first,
        f"lead-scoring load {use_case}",
        f"lead-scoring train {use_case}",
        f"lead-scoring score {use_case} --input {rows}",
    )
