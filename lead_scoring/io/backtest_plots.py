"""The chart of a backtest, drawn without a display; readable in grey."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator
from matplotlib.dates import ConciseDateFormatter
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from lead_scoring.core.backtest import Backtest
from lead_scoring.core.backtest import Window
from lead_scoring.core.backtest_totals import NEVER
from lead_scoring.core.drift_records import Verdict

Policies = Mapping[str, Sequence[Window]]

LINES: Final = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
MARKS: Final = ("o", "s", "^", "D", "v")
GREYS: Final = ("0.1", "0.45", "0.25", "0.6", "0.35")
LETTERS: Final[Mapping[str, str]] = {
    Verdict.NO_CHAMPION: "n",
    Verdict.STABLE: "s",
    Verdict.VIRTUAL_DRIFT: "v",
    Verdict.HARMFUL_DRIFT: "H",
    Verdict.DATA_FAULT: "F",
    Verdict.NOT_ENOUGH_DATA: "·",
}
WORDS: Final = (
    "s stable, v virtual drift, H harmful drift, F data fault, · not enough data, n no champion;\n"
    "● trained and won, ○ trained and refused"
)


def backtest_figure(backtest: Backtest) -> Figure:
    """Return a figure: metrics per window, and below what each policy found and did.

    ROC AUC moves more from week to week than policies differ, so the gain over never training
    again has a part of its own where that policy ran.
    """
    policies = backtest.windows
    figure = Figure(figsize=(10, 10), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    heights = [3.0, 2.0, 2.0, 0.5 + 0.4 * len(policies)]
    areas, gains, lifts, done = figure.subplots(4, 1, sharex=True, height_ratios=heights)
    _curves(areas, _values(policies, "roc_auc"), policies)
    areas.set(title=f"Backtest of {backtest.use_case}", ylabel="ROC AUC")
    figure.legend(*areas.get_legend_handles_labels(), loc="outside upper right", ncols=5)
    _curves(gains, _gains(policies), policies)
    gains.set(ylabel="ROC AUC over never")
    _curves(lifts, _values(policies, "lift_10"), policies)
    lifts.set(ylabel="lift in the top 10 %")
    _deeds(done, policies)
    done.set(xlabel=f"end of the window\n{WORDS}", ylabel="policy")
    return figure


def _values(policies: Policies, metric: str) -> dict[str, list[float]]:
    return {
        name: [window.metrics[metric] for window in windows] for name, windows in policies.items()
    }


def _gains(policies: Policies) -> dict[str, list[float]]:
    areas = _values(policies, "roc_auc")
    if NEVER not in areas:
        return {}
    return {
        name: [own - never for own, never in zip(values, areas[NEVER], strict=True)]
        for name, values in areas.items()
    }


def _curves(axes: Axes, curves: Mapping[str, Sequence[float]], policies: Policies) -> None:
    for place, name in enumerate(policies):
        if name in curves:
            axes.plot(
                _ends(policies[name]),
                curves[name],
                label=name,
                color=GREYS[place % len(GREYS)],
                linestyle=LINES[place % len(LINES)],
                marker=MARKS[place % len(MARKS)],
                markersize=4,
            )
    axes.grid(visible=True, alpha=0.3)


def _deeds(axes: Axes, policies: Policies) -> None:
    """Draw a letter for each verdict and a circle for each training."""
    for row, windows in enumerate(policies.values()):
        for window, end in zip(windows, _ends(windows), strict=True):
            step = window.step
            axes.text(end, row - 0.2, LETTERS[step.verdict], ha="center", va="center", fontsize=8)
            if step.trained is not None:
                inside = "0.1" if step.promoted else "white"
                axes.plot(end, row + 0.15, "o", markersize=6, markerfacecolor=inside, color="0.1")
    axes.set_yticks(range(len(policies)), list(policies))
    axes.set_ylim(len(policies) - 0.5, -0.5)
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)


def _ends(windows: Sequence[Window]) -> list[float]:
    return [
        float(date2num(window.step.as_of))  # type: ignore[no-untyped-call]
        for window in windows
    ]
