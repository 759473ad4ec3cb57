"""Keeps results of one set of data apart from those of another.

Leads of a sample must never train a model beside real ones. When a demonstration is given other
data than the one before it, what that one left is moved aside, whole; nothing is deleted. So is
Airflow's own folder: runs that still wait there name loads that are no longer there.
"""

from pathlib import Path
from typing import Final

from lead_scoring.config.platform import Platform
from lead_scoring.local.credentials import write_private
from lead_scoring.local.layout import Layout

_SQLITE: Final = "sqlite:///"
_BESIDE: Final = ("", "-wal", "-shm", "-journal")


def set_aside(layout: Layout, platform: Platform) -> Path | None:
    """Move what other data left behind to a folder of its own; remember the data of today.

    The services must not be running. Databases on servers and object storage stay as they are.

    Args:
        layout: Folders of the services.
        platform: Where things are stored, and which data is read.

    Returns:
        The folder things were moved to, or ``None`` where nothing was in the way.
    """
    note = layout.services / "data.txt"
    data = str(layout.home / platform.data) if "://" not in platform.data else platform.data
    before = note.read_text(encoding="utf-8") if note.exists() else data
    moved = _move(layout, platform) if before != data else None
    write_private(note, data)
    return moved


def _move(layout: Layout, platform: Platform) -> Path | None:
    paths = [*_local_paths(layout.home, platform), layout.airflow_home]
    found = [path for path in paths if path.exists()]
    if not found:
        return None
    parent = layout.home / "database" / "set-aside"
    parent.mkdir(parents=True, exist_ok=True)
    target = parent / f"{len(list(parent.iterdir())) + 1:03d}"
    target.mkdir()
    for path in found:
        path.rename(target / path.name)
    return target


def _local_paths(home: Path, platform: Platform) -> list[Path]:
    secrets = (platform.database_url, platform.tracking_uri, platform.tuning_url)
    urls = dict.fromkeys(secret.get_secret_value() for secret in secrets)
    files = [home / url.removeprefix(_SQLITE) for url in urls if url.startswith(_SQLITE)]
    folders = [home / url for url in (platform.storage, platform.artifacts) if "://" not in url]
    return [file.with_name(file.name + end) for file in files for end in _BESIDE] + folders
