"""A file of JSON lines that tells what is done; a line is there whole or not at all."""

import json
import os
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX
from fcntl import LOCK_NB
from fcntl import flock
from pathlib import Path
from typing import Any


class Journal:
    """What is done so far, in order. One process writes; a killed one leaves no half line.

    Args:
        file: Where it is kept; it need not exist yet.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def entries(self) -> tuple[Mapping[str, Any], ...]:
        """Return the entries, oldest first; a line that was being written does not count."""
        if not self._file.exists():
            return ()
        whole, _, _ = self._file.read_bytes().rpartition(b"\n")
        return tuple(json.loads(line) for line in whole.splitlines())

    def append(self, entry: Mapping[str, Any]) -> None:
        """Add an entry; it is on the disk when this returns."""
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a+b") as file:
            file.seek(0)
            whole, newline, _ = file.read().rpartition(b"\n")
            file.truncate(len(whole) + len(newline))
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def locked(file: Path, *, wait: bool) -> Iterator[bool]:
    """Hold a lock that the end of this process sets free, however it ends.

    Args:
        file: The lock; made if it is not there.
        wait: Wait for whoever holds it.

    Yields:
        Whether the lock is ours; never ``False`` after waiting.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        try:
            flock(lock, LOCK_EX if wait else LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
