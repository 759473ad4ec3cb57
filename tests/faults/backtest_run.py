"""A backtest in a process of its own that kills itself after so many steps.

Usage: ``python backtest_run.py <folder> <steps>``
"""

import os
import signal
import sys
from datetime import UTC
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backtests import USE_CASE

from lead_scoring.tasks.backtests.running import backtest


class Deadly:
    """Kills this process when so many steps are done; the other policy is in a step then."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def step(self, name: str, total: int | None = None) -> None:
        """Let a step begin."""

    def advance(self, rows: int) -> None:
        """Count steps, and die."""
        self._left -= rows
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, steps: str) -> None:
    """Run a backtest of two policies and two windows."""
    backtest(
        USE_CASE,
        datetime(2024, 1, 30, tzinfo=UTC),
        datetime(2024, 2, 19, tzinfo=UTC),
        "10d",
        policies=("never", "always"),
        jobs=2,
        folder=Path(folder),
        progress=Deadly(int(steps)),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
