"""The champion changes while fifty clients post: no request is lost, no answer goes back."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from commands import new_command
from homes_served import LEAD
from homes_served import USE_CASE
from homes_served import Served
from homes_served import promote
from homes_served import serving

from lead_scoring.tasks.scoring import Champions

pytestmark = pytest.mark.slow
CLIENTS = 50
SCORE = f"/v1/{USE_CASE}/score"


class Posting:
    """One client that posts until it is told to stop, and keeps what it was answered."""

    def __init__(self, address: str, headers: dict[str, str], done: threading.Event) -> None:
        self.address = address
        self.headers = headers
        self.done = done
        self.answers: list[tuple[int, int | None, str | None]] = []

    def post(self) -> None:
        """Post one lead after the other."""
        with httpx.Client(base_url=self.address, headers=self.headers, trust_env=False) as client:
            while not self.done.is_set():
                answer = client.post(SCORE, json=LEAD, timeout=300)
                said = answer.json()
                version, digest = said.get("model_version"), said.get("model_digest")
                self.answers.append((answer.status_code, version, digest))


def wait_for_version(client: httpx.Client, headers: dict[str, str], version: int) -> None:
    """Ask until a version scores."""
    for _ in range(600):
        if client.post(SCORE, json=LEAD, headers=headers).json()["model_version"] == version:
            return
    pytest.fail(f"version {version} never scored")


@pytest.fixture
def two(served: Served) -> Served:
    """Give the home; version 1 is champion again afterwards."""
    yield served
    promote(served.command, 1)


def test_no_request_is_lost_when_the_champion_changes(two: Served, tmp_path: Path):
    """Every answer is a score; each client sees the first version, then the second, never back."""
    log = tmp_path / "log.txt"
    with serving(two, log) as client:
        address, headers, done = str(client.base_url), two.headers(), threading.Event()
        clients = [Posting(address, headers, done) for _ in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            running = [pool.submit(one.post) for one in clients]
            wait_for_version(client, headers, 1)
            promote(two.command, 2)
            wait_for_version(client, headers, 2)
            done.set()
        for one in running:
            one.result()

    digests = dict(two.command.rows("SELECT version, model_digest FROM models"))
    for one in clients:
        versions = [version for _, version, _ in one.answers]
        assert {status for status, _, _ in one.answers} == {200}
        assert versions == sorted(versions)
        assert all(digests[version] == digest for _, version, digest in one.answers)
    assert {version for one in clients for _, version, _ in one.answers} == {1, 2}
    assert "version 2 scores" in log.read_text()
    assert two.keys["score"] not in log.read_text()


def test_a_model_that_was_tampered_with_does_not_take_over(two: Served):
    """The one before goes on scoring, and the reason is told."""
    with two.command.entered(), Champions() as champions:
        assert champions.scorer(USE_CASE).version.version == 1
        promote(two.command, 2)
        kept = {
            file: file.read_bytes()
            for file in two.command.home.glob("database/artifacts/**/data/model/calibration.json")
        }
        try:
            for file in kept:
                file.write_bytes(b"{}")
            champions.refresh()
            assert champions.scorer(USE_CASE).version.version == 1
            assert "calibration.json" in champions.problems[USE_CASE]
        finally:
            for file, content in kept.items():
                file.write_bytes(content)
        champions.refresh()
        assert champions.scorer(USE_CASE).version.version == 2
        assert champions.problems == {}


def test_it_does_not_listen_beyond_this_machine_without_a_key(tmp_path):
    """Nobody could use it, and anybody could try."""
    command = new_command(tmp_path / "home")
    answer = command("serve", "--host", "0.0.0.0")  # noqa: S104 it is refused

    assert answer.code == 1
    assert "keys add" in answer.stderr
    assert "nothing was started" in answer.stderr


def test_a_port_that_is_taken_is_named(served):
    """And nothing is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = served.command("serve", "--port", port)

    assert answer.code == 1
    assert f"cannot listen on 127.0.0.1, port {port}" in answer.stderr
