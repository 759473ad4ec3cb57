"""Shows how far a run is: on standard error, and only where that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn
from rich.progress import TaskID
from rich.progress import TextColumn
from rich.progress import TimeElapsedColumn

from lead_scoring.tasks.progress import Silent

if TYPE_CHECKING:
    from lead_scoring.pipelines.ports import Progress


class Shown:
    """One bar per step; a step without a known size shows a spinner."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._current: TaskID | None = None

    def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
        """Finish the last bar and begin another."""
        self.finish()
        what = name if unit == "rows" else f"{name} ({unit})"
        self._current = self._bars.add_task(what.replace("_", " "), total=total)

    def advance(self, rows: int) -> None:
        """Move the current bar."""
        if self._current is not None:
            self._bars.advance(self._current, rows)

    def finish(self) -> None:
        """Fill the current bar: the last step is done."""
        if self._current is None:
            return
        for task in self._bars.tasks:
            if task.id == self._current:
                done = task.completed or 1
                self._bars.update(self._current, total=done, completed=done)


@contextmanager
def progress() -> Iterator["Progress"]:
    """Give a progress that shows bars on a terminal and nothing anywhere else."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        shown = Shown(bars)
        yield shown
        shown.finish()
