"""Files of the web are fetched from a real server, and refused in words."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer

import pytest
from loading import HEADER
from loading import ROW
from loading import Loader

from lead_scoring.errors import SourceChangedError
from lead_scoring.errors import SourceError
from lead_scoring.errors import TransientError
from lead_scoring.io.downloads import downloaded
from lead_scoring.io.source_files import SourceFile

CONTENT = f"{HEADER}\n{ROW}\n".encode()


class Web(BaseHTTPRequestHandler):
    """Answers by the path it is asked for; ``/changing`` answers something else each time."""

    times = 0

    def do_GET(self) -> None:
        """Answer."""
        path = self.path.partition("?")[0]
        statuses = {"/secret.csv": 403, "/gone.csv": 404, "/down.csv": 502}
        self.send_response(statuses.get(path, 200))
        if path == "/cut.csv":
            self.send_header("Content-Length", "1000")
        self.end_headers()
        Web.times += 1
        changing = str(Web.times).encode() if path == "/changing.csv" else b""
        self.wfile.write(CONTENT + changing)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    """Run a server of this machine; give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_file_of_the_web_is_loaded_like_any_other(web, tmp_path):
    """Log-in and query of its address are kept nowhere."""
    address = web.replace("http://", "http://me:secret@")
    loaded = Loader(tmp_path).load(f"{address}/leads.csv?signature=abc")

    assert loaded.load.rows_accepted == 1
    assert loaded.load.source == f"{web}/leads.csv"
    assert loaded.load.source_digest == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        pytest.param("/gone.csv", SourceError, "there is no such file .*404", id="gone"),
        pytest.param("/secret.csv", SourceError, "it may not be read .*403", id="forbidden"),
        pytest.param("/down.csv", TransientError, "answers 502; .* try again", id="down"),
        pytest.param("/cut.csv", TransientError, "cannot be fetched", id="broken off"),
    ],
)
def test_what_cannot_be_fetched_is_refused_in_words(web, tmp_path, path, error, words):
    """Nothing is kept, and whether to try again is said."""
    with pytest.raises(error, match=words):
        Loader(tmp_path).load(f"{web}{path}")


def test_a_file_that_is_too_large_is_refused(web):
    """While it is fetched, not afterwards."""
    with (
        pytest.raises(SourceError, match="more than 10 bytes"),
        downloaded(f"{web}/leads.csv", most_bytes=10),
    ):
        pytest.fail("it was taken")


def test_a_server_that_is_not_there_is_said_to_be_none():
    """Trying again may help."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (
        pytest.raises(TransientError, match="cannot be fetched"),
        downloaded(f"http://127.0.0.1:{port}/leads.csv"),
    ):
        pytest.fail("it was taken")


def test_a_file_that_changes_between_two_readings_is_refused(web):
    """Parquet is read twice: its digest must be that of what was read."""
    file = SourceFile(f"{web}/changing.csv")
    with file.opened():
        pass
    with pytest.raises(SourceChangedError, match=r"changing\.csv changed"), file.opened():
        pytest.fail("it was taken")
