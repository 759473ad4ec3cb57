"""Services are started apart, known again, and stopped: exactly those."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from lead_scoring.local import processes
from lead_scoring.local.environment import MARKER

WAIT = "import signal; signal.pause()"
LEAVES_AN_ORPHAN = (
    "import subprocess, sys\n"
    "code = 'import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print(1, flush=True); signal.pause()'\n"
    "child = subprocess.Popen([sys.executable, '-c', code], start_new_session=True,"
    " stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n"
    "child.stdout.readline()\n"
    "print(child.pid, flush=True)\n"
)


START_AND_STOP = (
    "import os, sys\n"
    "from pathlib import Path\n"
    "from lead_scoring.local import processes\n"
    "from lead_scoring.local.environment import MARKER\n"
    "folder = Path(sys.argv[1])\n"
    "processes.start([sys.executable, '-c', 'import signal; signal.pause()'],\n"
    "    {**os.environ, MARKER: str(folder)}, folder=folder, log=folder / 'service.log',\n"
    "    record=folder / 'service.json', settings='s1')\n"
    "print(processes.stop([folder / 'service.json'], folder, str))\n"
)


@pytest.fixture(autouse=True)
def _nothing_left_running(tmp_path):
    """Stop what a test started, also if it failed or was interrupted."""
    yield
    for folder in (tmp_path, *filter(Path.is_dir, tmp_path.iterdir())):
        processes.stop([], folder, str)


def start(folder: Path, code: str, name: str = "service") -> processes.Record:
    """Start a Python that carries the folder in its environment."""
    return processes.start(
        [sys.executable, "-c", code],
        {**os.environ, MARKER: str(folder)},
        folder=folder,
        log=folder / f"{name}.log",
        record=folder / f"{name}.json",
        settings="s1",
    )


def test_a_service_is_known_again_by_its_record(tmp_path):
    """While its process lives the record is given back, with what it was started with."""
    started = start(tmp_path, WAIT)

    assert processes.running(tmp_path / "service.json") == started

    processes.stop([tmp_path / "service.json"], tmp_path, str)
    assert processes.running(tmp_path / "service.json") is None


@pytest.mark.slow
def test_a_stopped_service_leaves_no_open_handle(tmp_path):
    """The process that started and stopped it ends without a warning about it."""
    ended = subprocess.run(
        [sys.executable, "-W", "always::ResourceWarning", "-c", START_AND_STOP, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert (ended.stdout, ended.stderr) == ("1\n", "")


def test_a_service_has_a_session_of_its_own(tmp_path):
    """An interrupt at the terminal does not reach it."""
    started = start(tmp_path, WAIT)

    assert os.getsid(started.pid) == started.pid
    processes.stop([tmp_path / "service.json"], tmp_path, str)


def test_a_process_id_that_was_given_anew_is_not_believed(tmp_path):
    """A record whose process began at another time names nobody."""
    record = tmp_path / "service.json"
    record.write_text(f'{{"pid": {os.getpid()}, "born": 1.0, "settings": "s1"}}', encoding="utf-8")

    assert processes.running(record) is None
    assert processes.stop([record], tmp_path, str) == 0


def test_others_are_left_alone(tmp_path):
    """A process of another home survives."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    start(mine, WAIT)
    stranger = start(other, WAIT)

    assert processes.stop([mine / "service.json"], mine, str) == 1
    assert psutil.pid_exists(stranger.pid)
    assert processes.stop([other / "service.json"], other, str) == 1


@pytest.mark.slow
def test_what_a_crashed_service_left_behind_is_stopped_too(tmp_path, monkeypatch):
    """An orphan in another session that ignores the polite signal is found and killed."""
    monkeypatch.setattr(processes, "LAST_PATIENCE", 1.0)
    begun = subprocess.run(
        [sys.executable, "-c", LEAVES_AN_ORPHAN],
        env={**os.environ, MARKER: str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    orphan = psutil.Process(int(begun.stdout))
    said: list[str] = []

    assert processes.stop([], tmp_path, said.append) == 1
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    assert "SIGKILL" in said[-1]


@pytest.mark.parametrize("code", ["raise SystemExit(3)"])
def test_a_service_that_ended_is_not_running(tmp_path, code):
    """A process that ended is no service, reaped or not."""
    started = start(tmp_path, code)
    psutil.Process(started.pid).wait(10)

    assert processes.running(tmp_path / "service.json") is None
