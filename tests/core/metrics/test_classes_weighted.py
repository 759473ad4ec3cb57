"""Metrics of several classes with weights are those of the leads written out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lead_scoring.core.bootstrap import Draws
from lead_scoring.core.bootstrap import drawn_figures
from lead_scoring.core.class_shares import spell_shares
from lead_scoring.core.metrics.classes import METRICS
from lead_scoring.core.schema import CLASS_PROBABILITIES

CLASSES = ("gold", "silver", "tin")
DRAWS = Draws((5,), 40, 0.95)
BINNED = "calibration_error"
"""Its bins stay those of all leads, while leads written out have bins of their own."""


def world(rows: int = 60) -> tuple[np.ndarray, pd.DataFrame]:
    """Return outcomes of three classes, of which the last is missing from many draws."""
    rng = np.random.default_rng(3)
    probabilities = np.round(rng.dirichlet([1.0, 4.0, 0.3], rows), 2)
    outcomes = np.where(np.arange(rows) == 7, 2.0, (rng.random(rows) < 0.7) * 1.0)
    return outcomes, pd.DataFrame({CLASS_PROBABILITIES: spell_shares(probabilities, CLASSES)})


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_weights_of_one_give_the_plain_metric(metric):
    """Every lead counts once."""
    outcomes, scores = world()
    found = metric.weighted(outcomes, scores)(np.ones((1, len(scores))))

    assert found == pytest.approx([metric.of(outcomes, scores)])


@pytest.mark.parametrize(
    "metric", [one for one in METRICS if one.name != BINNED], ids=lambda metric: metric.name
)
def test_draws_at_once_are_draws_one_by_one(metric):
    """A lead drawn twice has weight 2; classes that a draw lacks are left out of means."""
    outcomes, scores = world()
    slow = replace(metric, weighted=None)
    at_once, one_by_one = (
        drawn_figures([either], outcomes, [scores], DRAWS)[metric.name]
        for either in (metric, slow)
    )

    assert at_once == pytest.approx(one_by_one, rel=1e-12, nan_ok=True)


def test_draws_of_one_class_have_no_area():
    """There is nobody to be told apart from, and NaN says so."""
    _, scores = world()
    metric = next(one for one in METRICS if one.name == "macro_roc_auc")
    found = metric.weighted(np.zeros(len(scores)), scores)(np.ones((1, len(scores))))

    assert np.isnan(found).all()
