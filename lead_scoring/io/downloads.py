"""Files of the web: fetched whole, within a size and a time, before a byte of them is read."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO
from typing import Final

import httpx

from lead_scoring.errors import SourceError
from lead_scoring.errors import TransientError

MOST_BYTES: Final = 2 << 30
"""Bytes of a file, at most."""
SILENCE: Final = 30.0
"""Seconds a server may be silent for."""
_IN_MEMORY: Final = 8 << 20
_FAULTS: Final = {
    HTTPStatus.NOT_FOUND: "there is no such file",
    HTTPStatus.UNAUTHORIZED: "it needs a log-in",
    HTTPStatus.FORBIDDEN: "it may not be read",
}


def is_web(url: str) -> bool:
    """Return whether an address is one of the web.

    >>> is_web("https://example.com/leads.csv"), is_web("s3://bucket/leads.csv")
    (True, False)
    """
    return url.startswith(("http://", "https://"))


def without_secrets(url: str) -> str:
    """Return an address that may be kept and shown: without log-in and without query.

    >>> without_secrets("https://me:secret@example.com/leads.csv?signature=abc")
    'https://example.com/leads.csv'
    """
    parsed = httpx.URL(url)
    return str(parsed.copy_with(username=None, password=None, query=None, fragment=None))


@contextmanager
def downloaded(url: str, most_bytes: int = MOST_BYTES) -> Iterator[tuple[IO[bytes], str]]:
    """Fetch a file; give it, ready to read, and the SHA-256 of its bytes. It is gone afterwards.

    Args:
        url: Address, with ``http`` or ``https``.
        most_bytes: Bytes it may have.

    Raises:
        SourceError: There is no such file, it may not be read, or it is too large.
        TransientError: The server does not answer, fails, or breaks off.
    """
    shown = without_secrets(url)
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        try:
            with httpx.stream("GET", url, follow_redirects=True, timeout=SILENCE) as answer:
                _check(answer, shown)
                for chunk in answer.iter_bytes():
                    digest.update(chunk)
                    if file.tell() + len(chunk) > most_bytes:
                        msg = f"{shown} has more than {most_bytes:,} bytes; nothing was kept"
                        raise SourceError(msg)
                    file.write(chunk)
        except httpx.InvalidURL as error:
            msg = f"{shown} is no address; nothing was kept"
            raise SourceError(msg) from error
        except httpx.TimeoutException as error:
            msg = f"{shown} is silent for {SILENCE:.0f} s; nothing was kept, try again"
            raise TransientError(msg) from error
        except httpx.HTTPError as error:
            msg = f"{shown} cannot be fetched: {error}; nothing was kept, try again"
            raise TransientError(msg) from error
        file.seek(0)
        yield file, digest.hexdigest()


def _check(answer: httpx.Response, shown: str) -> None:
    if answer.is_success:
        return
    status = answer.status_code
    if answer.is_server_error or status == HTTPStatus.TOO_MANY_REQUESTS:
        msg = f"{shown}: the server answers {status}; nothing was kept, try again"
        raise TransientError(msg)
    reason = _FAULTS.get(HTTPStatus(status), "the server refuses it")
    msg = f"{shown}: {reason} (the server answers {status}); nothing was kept"
    raise SourceError(msg)
