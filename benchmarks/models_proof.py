"""Measures models beside other ways to make them: ``python -m benchmarks.models_proof``.

Needs ``LEAD_SCORING_DATA``; FLAML takes part where it is installed, see docs/MODELS.md.
The tables go into docs/MODELS.md, between their markers. Options: ``--only NAME`` (again for
more), ``--minutes M`` of search for FLAML and for ours each, ``--dry`` to print only.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from benchmarks import models_rivals as rivals
from benchmarks.drift_proof import Section
from benchmarks.drift_proof import write
from benchmarks.models_deals import deals
from benchmarks.models_deals import outcomes_of
from benchmarks.models_deals import pooled
from benchmarks.models_deals import tell_rows
from benchmarks.models_figures import DRAWS
from benchmarks.models_figures import MOST_ERROR
from benchmarks.models_figures import FloatArray
from benchmarks.models_figures import Measured
from benchmarks.models_figures import least_error
from benchmarks.models_figures import measured
from benchmarks.models_rivals import Entry
from benchmarks.models_rows import BY_YEAR
from benchmarks.models_rows import TASKS
from benchmarks.models_rows import instant_of
from benchmarks.models_rows import platform
from benchmarks.models_rows import read
from lead_scoring.config.loading import home
from lead_scoring.config.outcome import Task
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.split import Split
from lead_scoring.errors import SourceError

DOCUMENT: Final = Path("docs/MODELS.md")
MINUTES: Final = 1.0
LEAST_AREA: Final = 0.80
"""Least ROC AUC of CodePro's leads of the new year by a model of the old one."""
SHOWN: Final[Mapping[Task, Sequence[str]]] = {
    "binary": ("roc_auc", "pr_auc", "brier", "calibration_error"),
    "regression": ("rmse", "mae", "r2", "interval_coverage"),
    "multiclass": ("log_loss", "macro_f1", "accuracy", "calibration_error"),
}
_ERROR: Final = "calibration_error"


@dataclass(frozen=True, slots=True)
class Contest:
    """Models of one use case on the same test rows.

    Attributes:
        use_case: What is predicted.
        name: Name of its table.
        splits: The rows, deal by deal.
        entries: The models.
        claim: Outcomes and labels of a random split, as in a notebook.
        minutes: Minutes of search.
        draws: How often rows are drawn again.
    """

    use_case: UseCase
    name: str
    splits: Sequence[Split]
    entries: Sequence[Entry]
    claim: tuple[FloatArray, pd.DataFrame]
    minutes: float
    draws: int = DRAWS

    def tell(self) -> Section:
        """Return the table, what is asked for, and whether all of that holds."""
        seed = self.use_case.training.seed
        outcomes = outcomes_of(self.splits)
        shown = shown_metrics(self.use_case)
        compared = {metric.name: metric for metric in (*shown, gate_metric(self.use_case))}
        figures = measured(self.entries, outcomes, list(compared.values()), seed, self.draws)
        goals = [*self._beside_automl(figures), *self._calibrated(figures), *self._area(figures)]
        lines = [f"- {text}: {'held' if holds else 'NOT held'}." for text, holds in goals]
        notes = [
            f"{tell_rows(self.splits)} {tell_budget(self.minutes, len(self.splits))}",
            tell_claim(self.use_case, self.claim),
        ]
        text = [tell_table(self.entries, shown, figures), *notes, "\n".join(lines)]
        return "\n\n".join(text), all(holds for _, holds in goals)

    def _beside_automl(self, figures: Measured) -> list[tuple[str, bool]]:
        names = [entry.name for entry in self.entries]
        if rivals.AUTOML not in names:
            return []
        mine = [name for name in (rivals.TUNED, rivals.OURS) if name in names]
        metric = gate_metric(self.use_case)
        return [
            tell_gain(metric, name, figures.gain(metric, name, rivals.AUTOML)) for name in mine
        ]

    def _calibrated(self, figures: Measured) -> list[tuple[str, bool]]:
        if self.use_case.task == "regression":
            return []
        scores = {entry.name: entry.scores for entry in self.entries}[rivals.OURS]
        metric = metrics_of(self.use_case.task)[_ERROR]
        chance = least_error(scores, metric, self.use_case.training.seed)
        return [tell_error(figures.found[rivals.OURS, _ERROR], *chance)]

    def _area(self, figures: Measured) -> list[tuple[str, bool]]:
        if self.name != BY_YEAR:
            return []
        found = figures.found[rivals.OURS, "roc_auc"]
        asked = f"ROC AUC of ours, as configured, at least {LEAST_AREA:.2f}: {found:.4f}"
        return [(asked, found >= LEAST_AREA)]


def shown_metrics(use_case: UseCase) -> list[Metric]:
    """Return the metrics of the table."""
    return [metrics_of(use_case.task)[name] for name in SHOWN[use_case.task]]


def tell_table(entries: Sequence[Entry], metrics: Sequence[Metric], figures: Measured) -> str:
    """Return the figures of every model as Markdown, one row each."""
    header = ["model", *(metric.words for metric in metrics), "seconds"]
    lines = [f"| {' | '.join(header)} |", f"|---|{'---:|' * (len(header) - 1)}"]
    for entry in entries:
        name = f"{entry.name} ({entry.detail})" if entry.detail else entry.name
        cells = [figures.cell(entry.name, metric.name) for metric in metrics]
        lines.append(f"| {' | '.join([name, *cells, f'{entry.seconds:,.0f}'])} |")
    return "\n".join(lines)


def tell_budget(minutes: float, deals: int = 1) -> str:
    """Return how long a search may take, and that there is no AutoML where it is not installed."""
    part = " for each part" if deals > 1 else ""
    if not rivals.has_automl():
        return f"Our search had {minutes:g} min{part}; FLAML is not installed, it was left out."
    return f"FLAML and our search had {minutes:g} min each{part}."


def tell_claim(use_case: UseCase, claim: tuple[FloatArray, pd.DataFrame]) -> str:
    """Return what a notebook would have said of its model."""
    outcomes, scores = claim
    figures = [
        f"{metric.words} {metric.of(outcomes, scores):.4f}"
        for metric in shown_metrics(use_case)
        if metric.name not in {_ERROR, "interval_coverage"}
    ]
    what = "numbers" if use_case.task == "regression" else "hard labels"
    return (
        f"A notebook's random split of all these rows, judged by {what}, would have claimed: "
        f"{', '.join(figures)}."
    )


def tell_gain(metric: Metric, name: str, gain: tuple[float, float, float]) -> tuple[str, bool]:
    """Return how much better one of ours is than AutoML, and that it is not worse for sure."""
    value, low, high = gain
    how = "better" if low > 0 else "worse" if high < 0 else "no difference beyond chance"
    asked = (
        f"{name}, at least as good as FLAML in {metric.words}: better by {value:+.4f} "
        f"({low:+.4f} to {high:+.4f}), {how}"
    )
    return asked, high >= 0


def tell_error(found: float, expected: float, highest: float) -> tuple[str, bool]:
    """Return the calibration error beside what chance alone makes of it, and whether it is low.

    Where even probabilities that are right show more than the goal on so few rows, no more than
    chance is asked.

    Args:
        found: Of ours.
        expected: Mean by chance, if every probability were right.
        highest: What chance stays below in 95 of 100 cases.
    """
    chance = f"probabilities that are right would show {expected:.4f}, in 95 % of cases at most"
    asked = f"calibration error at most {MOST_ERROR:.2f}: {found:.4f}; {chance} {highest:.4f}"
    if expected > MOST_ERROR:
        return f"{asked}, so that is asked of so few rows", found <= highest
    return asked, found <= MOST_ERROR


def measure(name: str, minutes: float) -> Section:
    """Read a use case, make every model and return its section.

    Raises:
        SourceError: The data are not there.
    """
    from lead_scoring.tasks.wiring import opened

    task = TASKS[name]
    with opened(task.use_case) as work:
        split = read(task, work)
        splits, as_of = deals(split), instant_of(task, work.use_case)
        entries = pooled(
            [rivals.everyone(work, as_of, one, minutes, part) for part, one in enumerate(splits)]
        )
        claim = rivals.claimed(work.use_case, split)
        return Contest(work.use_case, name, splits, entries, claim, minutes).tell()


def main() -> int:
    """Measure, print every table, write it into the document; 0 if all that is asked holds."""
    options = _options()
    if not os.environ.get("LEAD_SCORING_DATA"):
        print("LEAD_SCORING_DATA is not set: there are no real leads to measure", file=sys.stderr)
        return 1
    held = True
    with platform():
        for name in options.only or TASKS:
            try:
                section, holds = measure(name, options.minutes)
            except SourceError as error:
                print(f"\n## {name}: LEFT OUT, its data are not there: {error}\n", flush=True)
                held = False
                continue
            held = held and holds
            print(f"\n## {name}: {'holds' if holds else 'NOT all held'}\n\n{section}", flush=True)
            if not options.dry:
                write(name, section, home() / DOCUMENT)
    return 0 if held else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.models_proof", description=__doc__)
    add = parser.add_argument
    add("--only", action="append", choices=TASKS, help="make this table only")
    add("--minutes", type=float, default=MINUTES, help="minutes of search (%(default)s)")
    add("--dry", action="store_true", help="leave the document as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
