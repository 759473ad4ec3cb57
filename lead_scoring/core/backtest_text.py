"""A backtest in words and Markdown."""

import math
from collections.abc import Iterator
from typing import Final

from lead_scoring.core.backtest import Backtest
from lead_scoring.core.backtest import Estimate
from lead_scoring.core.backtest import Totals
from lead_scoring.core.backtest import Window
from lead_scoring.core.backtest_totals import ALWAYS
from lead_scoring.core.backtest_totals import NEVER

TOTALS_HEADERS: Final = (
    "policy",
    "trainings",
    "promoted",
    "ROC AUC",
    "Brier",
    "log loss",
    "lift in the top 10 %",
)
SURE_HEADERS: Final = (
    "policy",
    "what (ROC AUC if nothing else is said)",
    "value",
    "95 % over leads",
    "95 % over windows",
)
WINDOW_HEADERS: Final = (
    "until",
    "policy",
    "leads",
    "ROC AUC",
    "Brier",
    "lift in the top 10 %",
    "verdict",
    "action",
    "trained",
    "model",
)
_NONE: Final = "none"
_SHARED: Final = {
    "roc_auc": "ROC AUC",
    "brier": "Brier score",
    "log_loss": "log loss",
    "lift_10": "lift in the top 10 %",
}


def totals_rows(backtest: Backtest) -> list[tuple[str, ...]]:
    """Return one row per policy under `TOTALS_HEADERS`."""
    return [_totals_row(totals) for totals in backtest.totals]


def sure_rows(backtest: Backtest) -> list[tuple[str, ...]]:
    """Return what each policy gains and misses, and how sure that is, under `SURE_HEADERS`."""
    rows: list[tuple[str, ...]] = []
    both = (ALWAYS, NEVER)
    for totals in backtest.totals:
        named = (
            ("mean", totals.metrics["roc_auc"], ".4f", ()),
            ("regret against always", totals.regret, "+.4f", (ALWAYS,)),
            ("gain over never", totals.gain, "+.4f", (NEVER,)),
            *(
                (f"share of the gain of always in {words}", totals.shares.get(metric), ".0%", both)
                for metric, words in _SHARED.items()
            ),
        )
        rows += [
            (totals.policy, words, *_sure(estimate, form))
            for words, estimate, form, trivial_for in named
            if estimate is not None and totals.policy not in trivial_for
        ]
    return rows


def window_rows(backtest: Backtest) -> list[tuple[str, ...]]:
    """Return one row per window and policy under `WINDOW_HEADERS`, oldest first."""
    policies = list(backtest.windows)
    return [
        _window_row(policy, window)
        for at_once in zip(*backtest.windows.values(), strict=True)
        for policy, window in zip(policies, at_once, strict=True)
    ]


def conclusions(backtest: Backtest) -> tuple[str, ...]:
    """Return what the numbers say, a sentence each."""
    return (_gain_sentence(backtest), *_share_sentences(backtest), *_skipped_sentences(backtest))


def notes(backtest: Backtest) -> tuple[str, ...]:
    """Return what was noted on the way, oldest first, with instant and policy."""
    return tuple(
        f"{window.step.as_of:%Y-%m-%d %H:%M} {policy}: {note}"
        for policy, windows in backtest.windows.items()
        for window in windows
        for note in window.step.notes
    )


def totals_section(backtest: Backtest) -> str:
    """Return the table of totals and what it says, in Markdown."""
    lines = [
        _header(backtest),
        "",
        *_table(TOTALS_HEADERS, totals_rows(backtest)),
        "",
        *_table(SURE_HEADERS, sure_rows(backtest)),
        "",
        *(f"- {sentence}" for sentence in conclusions(backtest)),
    ]
    return "\n".join(lines)


def report(backtest: Backtest, chart: str) -> str:
    """Return the whole report in Markdown.

    Args:
        backtest: What was found.
        chart: File name of the chart.
    """
    lines = [
        f"# Backtest of {backtest.use_case}",
        "",
        totals_section(backtest),
        "",
        f"![Each window and what was done]({chart})",
        "",
        "## Windows",
        "",
        *_table(WINDOW_HEADERS, window_rows(backtest)),
    ]
    noted = notes(backtest)
    if noted:
        lines += ["", "## Notes", "", *(f"- {note}" for note in noted)]
    return "\n".join(lines) + "\n"


def _header(backtest: Backtest) -> str:
    return (
        f"{backtest.compared} windows from {backtest.start:%Y-%m-%d} to {backtest.end:%Y-%m-%d}, "
        "means over windows. Trainings are those after the first model, refused ones included. "
        "The intervals come from leads drawn again within windows, the same for all policies, and "
        "from windows drawn again."
    )


def _gain_sentence(backtest: Backtest) -> str:
    always = _totals_of(backtest, ALWAYS)
    if backtest.gains is None or always is None or always.gain is None:
        return (
            f"The policies {ALWAYS} and {NEVER} did not both run, so there is no gain to compare "
            "with."
        )
    said = _estimate(always.gain, "+.4f")
    if backtest.gains:
        return f"Training at every instant gains {said} ROC AUC over never training again."
    return (
        "Training at every instant gains nothing that can be told from chance over never training "
        f"again ({said} ROC AUC), so there is no gain to keep a share of."
    )


def _share_sentences(backtest: Backtest) -> Iterator[str]:
    always = _totals_of(backtest, ALWAYS)
    if always is None or not backtest.gains:
        return
    for totals in backtest.totals:
        if totals.policy in {ALWAYS, NEVER} or totals.share is None:
            continue
        yield (
            f"The policy {totals.policy} keeps {_estimate(totals.share, '.0%')} of that gain with "
            f"{totals.trainings} trainings in place of {always.trainings}{_in_lift(totals)}."
        )


def _in_lift(totals: Totals) -> str:
    lift = totals.shares.get("lift_10")
    if lift is None:
        return ""
    return f"; of the gain in lift of the top 10 % it keeps {_estimate(lift, '.0%')}"


def _skipped_sentences(backtest: Backtest) -> Iterator[str]:
    count = len(next(iter(backtest.windows.values())))
    if backtest.compared < count:
        yield (
            f"{count - backtest.compared} of {count} windows are in no total: not every policy "
            "scored leads of both outcomes in them."
        )


def _totals_of(backtest: Backtest, policy: str) -> Totals | None:
    return next((one for one in backtest.totals if one.policy == policy), None)


def _totals_row(totals: Totals) -> tuple[str, ...]:
    return (
        totals.policy,
        str(totals.trainings),
        str(totals.promotions),
        *(_number(totals.metrics[name].value, ".4f") for name in ("roc_auc", "brier", "log_loss")),
        _number(totals.metrics["lift_10"].value),
    )


def _window_row(policy: str, window: Window) -> tuple[str, ...]:
    step = window.step
    won = "won" if step.promoted else "refused"
    held = "" if step.status == "published" else f" ({step.status})"
    return (
        f"{step.as_of:%Y-%m-%d}" + ("" if _is_midnight(window) else f" {step.as_of:%H:%M}"),
        policy,
        f"{step.rows:,}",
        *(_number(window.metrics[name]) for name in ("roc_auc", "brier", "lift_10")),
        step.verdict,
        step.action,
        _NONE if step.trained is None else f"version {step.trained}, {won}",
        (_NONE if step.model_version is None else str(step.model_version)) + held,
    )


def _is_midnight(window: Window) -> bool:
    moment = window.step.as_of
    return (moment.hour, moment.minute) == (0, 0)


def _estimate(estimate: Estimate, form: str) -> str:
    value, leads, windows = _sure(estimate, form)
    return f"{value} (95 % interval {leads} over leads, {windows} over windows)"


def _sure(estimate: Estimate, form: str) -> tuple[str, str, str]:
    if math.isnan(estimate.value):
        return _NONE, _NONE, _NONE
    leads, windows = (
        f"{_signed(low, form)} to {_signed(high, form)}"
        for low, high in (estimate.leads, estimate.windows)
    )
    return _signed(estimate.value, form), leads, windows


def _signed(value: float, form: str) -> str:
    """Return a number without the sign of a zero.

    >>> _signed(-0.00001, "+.4f"), _signed(0.0123, "+.4f")
    ('0.0000', '+0.0123')
    """
    shown = format(value, form)
    return shown.lstrip("+-") if not shown.strip("+-0.%") else shown


def _number(value: float, form: str = ".3f") -> str:
    return _NONE if math.isnan(value) else format(value, form)


def _table(headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [
        f"| {' | '.join(headers)} |",
        f"|{'---|' * len(headers)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
