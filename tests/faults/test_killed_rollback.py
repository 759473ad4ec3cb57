"""A rollback survives kill -9 anywhere: run again, it ends in the same tables and aliases."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("rollback_run.py")
PLACES = (
    "save_decision",
    "commit 1",
    "alias 1",
    "alias 2",
    "commit 2",
    "score+",
    "commit 3",
    "republish+",
    "INSERT INTO current_scores",
    "commit 4",
    "commit 6",
    "rolled_back",
)


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """Kill and repeat a rollback at each place."""
    folder = tmp_path_factory.mktemp("rollback")
    command = [sys.executable, str(SCRIPT), str(folder), *PLACES]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads((folder / "ends.json").read_text())


def test_nobody_kills_the_undisturbed_one(ends):
    """Version 1 is champion and scored every lead; a second call changes nothing."""
    whole = ends[""]

    assert whole["killed"] == 0
    assert whole["seen"] == whole["left"]
    assert whole["left"]["aliases"] == {"champion": "1", "previous": "2"}
    assert whole["left"]["by_batch"] == [10, 20]


@pytest.mark.parametrize("place", PLACES)
def test_a_killed_rollback_is_finished_by_the_next(ends, place):
    """Readers see whole batches in between; tables and aliases end as if undisturbed."""
    end, whole = ends[place], ends[""]

    assert end["killed"] == -signal.SIGKILL
    assert end["seen"]["by_batch"] == [10, 20]
    assert end["left"] == whole["left"]
