"""Margins become probabilities by one monotone map."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.isotonic import IsotonicRegression

from lead_scoring.core.calibration import Calibration
from lead_scoring.core.calibration import fit_calibration

MARGINS = arrays(np.float64, st.integers(2, 60), elements=st.floats(-30, 30))


@given(margins=MARGINS, seed=st.integers(0, 99))
def test_probabilities_never_fall_and_never_reach_0_or_1(margins, seed):
    """Whatever was fitted, the map is monotone and keeps off the ends."""
    outcomes = (np.random.default_rng(seed).random(len(margins)) < 0.5).astype(float)
    calibration = fit_calibration(margins, outcomes)
    grid = np.sort(np.concatenate([margins, np.linspace(-40, 40, 200), np.nextafter(margins, 99)]))
    probabilities = calibration.apply(grid)

    assert (np.diff(probabilities) >= 0).all()
    assert ((probabilities > 0) & (probabilities < 1)).all()


def test_it_agrees_with_isotonic_regression():
    """The map is scikit-learn's own away from the ends."""
    draw = np.random.default_rng(1)
    margins = draw.normal(size=500)
    outcomes = (draw.random(500) < 1 / (1 + np.exp(-margins))).astype(float)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(margins, outcomes)

    inner = margins[np.abs(margins) < 1]
    expected = isotonic.predict(inner)

    assert fit_calibration(margins, outcomes).apply(inner) == pytest.approx(expected)


def test_the_best_leads_promise_no_more_than_they_showed():
    """Four conversions of the four best leads promise 4 in 5, and likewise at the other end."""
    margins = np.arange(8.0)
    outcomes = np.array([0.0] * 4 + [1.0] * 4)
    calibration = fit_calibration(margins, outcomes)

    assert calibration.apply(np.array([-9.0, 99.0])) == pytest.approx([0.2, 0.8])


def test_it_survives_json_exactly():
    """Every float comes back as it was."""
    draw = np.random.default_rng(2)
    calibration = fit_calibration(draw.normal(size=99), draw.integers(0, 2, 99).astype(float))

    assert Calibration.from_dict(json.loads(json.dumps(calibration.to_dict()))) == calibration


def test_constant_margins_give_the_base_rate():
    """One knot is enough; the two made-up leads draw 3 in 10 to 4 in 12."""
    calibration = fit_calibration(np.zeros(10), np.array([1.0] * 3 + [0.0] * 7))

    assert calibration.apply(np.array([-1.0, 0.0, 1.0])) == pytest.approx([4 / 12] * 3)


def test_no_margins_give_no_probabilities():
    """An empty batch is a case."""
    assert Calibration((0.0,), (0.5,)).apply(np.empty(0)).size == 0


@pytest.mark.parametrize(
    ("margins", "probabilities"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param((0.0, 1.0), (0.5,), id="lengths differ"),
        pytest.param((1.0, 0.0), (0.1, 0.2), id="margins fall"),
        pytest.param((0.0, float("nan")), (0.1, 0.2), id="margin is NaN"),
        pytest.param((0.0, 1.0), (0.2, 0.1), id="probabilities fall"),
        pytest.param((0.0, 1.0), (0.0, 0.1), id="certain"),
        pytest.param((0.0,), (float("nan"),), id="probability is NaN"),
    ],
)
def test_a_broken_map_is_refused(margins, probabilities):
    """Files cannot smuggle in a map that is none."""
    with pytest.raises(ValueError, match=r"calibration|map"):
        Calibration(margins, probabilities)
