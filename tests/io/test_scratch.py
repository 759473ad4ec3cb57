"""Temporary folders are gone when closed, and swept when their process was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from leads import small_use_case

from lead_scoring.io.scratch import scratch_folder
from lead_scoring.io.staging import Staging

DIES_INSIDE = """
import os, signal, sys
from lead_scoring.io.scratch import scratch_folder
with scratch_folder(sys.argv[1]) as folder:
    (folder / "leads.arrow").write_bytes(b"rows")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_inside(folder: Path) -> Path:
    """Kill a process that has a folder open; return what it left behind."""
    command = [sys.executable, "-c", DIES_INSIDE, str(folder)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    (left,) = folder.iterdir()
    return left


def test_a_folder_is_gone_when_closed(tmp_path):
    """It lies where it was asked for, and names its process."""
    with scratch_folder(str(tmp_path)) as folder:
        assert folder.parent == tmp_path
        assert f"-{os.getpid()}-" in folder.name

    assert list(tmp_path.iterdir()) == []


def test_a_new_stage_sweeps_what_a_killed_load_left_behind(tmp_path):
    """Rows of a process that no longer is do not stay on the disk."""
    left = killed_inside(tmp_path)

    with Staging(folder=str(tmp_path)).opened(small_use_case()):
        assert not left.exists()


def test_folders_of_the_living_and_of_others_stay(tmp_path):
    """A process that runs, another machine and another program keep what is theirs."""
    left = killed_inside(tmp_path)
    foreign = left.rename(left.with_name(left.name.replace("scoring-", "scoring-elsewhere-", 1)))
    notes = tmp_path / "lead-scoring-notes"
    notes.mkdir()
    with scratch_folder(str(tmp_path)) as mine, scratch_folder(str(tmp_path)) as another:
        assert {mine, another, foreign, notes} == set(tmp_path.iterdir())
