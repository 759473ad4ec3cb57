"""Progress is for people at a terminal, and for nobody else."""

import io
import sys

from rich.console import Console
from rich.progress import Progress as Bars

from lead_scoring.cli.progress import Shown
from lead_scoring.cli.progress import progress
from lead_scoring.tasks.progress import Silent


def test_steps_become_bars_that_finish():
    """Each step is a bar; the one before is full when the next begins."""
    bars = Bars(console=Console(file=io.StringIO()))
    shown = Shown(bars)
    shown.step("read_rows", total=10)
    shown.advance(4)
    shown.step("save")

    assert [task.description for task in bars.tasks] == ["read rows", "save"]
    assert [task.finished for task in bars.tasks] == [True, False]


def test_advance_before_any_step_is_harmless():
    """Rows that belong to no step are not shown."""
    bars = Bars(console=Console(file=io.StringIO()))
    Shown(bars).advance(3)

    assert not bars.tasks


def test_nothing_is_shown_away_from_a_terminal(monkeypatch, capsys):
    """A pipe or a file gets not a single character."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress() as shown:
        shown.step("read_rows", total=10)
        shown.advance(10)

    assert isinstance(shown, Silent)
    assert sys.stderr.getvalue() == ""
    assert capsys.readouterr().out == ""
