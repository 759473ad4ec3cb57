"""Temporary folders that say whose they are, so that those of killed processes can be swept."""

import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

PREFIX: Final = "lead-scoring"


@contextmanager
def scratch_folder(parent: str | None = None) -> Iterator[Path]:
    """Make a folder that is gone when closed; first sweep those whose process was killed.

    Args:
        parent: Where the folder is made; the system's temporary folder if absent.
    """
    place = Path(parent or tempfile.gettempdir())
    _sweep(place)
    with tempfile.TemporaryDirectory(prefix=f"{_ours()}{os.getpid()}-", dir=place) as folder:
        yield Path(folder)


def _sweep(place: Path) -> None:
    """Remove the folders of this machine's dead processes; what cannot be removed stays."""
    name = re.compile(rf"{re.escape(_ours())}(\d+)-")
    for folder in place.iterdir():
        found = name.match(folder.name)
        if found and not psutil.pid_exists(int(found[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _ours() -> str:
    """Return how names begin here; containers that share a folder do not share process ids."""
    return f"{PREFIX}-{platform.node()}-"
