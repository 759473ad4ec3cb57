"""Loading survives kill -9 anywhere: a second run ends in the same tables and the same bytes."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from databases import sqlite_url
from faults.loading_run import main
from faults.loading_run import write_source
from loading import AS_OF
from table_hash import table_hash

from lead_scoring.config.loading import home
from lead_scoring.core.records import Purpose
from lead_scoring.io.database import Database

SCRIPT = Path(__file__).with_name("loading_run.py")
PLACES = (
    "read",
    "read+",
    "settle",
    "write_part_00000",
    "write_manifest",
    "save_load",
    "loaded",
    "save_outcomes",
    "save_outcomes+",
    "outcomes_saved",
    "mark_replayed",
    "replayed",
)


def snapshot_digest(folder: Path) -> str:
    """Return a digest over names and bytes of every file in the storage."""
    storage = folder / "storage"
    digest = hashlib.sha256()
    for file in sorted(path for path in storage.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(storage)).encode() + file.read_bytes())
    return digest.hexdigest()


def end_state(url: str, folder: Path) -> tuple[str, str]:
    """Return the hash of all tables and the digest of all snapshots."""
    with Database.open(url, home()) as database:
        return table_hash(database.engine), snapshot_digest(folder)


def run(url: str, folder: Path, where: str) -> int:
    """Load in a process of its own; return how it ended."""
    command = [sys.executable, str(SCRIPT), url, str(folder), where]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode <= 0, ended.stderr
    return ended.returncode


@pytest.mark.slow
@pytest.mark.parametrize("where", PLACES)
def test_a_killed_load_is_finished_by_the_next(tmp_path, monkeypatch, where):
    """Tables and snapshot files end as if nobody had been killed, without leftovers."""
    monkeypatch.chdir(tmp_path)
    states = []
    for name in ("undisturbed", "killed"):
        folder = tmp_path / "same"
        folder.mkdir()
        write_source(folder)
        url = sqlite_url(folder)
        ended = run(url, folder, where) if name == "killed" else 0
        main(url, str(folder))
        states.append(end_state(url, folder))
        folder.rename(tmp_path / name)

    assert ended == -signal.SIGKILL
    assert states[0] == states[1]


@pytest.mark.slow
def test_a_load_that_was_killed_is_not_seen(tmp_path):
    """Until it is recorded a load does not exist, though its snapshot may be there."""
    write_source(tmp_path)
    url = sqlite_url(tmp_path)
    run(url, tmp_path, "save_load")

    with Database.open(url, home()) as database:
        loads = database.loads("leads", AS_OF, Purpose.TRAIN_AND_SCORE)
    assert loads == ()
    assert list((tmp_path / "storage").rglob("manifest.json"))
