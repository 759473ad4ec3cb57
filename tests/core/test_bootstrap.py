"""Paired intervals: what they cover, what they cost, and what passes none."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from lead_scoring.core.bootstrap import Draws
from lead_scoring.core.bootstrap import drawn_figures
from lead_scoring.core.bootstrap import metric_intervals
from lead_scoring.core.bootstrap import paired_gain
from lead_scoring.core.bootstrap import training_luck
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.metrics.tables import metrics_of

BINARY = metrics_of("binary")
ROC_AUC, BRIER = BINARY["roc_auc"], BINARY["brier"]
DRAWS = Draws((1, 2), 1_000, 0.95)
SLOW = Metric(
    "share", "share", higher_is_better=True, of=lambda outcomes, _: float(outcomes.mean())
)


def judged(rows: int, noise: float, seed: int = 1) -> tuple[np.ndarray, pd.DataFrame]:
    """Return outcomes and the scores of a model that sees the truth through noise."""
    truth = np.random.default_rng(seed).normal(size=rows)
    draw = np.random.default_rng(seed + 1)
    outcomes = (draw.random(rows) < 1 / (1 + np.exp(-truth))).astype(float)
    margins = truth + noise * np.random.default_rng(seed + 2).normal(size=rows)
    return outcomes, pd.DataFrame({"margin": margins, "probability": 1 / (1 + np.exp(-margins))})


@pytest.mark.slow
def test_a_gain_is_the_difference_of_both_figures():
    """The better model has the sign, and the interval lies about it."""
    outcomes, good = judged(2_000, 0.1)
    _, bad = judged(2_000, 2.0)
    gain = paired_gain(ROC_AUC, outcomes, good, bad, DRAWS)

    assert gain.new == pytest.approx(roc_auc_score(outcomes, good["margin"]))
    assert gain.value == pytest.approx(gain.new - gain.old)
    assert gain.low < gain.value < gain.high
    assert gain.sure


@pytest.mark.slow
def test_the_other_way_round_is_surely_lost():
    """The same draws give the same interval with the signs turned."""
    outcomes, good = judged(2_000, 0.1)
    _, bad = judged(2_000, 2.0)
    there = paired_gain(ROC_AUC, outcomes, good, bad, DRAWS)
    back = paired_gain(ROC_AUC, outcomes, bad, good, DRAWS)

    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert back.surely_lost


def test_a_model_against_itself_gains_nothing():
    """A tie is no gain: every draw is exactly 0."""
    outcomes, scores = judged(300, 0.5)
    gain = paired_gain(ROC_AUC, outcomes, scores, scores, DRAWS)

    assert (gain.value, gain.low, gain.high) == (0.0, 0.0, 0.0)
    assert not gain.sure
    assert not gain.surely_lost


def test_the_spread_is_that_of_the_closed_form():
    """Of a mean of differences: their standard deviation over the root of n, times 1.96."""
    outcomes, new = judged(3_000, 0.1)
    _, old = judged(3_000, 1.0)
    gain = paired_gain(BRIER, outcomes, new, old, DRAWS, gain=lambda one, other: other - one)
    differences = (outcomes - old["probability"]) ** 2 - (outcomes - new["probability"]) ** 2
    half = stats.norm.ppf(0.975) * differences.std() / math.sqrt(3_000)

    assert (gain.high - gain.low) / 2 == pytest.approx(half, rel=0.08)


def test_an_interval_is_widened_about_the_gain():
    """Both ends move away from it by the factor."""
    outcomes, new = judged(500, 0.1)
    _, old = judged(500, 1.0)
    plain = paired_gain(ROC_AUC, outcomes, new, old, DRAWS)
    wide = paired_gain(ROC_AUC, outcomes, new, old, Draws((1, 2), 1_000, 0.95, widening=2.0))

    assert wide.value - wide.low == pytest.approx(2 * (plain.value - plain.low))
    assert wide.high - wide.value == pytest.approx(2 * (plain.high - plain.value))


def test_many_comparisons_ask_for_more_each():
    """After Bonferroni: five intervals at 99 % hold together at 95 %."""
    assert DRAWS.among(5).confidence == pytest.approx(0.99)
    assert DRAWS.among(0).confidence == pytest.approx(0.95)


def test_a_metric_without_weights_is_drawn_one_by_one():
    """It sees the same draws: the share of conversions is the mean of the outcomes drawn."""
    outcomes, scores = judged(60, 0.5)
    quick = Metric(
        "share", "share", higher_is_better=True, of=SLOW.of,
        weighted=lambda outcomes, scores: lambda weights: weights @ outcomes / len(scores),
    )  # fmt: skip
    few = Draws((3,), 50, 0.95)
    one_by_one, at_once = (
        drawn_figures([metric], outcomes, [scores, scores], few)["share"]
        for metric in (SLOW, quick)
    )

    assert one_by_one == pytest.approx(at_once)


def test_a_draw_without_a_figure_leaves_no_interval():
    """With one conversion in fifty leads a third of the draws has none, and no gain is sure."""
    outcomes = np.zeros(50)
    outcomes[7] = 1.0
    _, new = judged(50, 0.1)
    gain = paired_gain(ROC_AUC, outcomes, new, -new, DRAWS)

    assert math.isnan(gain.low)
    assert not gain.sure
    assert metric_intervals([ROC_AUC], outcomes, new, DRAWS) == {}


def test_the_seed_alone_decides_the_draws():
    """The same ids give the same interval again."""
    outcomes, new = judged(200, 0.1)
    _, old = judged(200, 1.0)
    first, again = (paired_gain(ROC_AUC, outcomes, new, old, DRAWS) for _ in range(2))
    other = paired_gain(ROC_AUC, outcomes, new, old, Draws((9,), 1_000, 0.95))

    assert first == again
    assert first.low != other.low


@pytest.mark.slow
def test_an_interval_of_a_figure_covers_the_truth_as_often_as_it_says():
    """Of 200 draws of leads with an area of exactly 1/2, 95 % intervals miss it in few."""
    missed = 0
    for repeat in range(200):
        random = np.random.default_rng([11, repeat])
        outcomes = np.repeat([0.0, 1.0], 60)
        scores = pd.DataFrame({"margin": random.normal(size=120)})
        ends = metric_intervals([ROC_AUC], outcomes, scores, Draws((repeat,), 300, 0.95))
        low, high = ends["roc_auc"]
        missed += not low <= 0.5 <= high

    assert missed <= stats.binom.ppf(0.999, 200, 0.06)


def test_training_luck_is_little_where_much_was_fitted_on():
    """6,000 leads compared of 200,000 fitted on widen by 1.5 %."""
    assert training_luck(6_000, 200_000) == pytest.approx(math.sqrt(1.03))


@pytest.mark.slow
def test_ten_thousand_leads_are_drawn_in_seconds():
    """Two models, a thousand draws: processor time, as other work may slow the clock."""
    outcomes, new = judged(10_000, 0.1)
    _, old = judged(10_000, 1.0)
    begun = time.process_time()
    paired_gain(ROC_AUC, outcomes, new, old, DRAWS)

    assert time.process_time() - begun < 10
