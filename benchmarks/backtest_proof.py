"""Replays the real CodePro history under policies: ``python -m benchmarks.backtest_proof``.

Needs ``LEAD_SCORING_DATA``. The table goes between the markers of docs/DRIFT.md and the chart to
docs/pictures/backtest.png. Options: ``--every``, ``--policy`` (again for more), ``--jobs``,
``--keep FOLDER`` to work in, so that a stopped run goes on, and ``--dry`` to print only.
"""

import argparse
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Final

from lead_scoring.config.loading import home

USE_CASE: Final = "codepro_leads"
START: Final = datetime(2021, 9, 6, tzinfo=UTC)
END: Final = datetime(2022, 2, 14, tzinfo=UTC)
POLICIES: Final = ("never", "always", "drift", "every:14d")
BEGIN: Final = "<!-- backtest: begin -->"
CLOSE: Final = "<!-- backtest: end -->"
PICTURE: Final = "![Each week under each policy](pictures/backtest.png)"
LEAST_SHARE: Final = 0.95
"""Share of the gain of training every week that the drift policy must keep."""
MEASURES: Final = {"roc_auc": "ROC AUC", "lift_10": "lift in the top 10 %"}
MOST_TRAININGS: Final = 0.5
"""Share of its trainings the drift policy may need."""


class Told:
    """Says on standard error how many steps are done."""

    def __init__(self) -> None:
        self._done = 0
        self._total: int | None = None

    def step(self, name: str, total: int | None = None) -> None:
        """Begin to count."""
        self._done, self._total = 0, total
        print(name, file=sys.stderr)

    def advance(self, rows: int) -> None:
        """Count."""
        self._done += rows
        print(f"  {self._done} of {self._total} steps", file=sys.stderr)


def main() -> int:
    """Run the backtest, write what it found and return 0 if the drift policy is good enough."""
    options = _options()
    if not os.environ.get("LEAD_SCORING_DATA"):
        print("LEAD_SCORING_DATA is not set: there is no real history to replay", file=sys.stderr)
        return 1
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work_in(folder.resolve())
        from lead_scoring.tasks.backtests.running import backtest

        answer = backtest(
            USE_CASE,
            START,
            END,
            options.every,
            policies=options.policy or POLICIES,
            jobs=options.jobs,
            folder=folder.resolve() / "backtest",
            progress=Told(),
        )
        section, holds = _judged(answer["backtest"])
        print(section)
        if not options.dry:
            _write(section, home() / "docs" / "DRIFT.md")
            pictures = home() / "docs" / "pictures"
            shutil.copy(Path(answer["folder"]) / "backtest.png", pictures / "backtest.png")
    return 0 if holds else 1


def _judged(found: object) -> tuple[str, bool]:
    """Return the section for the document, and whether the drift policy is good enough.

    Where training every week itself gains nothing there is nothing to keep, and the policy is
    good enough if it trains seldom.
    """
    from lead_scoring.core.backtest import Backtest
    from lead_scoring.core.backtest_text import totals_section

    if not isinstance(found, Backtest):
        raise TypeError(found)
    totals = {one.policy: one for one in found.totals}
    drift, always = totals["drift"], totals["always"]
    seldom = drift.trainings <= MOST_TRAININGS * always.trainings
    keeps = {
        words: metric not in drift.shares or drift.shares[metric].value >= LEAST_SHARE
        for metric, words in MEASURES.items()
    }
    held = [f"{'held' if held else 'NOT held'} in {words}" for words, held in keeps.items()]
    asked = (
        f"Asked for: at least {LEAST_SHARE:.0%} of the gain with at most {MOST_TRAININGS:.0%} of "
        f"the trainings. Found: {'held' if seldom else 'NOT held'} for the trainings "
        f"({drift.trainings} in place of {always.trainings}), {', '.join(held)}."
    )
    section = f"{totals_section(found)}\n- {asked}\n\n{PICTURE}"
    return section, seldom and all(keeps.values())


def work_in(folder: Path) -> None:
    """Make this process's platform one that lies in a folder; nothing else is touched."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        {
            "LEAD_SCORING_DATABASE_URL": f"sqlite:///{folder}/lead_scoring.db",
            "LEAD_SCORING_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
            "LEAD_SCORING_ARTIFACTS": str(folder / "artifacts"),
            "LEAD_SCORING_STORAGE": str(folder / "storage"),
        }
    )


def _write(section: str, document: Path) -> None:
    """Replace what lies between the markers of a document."""
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(CLOSE)
    if not (begin and end):
        msg = f"{document} needs the lines {BEGIN} and {CLOSE}"
        raise ValueError(msg)
    document.write_text(f"{before}{BEGIN}\n{section}\n{CLOSE}{after}", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backtest_proof")
    parser.add_argument("--every", default="7d", help="time between two instants (%(default)s)")
    parser.add_argument("--policy", action="append", help="when to train; again for more")
    parser.add_argument("--jobs", type=int, default=1, help="policies at once (%(default)s)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work here and keep it")
    parser.add_argument("--dry", action="store_true", help="print; leave the documents alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
