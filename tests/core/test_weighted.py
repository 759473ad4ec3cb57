"""Metrics with weights agree with scikit-learn's sample weights."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score
from sklearn.metrics import mean_squared_error
from sklearn.metrics import r2_score
from sklearn.metrics import roc_auc_score

from lead_scoring.core.metrics import weighted
from lead_scoring.core.metrics.tables import metrics_of

RANDOM = np.random.default_rng(4)
ROWS = 300
TRUTH = RANDOM.normal(size=ROWS)
OUTCOMES = (RANDOM.random(ROWS) < 1 / (1 + np.exp(-TRUTH))).astype(float)
MARGINS = np.round(TRUTH + RANDOM.normal(size=ROWS), 1)
WEIGHTS = RANDOM.integers(0, 4, size=(3, ROWS)).astype(float)


@pytest.mark.parametrize(
    ("ours", "theirs", "outcomes"),
    [
        pytest.param(weighted.area, roc_auc_score, OUTCOMES, id="area"),
        pytest.param(
            weighted.average_precision, average_precision_score, OUTCOMES, id="average precision"
        ),
        pytest.param(weighted.explained, r2_score, TRUTH + 1e6, id="R²"),
    ],
)
def test_whole_weights_agree_with_scikit_learn(ours, theirs, outcomes):
    """A lead of weight 2 counts as scikit-learn's sample weights make it count, ties included."""
    margins = MARGINS + (1e6 if theirs is r2_score else 0)
    expected = [theirs(outcomes, margins, sample_weight=one) for one in WEIGHTS]

    assert ours(outcomes, margins)(WEIGHTS) == pytest.approx(expected)


def test_a_root_of_a_mean_of_squares_agrees_with_scikit_learn():
    """The root is taken last, of each draw by itself."""
    squares = (TRUTH - MARGINS) ** 2
    expected = [np.sqrt(mean_squared_error(TRUTH, MARGINS, sample_weight=one)) for one in WEIGHTS]

    assert weighted.root_mean(squares)(WEIGHTS) == pytest.approx(expected)


@pytest.mark.parametrize("metric", [weighted.area, weighted.average_precision])
def test_a_draw_without_a_conversion_has_no_figure(metric):
    """NaN says so, and the other draws keep theirs."""
    weights = np.vstack([np.where(OUTCOMES > 0, 0.0, 1.0), np.ones(ROWS)])
    found = metric(OUTCOMES, MARGINS)(weights)

    assert np.isnan(found).tolist() == [True, False]


def test_a_gap_is_weighed_within_its_bin():
    """Worked by hand: bin 0 has gaps 1 and -1 of weights 3 and 1, bin 1 has a gap of 0.5."""
    gap = weighted.binned_gap(np.array([1.0, -1.0, 0.5]), np.array([0, 0, 1]), 2)

    assert gap(np.array([[3.0, 1.0, 1.0]])) == pytest.approx([(2 + 0.5) / 5])


@pytest.mark.parametrize("name", ["lift_10", "captured_10", "lift_20", "captured_20"])
def test_the_best_leads_with_weights_are_those_of_the_leads_written_out(name):
    """Drawing a lead twice is having it twice; no two margins are equal here."""
    metric = metrics_of("binary")[name]
    scores = pd.DataFrame(
        {
            "lead_id": [f"lead_{number:03d}" for number in range(ROWS)],
            "margin": TRUTH,
            "probability": 1 / (1 + np.exp(-TRUTH)),
        }
    )
    written_out = [np.repeat(np.arange(ROWS), one.astype(int)) for one in WEIGHTS]
    expected = [metric.of(OUTCOMES[leads], scores.iloc[leads]) for leads in written_out]

    assert metric.weighted(OUTCOMES, scores)(WEIGHTS) == pytest.approx(expected)
