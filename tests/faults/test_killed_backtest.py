"""A backtest survives kill -9: the same command again ends as if nothing had happened."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from backtests import USE_CASE
from backtests import small_command

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("backtest_run.py")
ARGUMENTS = (
    *("backtest", USE_CASE, "--start", "2024-01-30", "--end", "2024-02-19", "--every", "10d"),
    *("--policy", "never", "--policy", "always"),
)


def found(answer):
    """Return what a backtest found, without how long it took."""
    for policy in answer["backtest"]["windows"].values():
        for window in policy:
            del window["step"]["seconds"]
    return answer["backtest"]


def environment(home):
    """Return this process's environment with another home and no settings of ours."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("LEAD_SCORING_")
    }
    return {**inherited, "LEAD_SCORING_HOME": str(home)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Run a backtest nobody kills; give the command, the folder and what was found."""
    command = small_command(tmp_path_factory.mktemp("undisturbed") / "home")
    folder = command.home / "whole"
    return command, folder, found(command.json(*ARGUMENTS, "--folder", folder))


def test_a_killed_backtest_goes_on(undisturbed, tmp_path):
    """Killed after two steps, while a policy is in its next, it is finished by the next run."""
    command, _, expected = undisturbed
    folder = tmp_path / "killed"
    killed = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), "2"],
        env=environment(command.home),
        capture_output=True,
        text=True,
        check=False,
    )
    journals = [file.read_bytes() for file in sorted(folder.glob("*/steps.jsonl"))]
    answer = command.json(*ARGUMENTS, "--folder", folder)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert sum(journal.count(b'"task": "step"') for journal in journals) < 6
    assert found(answer) == expected


@pytest.mark.parametrize("task", ["check", "train", "promote", "publish"])
def test_a_step_goes_on_after_the_task_it_died_in(undisturbed, tmp_path, task):
    """A check is not made again once its training has won: the new champion would change it."""
    command, folder, expected = undisturbed
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    journal = copy / "always" / "steps.jsonl"
    cut(journal, task)
    answer = command.json(*ARGUMENTS, "--folder", folder_of(copy, folder))

    assert found(answer) == expected


def cut(journal: Path, task: str) -> None:
    """Take away what was kept after the last task of a name, but for half a line."""
    lines = journal.read_bytes().splitlines(keepends=True)
    last = max(place for place, line in enumerate(lines) if f'"task": "{task}"'.encode() in line)
    journal.write_bytes(b"".join(lines[: last + 1]) + b'{"as_of": "20')


def folder_of(copy: Path, folder: Path) -> Path:
    """Put a copy in the place of the folder it was made of: stored paths are absolute."""
    shutil.rmtree(folder)
    copy.rename(folder)
    return folder
