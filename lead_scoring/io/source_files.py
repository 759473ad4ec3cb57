"""Files of a source, read once from begin to end, with a digest and an eye on changes."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from typing import Any

import fsspec

from lead_scoring.errors import SourceChangedError
from lead_scoring.errors import SourceError
from lead_scoring.io.downloads import downloaded
from lead_scoring.io.downloads import is_web
from lead_scoring.io.downloads import without_secrets


class SourceFile:
    """One file by path or fsspec URL; it must stay as it is until it was read.

    A file of the web is fetched whole whenever it is opened.

    Attributes:
        url: Where it lies, without secrets.
    """

    def __init__(self, url: str) -> None:
        self.url = without_secrets(url) if is_web(url) else url
        self._web = url if is_web(url) else ""
        self._fetched = ""
        if not self._web:
            self._fs, self._path = fsspec.core.url_to_fs(url)
        self._digest = hashlib.sha256()
        self._before = self._mark()

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes read so far, 64 hexadecimal digits."""
        return self._digest.hexdigest()

    def chunks(self, size: int) -> Iterator[bytes]:
        """Iterate over the file's bytes, ``size`` at a time, and digest them.

        Raises:
            SourceChangedError: The file is not what it was when reading began.
        """
        with self.opened() as file:
            while chunk := file.read(size):
                self._digest.update(chunk)
                yield chunk
        self.check_unchanged()

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open the file for reading.

        Raises:
            SourceError: The file cannot be opened.
            SourceChangedError: It is of the web, and not what it was when it was opened before.
            TransientError: It is of the web, and the server does not answer.
        """
        if self._web:
            with downloaded(self._web) as (fetched, digest):
                if self._fetched not in {"", digest}:
                    raise _changed(self.url)
                self._fetched = digest
                yield fetched
            return
        try:
            file = self._fs.open(self._path, "rb")
        except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
            raise _unreadable(self.url, error) from error
        with file:
            yield file

    def check_unchanged(self) -> None:
        """Compare size, time and identity of the file with those before it was read.

        Raises:
            SourceChangedError: They differ.
        """
        if self._mark() != self._before:
            raise _changed(self.url)

    def _mark(self) -> tuple[Any, ...]:
        if self._web:
            return ()
        self._fs.invalidate_cache()
        try:
            info = self._fs.info(self._path)
        except (FileNotFoundError, PermissionError) as error:
            raise _unreadable(self.url, error) from error
        if info["type"] == "directory":
            raise _unreadable(self.url, IsADirectoryError("it is a folder"))
        known = ("size", "mtime", "ino", "created", "ETag", "LastModified", "etag", "updated")
        return tuple(info.get(key) for key in known)


def list_files(url: str, suffix: str) -> tuple[str, ...]:
    """Return the file itself, or every file of a folder that ends so, sorted by path.

    Raises:
        SourceError: There is no such file or folder, or the folder holds no such file.
    """
    if is_web(url):
        return (url,)
    fs, path = fsspec.core.url_to_fs(url)
    fs.invalidate_cache()
    if not fs.isdir(path):
        return (url,)
    names = sorted(name for name in fs.find(path) if name.endswith(suffix))
    if not names:
        msg = f"{url}: the folder holds no {suffix} file; check source.location"
        raise SourceError(msg)
    return tuple(str(fs.unstrip_protocol(name)) for name in names)


def _changed(url: str) -> SourceChangedError:
    msg = f"{url} changed while it was read; nothing was kept, run the load again"
    return SourceChangedError(msg)


def _unreadable(url: str, error: OSError) -> SourceError:
    reasons = {
        FileNotFoundError: "there is no such file",
        PermissionError: "it may not be read",
        IsADirectoryError: "it is a folder, not a file",
    }
    reason = reasons.get(type(error), str(error))
    return SourceError(f"{url}: {reason}; check source.location and the platform's data folder")
