"""Folders on a disk or in a bucket, by fsspec: written all or nothing, read with a digest."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path
from typing import IO
from typing import Any
from typing import Final

import fsspec
from fsspec.implementations.local import LocalFileSystem

UNFINISHED: Final = ".part"
_CHUNK: Final = 1 << 20


class Folder:
    """One folder, by path or fsspec URL; it need not exist yet."""

    def __init__(self, url: str) -> None:
        self._fs, path = fsspec.core.url_to_fs(url)
        self._path = path.rstrip("/")

    @property
    def url(self) -> str:
        """The folder's URL; for a local one its absolute path."""
        return self._path if self._local else str(self._fs.unstrip_protocol(self._path))

    @property
    def _local(self) -> bool:
        return isinstance(self._fs, LocalFileSystem)

    def child(self, *names: str) -> "Folder":
        """Return a folder below this one."""
        return Folder("/".join([self.url, *names]))

    def names(self) -> tuple[str, ...]:
        """Return the names of the files in it, sorted; none where there is no folder."""
        self._fs.invalidate_cache(self._path)
        try:
            entries = self._fs.ls(self._path, detail=True)
        except FileNotFoundError:
            return ()
        files = (entry["name"] for entry in entries if entry["type"] == "file")
        return tuple(sorted(name.rsplit("/", 1)[-1] for name in files))

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file to write; readers see nothing of it before it is closed without error.

        On a disk it is written beside, flushed to the disk and moved into place. In a bucket the
        object appears when it is complete.
        """
        self._fs.makedirs(self._path, exist_ok=True)
        if not self._local:
            with self._fs.transaction, self._fs.open(self._file(name), "wb") as file:
                yield file
            return
        beside = Path(self._file(f"{name}.{uuid.uuid4().hex[:8]}{UNFINISHED}"))
        try:
            with beside.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._file(name))
        finally:
            beside.unlink(missing_ok=True)

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file to read."""
        with self._fs.open(self._file(name), "rb") as file:
            yield file

    def write_bytes(self, name: str, content: bytes) -> None:
        """Write a small file, all or nothing."""
        with self.writing(name) as file:
            file.write(content)

    def read_bytes(self, name: str) -> bytes:
        """Return a small file's content.

        Raises:
            FileNotFoundError: There is no such file.
        """
        with self.reading(name) as file:
            return file.read()

    def sha256(self, name: str) -> str:
        """Return the SHA-256 of a file, 64 hexadecimal digits.

        Raises:
            FileNotFoundError: There is no such file.
        """
        found = hashlib.sha256()
        with self.reading(name) as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
        return found.hexdigest()

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is no fault."""
        with suppress(FileNotFoundError):
            self._fs.rm_file(self._file(name))

    def _file(self, name: str) -> str:
        return f"{self._path}/{name}"


class HashingFile:
    """A file to write that digests what goes through it.

    Attributes:
        size: Bytes written so far.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0
        self.closed = False

    def write(self, content: Any) -> int:
        """Write bytes and digest them; return how many."""
        self._digest.update(content)
        self.size += len(content)
        self._file.write(content)
        return len(content)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self.size

    def flush(self) -> None:
        """Flush the file below."""
        self._file.flush()

    def close(self) -> None:
        """Take no more; the file below is closed by its owner."""
        self.closed = True

    def hexdigest(self) -> str:
        """Return the SHA-256 of what was written, 64 hexadecimal digits."""
        return self._digest.hexdigest()
