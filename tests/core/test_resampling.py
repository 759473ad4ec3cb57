"""Metrics with weights agree with scikit-learn's, and draws are the same for every model."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss
from sklearn.metrics import roc_auc_score

from lead_scoring.core.metrics.binary import evaluate
from lead_scoring.core.resampling import METRICS
from lead_scoring.core.resampling import Judged
from lead_scoring.core.resampling import observed
from lead_scoring.core.resampling import paired_draws


def judged_leads(rows: int = 200, seed: int = 1, noise: float = 1.0) -> pd.DataFrame:
    """Return leads whose margins are rounded, so that many are equal."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=rows)
    outcomes = (rng.random(rows) < 1 / (1 + np.exp(-truth))).astype(float)
    margins = np.round(truth + noise * np.random.default_rng(seed + 1).normal(size=rows), 1)
    return pd.DataFrame(
        {
            "lead_id": [f"lead_{number:04d}" for number in range(rows)],
            "probability": 1 / (1 + np.exp(-margins)),
            "margin": margins,
            "outcome": outcomes,
        }
    )


def test_weights_of_one_give_the_metrics_of_a_training():
    """What a window shows is computed as what a training shows."""
    leads = judged_leads()
    arrays = [leads[name].to_numpy() for name in ("outcome", "probability", "margin", "lead_id")]
    expected = evaluate(*arrays)

    assert observed(leads) == pytest.approx([expected[name] for name in METRICS])


def test_whole_weights_agree_with_scikit_learn():
    """A lead of weight 2 counts as scikit-learn's sample weights make it count."""
    leads = judged_leads()
    weights = np.random.default_rng(3).integers(0, 4, size=len(leads)).astype(float)
    area, brier, loss, _ = Judged(leads).metrics(weights[None, :])[0]
    outcomes, probabilities = leads["outcome"], leads["probability"]

    assert area == pytest.approx(roc_auc_score(outcomes, leads["margin"], sample_weight=weights))
    assert brier == pytest.approx(brier_score_loss(outcomes, probabilities, sample_weight=weights))
    assert loss == pytest.approx(log_loss(outcomes, probabilities, sample_weight=weights))


def test_lift_with_weights_is_that_of_the_leads_written_out():
    """Drawing a lead twice is having it twice; no two margins are equal here."""
    leads = judged_leads().assign(margin=np.linspace(-2, 2, 200), probability=0.5)
    weights = np.random.default_rng(5).integers(0, 3, size=len(leads))
    written_out = leads.loc[leads.index.repeat(weights)]
    expected = observed(written_out)[METRICS.index("lift_10")]
    found = Judged(leads).metrics(weights[None, :].astype(float))[0, METRICS.index("lift_10")]

    assert found == pytest.approx(expected)


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_leads_of_one_outcome_have_no_metrics(outcome):
    """Nothing can be ranked, and NaN says so."""
    leads = judged_leads(5).assign(outcome=outcome)

    assert np.isnan(observed(leads)).all()


def test_no_leads_have_no_metrics():
    """An empty window is NaN, not an error."""
    assert np.isnan(observed(judged_leads().iloc[:0])).all()


def test_the_same_model_twice_has_the_same_draws():
    """Two models are judged on the same leads in every draw; the seed alone decides which."""
    leads = judged_leads()
    drawn = paired_draws([leads, leads], 20, [7, 1])
    again = paired_draws([leads], 20, [7, 1])
    other = paired_draws([leads], 20, [7, 2])

    assert drawn.shape == (2, 20, 4)
    assert np.array_equal(drawn[0], drawn[1])
    assert np.array_equal(drawn[:1], again)
    assert not np.array_equal(again, other)


def test_a_bootstrap_spreads_as_the_closed_form_says():
    """The variance of a mean of squares over draws is their variance over n."""
    leads = judged_leads(500)
    squares = (leads["probability"] - leads["outcome"]) ** 2
    expected = squares.std(ddof=0) / np.sqrt(len(leads))
    drawn = paired_draws([leads], 2000, [11])[0, :, METRICS.index("brier")]

    assert drawn.std() == pytest.approx(expected, rel=0.08)
