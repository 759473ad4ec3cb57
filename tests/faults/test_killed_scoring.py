"""Scoring and publishing survive kill -9 anywhere: a second run ends in the same tables."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import sqlite_url
from faults.scoring_run import main
from made import USE_CASE
from table_hash import table_hash

from lead_scoring.config.loading import home
from lead_scoring.io.database import Database

SCRIPT = Path(__file__).with_name("scoring_run.py")
PLACES = (
    "score",
    "score+",
    "note_batch",
    "scored",
    "publish",
    "publish+",
    "INSERT INTO current_scores",
    "commit",
    "published",
)


def run(url: str, storage: Path, where: str) -> int:
    """Score and publish in a process of its own; return how it ended."""
    command = [sys.executable, str(SCRIPT), url, str(storage), where]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode <= 0, ended.stderr
    return ended.returncode


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give the storage that all runs use, and the table hash of a run nobody killed."""
    storage = tmp_path_factory.mktemp("undisturbed") / "storage"
    url = sqlite_url(storage.parent)
    main(url, str(storage))
    with Database.open(url, home()) as database:
        assert len(database.leads(USE_CASE, top=None)) == 200
        return storage, table_hash(database.engine)


@pytest.mark.slow
@pytest.mark.parametrize("where", PLACES)
def test_a_killed_run_is_finished_by_the_next(either_url, undisturbed, where):
    """Readers see nothing of the killed run or all of it; the next one ends as if undisturbed."""
    storage, expected = undisturbed
    shutil.rmtree(storage)

    killed = run(either_url, storage, where)
    with Database.open(either_url, home()) as database:
        visible = len(database.leads(USE_CASE, top=None))
    main(either_url, str(storage))

    with Database.open(either_url, home()) as database:
        assert killed == -signal.SIGKILL
        assert visible == (200 if where == "published" else 0)
        assert table_hash(database.engine) == expected


@pytest.mark.slow
def test_a_killed_writer_leaves_no_lock(database_url, undisturbed):
    """After kill -9 inside the transaction other writers go on at once."""
    storage, _ = undisturbed
    run(database_url, storage, "INSERT INTO current_scores")

    with (
        Database.open(database_url, home()) as database,
        database.writing("something") as connection,
    ):
        assert connection.scalar(sa.text("SELECT count(*) FROM scores")) == 0
