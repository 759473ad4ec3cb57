"""What a model card says in a few sentences, for those who read no further."""

import math
from typing import Final

from lead_scoring.core.evidence.evidence import Evidence
from lead_scoring.core.evidence.evidence import Window
from lead_scoring.core.evidence.intervals import Measured
from lead_scoring.core.merit import BASELINE
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.core.words import number
from lead_scoring.core.words import percent

SHOWN: Final = 0.20


def in_short(report: TrainingReport) -> str:
    """Return what a person who calls leads should know, in a few sentences."""
    evidence, family = report.evidence, report.model.estimator.family
    return " ".join(
        [
            _captured(evidence),
            _skill(_of_gate(evidence), family),
            _promises(evidence),
        ]
    )


def window_words(window: Window) -> str:
    """Return when rows were created, empty without event times."""
    if window.begins is None or window.ends is None:
        return ""
    return f" created from {window.begins:%Y-%m-%d} to {window.ends:%Y-%m-%d}"


def _captured(evidence: Evidence) -> str:
    top = next(one for one in evidence.tops if one.share == SHOWN)
    wins = evidence.reading.wins
    if math.isnan(top.captured):
        return f"There are no {wins} among the test leads."
    gain = (
        f"{top.lift:.1f} times as many as in any order"
        if top.lift > 1
        else "no more than in any order"
    )
    return (
        f"The top {top.share:.0%} of leads hold".replace("%", " %")
        + f" {percent(top.captured)} of the {wins}, {gain}."
    )


def _skill(metric: Measured, family: str) -> str:
    own, base = metric.by_model[family], metric.by_model[BASELINE]
    between = (
        f", in 95 of 100 such windows between {number(own.low)} and {number(own.high)}"
        if math.isfinite(own.low)
        else ""
    )
    return (
        f"{metric.words[:1].upper()}{metric.words[1:]} is {number(own.value)}{between};"
        f" without looking at the leads it would be {number(base.value)}."
    )


def _promises(evidence: Evidence) -> str:
    kept = sum(one.low <= one.promised <= one.high for one in evidence.bins)
    return (
        f"It keeps its promises in {kept} of {len(evidence.bins)} groups of leads by"
        f" {evidence.reading.promise}."
    )


def _of_gate(evidence: Evidence) -> Measured:
    return next(one for one in evidence.measured if one.name == evidence.metric)
