"""The temperature of classes: what it keeps, what it mends, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from lead_scoring.core.temperature import Temperature
from lead_scoring.core.temperature import fit_temperature

ROWS = 4_000


def world(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return true log-odds of three classes and outcomes drawn by them."""
    rng = np.random.default_rng(seed)
    margins = rng.normal(size=(ROWS, 3)) * 1.5 + np.log([0.2, 0.75, 0.05])
    shares = softmax(margins, axis=1).cumsum(axis=1)
    outcomes = (rng.random((ROWS, 1)) > shares).sum(axis=1).astype(float)
    return margins, outcomes


@pytest.mark.parametrize("boast", [0.5, 1.0, 3.0])
def test_finds_by_how_much_a_model_boasts(boast):
    """Margins that are too large by a factor get that factor as their temperature."""
    margins, outcomes = world()

    assert fit_temperature(margins * boast, outcomes).temperature == pytest.approx(boast, rel=0.1)


def test_model_that_was_never_wrong_stays_finite():
    """Its probabilities lie strictly between 0 and 1, and the surer the more rows there are."""
    outcomes = np.repeat([0.0, 1.0, 2.0], 50)
    margins = np.where(np.eye(3)[outcomes.astype(int)] == 1, 30.0, -30.0)
    few = fit_temperature(margins[::10], outcomes[::10]).apply(margins).max(axis=1)
    many = fit_temperature(margins, outcomes).apply(margins).max(axis=1)

    assert (few < many).all()
    assert many.max() < 1
    assert few.max() == pytest.approx(15 / 18, abs=1e-6)


@given(
    st.lists(st.tuples(*[st.floats(-40, 40)] * 3), min_size=1, max_size=20),
    st.floats(0.01, 100),
)
def test_order_of_classes_is_kept(rows, temperature):
    """A class with a larger margin never gets a smaller probability, and all sum to 1."""
    margins = np.array(rows)
    probabilities = Temperature(temperature).apply(margins)
    first, second = margins[:, :, np.newaxis], margins[:, np.newaxis, :]
    ordered = probabilities[:, :, np.newaxis] >= probabilities[:, np.newaxis, :]

    assert ordered[first > second].all()
    assert probabilities.sum(axis=1) == pytest.approx(1.0)


def test_plain_values_give_the_same_map():
    """What is written to a file is read back exactly."""
    fitted = fit_temperature(*world())

    assert Temperature.from_dict(fitted.to_dict()) == fitted


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.inf, np.nan])
def test_impossible_temperatures_are_refused(temperature):
    """A temperature is above 0 and finite."""
    with pytest.raises(ValueError, match="above 0"):
        Temperature(temperature)


def test_text_is_no_temperature():
    """A file that holds something else than a number is refused."""
    with pytest.raises(ValueError, match="must be a number, got '1'"):
        Temperature.from_dict({"temperature": "1"})
