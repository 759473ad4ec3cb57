"""Intervals hold outcomes as often as they say."""

import numpy as np
import pytest

from lead_scoring.core.conformal import Interval
from lead_scoring.core.conformal import fit_interval


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_new_rows_are_covered_as_often_as_promised(level):
    """Over 200 worlds of skewed noise the mean coverage is the level or a little more."""
    random = np.random.default_rng(1)
    shares = []
    for _ in range(200):
        noise = random.exponential(size=(2, 300)) - 1
        interval = fit_interval(np.zeros(300), noise[0], level)
        shares.append(np.mean((-interval.below <= noise[1]) & (noise[1] <= interval.above)))

    assert np.mean(shares) == pytest.approx(level, abs=0.012)
    assert np.mean(shares) >= level - 0.005


def test_either_side_is_missed_alike():
    """Skewed residuals make an interval that reaches farther to one side."""
    residuals = np.random.default_rng(2).exponential(size=2_000) - 1

    interval = fit_interval(np.zeros(2_000), residuals, 0.9)

    assert np.mean(residuals < -interval.below) == pytest.approx(0.05, abs=0.002)
    assert np.mean(residuals > interval.above) == pytest.approx(0.05, abs=0.002)
    assert interval.above > 2 * interval.below


def test_few_rows_take_the_greatest_residual():
    """Of three rows nothing can be said about nine of ten."""
    assert fit_interval(np.zeros(3), np.array([-1.0, 0.0, 2.0]), 0.9) == Interval(1.0, 2.0)


def test_an_interval_survives_json():
    """Floats come back exactly."""
    interval = Interval(0.1 + 0.2, 1e-17)

    assert Interval.from_dict(interval.to_dict()) == interval


def test_an_interval_without_end_is_refused():
    """NaN passes no gate."""
    with pytest.raises(ValueError, match="must be finite"):
        Interval(float("nan"), 1.0)
