"""A journal keeps whole lines, and a lock is free when its process is gone."""

import subprocess
import sys

from lead_scoring.io.journal import Journal
from lead_scoring.io.journal import locked

HOLD = """
import sys
from pathlib import Path
from lead_scoring.io.journal import locked
with locked(Path(sys.argv[1]), wait=False) as ours:
    print(ours, flush=True)
    sys.stdin.read()
"""


def test_entries_come_back_in_order(tmp_path):
    """What was added is there, oldest first; a journal that is not there is empty."""
    journal = Journal(tmp_path / "new" / "steps.jsonl")
    empty = journal.entries()
    journal.append({"task": "load", "answer": "load_1"})
    journal.append({"task": "note", "answer": "größer\nals zwei Zeilen"})

    assert empty == ()
    assert [entry["task"] for entry in journal.entries()] == ["load", "note"]
    assert journal.entries()[1]["answer"] == "größer\nals zwei Zeilen"


def test_half_a_line_does_not_count_and_is_written_over(tmp_path):
    """A writer that was killed leaves half a line; the next entry takes its place."""
    file = tmp_path / "steps.jsonl"
    journal = Journal(file)
    journal.append({"task": "load"})
    with file.open("ab") as stream:
        stream.write(b'{"task": "ch')
    before = journal.entries()
    journal.append({"task": "check"})

    assert [entry["task"] for entry in before] == ["load"]
    assert [entry["task"] for entry in journal.entries()] == ["load", "check"]


def test_a_lock_is_held_by_one_and_free_after_a_kill(tmp_path):
    """Who comes second is told so; after kill -9 nobody holds it."""
    file = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    first = holder.stdout.readline().strip()
    with locked(file, wait=False) as second:
        pass
    holder.kill()
    holder.communicate()
    with locked(file, wait=True) as third:
        pass

    assert (first, second, third) == ("True", False, True)
