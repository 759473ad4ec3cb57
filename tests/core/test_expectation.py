"""How many of some leads convert, beside the exact distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.config.inference import CostsConfig
from lead_scoring.core.expectation import LEVEL
from lead_scoring.core.expectation import Chances
from lead_scoring.core.expectation import interval
from lead_scoring.core.outlook import outlook

COSTS = CostsConfig(value_of_conversion=50, cost_per_contact=5, currency="EUR")


def exactly(probabilities: list[float]) -> tuple[int, int]:
    """Return the quantiles of the number of conversions, by adding one lead after another."""
    chances = np.array([1.0])
    for p in probabilities:
        chances = np.convolve(chances, [1 - p, p])
    at_most = np.cumsum(chances)
    low, high = ((at_most < share - 1e-12).sum() for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return int(low), int(high)


@given(st.lists(st.floats(0.0, 1.0), max_size=120))
def test_the_interval_is_the_exact_one_but_for_one_conversion(probabilities):
    """From a few sums both ends are as far as the exact distribution's, give or take one."""
    low, high = interval(Chances.of(np.array(probabilities)))
    exact_low, exact_high = exactly(probabilities)

    assert abs(low - exact_low) <= 1
    assert abs(high - exact_high) <= 1
    assert 0 <= low <= high <= len(probabilities)


def test_conversions_fall_into_the_interval_nine_times_in_ten():
    """Drawn again and again, the number is within at least as often as promised, not much more."""
    draw = np.random.default_rng(5)
    probabilities = draw.beta(1, 6, 800)
    low, high = interval(Chances.of(probabilities))
    found = (draw.random((4000, 800)) < probabilities).sum(axis=1)

    assert 0.89 <= ((found >= low) & (found <= high)).mean() <= 0.94


def test_sums_of_pieces_are_the_sums_of_the_whole():
    """Chances are added grade by grade; nobody, and leads that are certain, are cases."""
    probabilities = np.linspace(0, 1, 21)
    both = Chances.of(probabilities[:8]) + Chances.of(probabilities[8:])

    assert both.leads == 21
    assert both.mean == pytest.approx(probabilities.sum())
    assert interval(both) == interval(Chances.of(probabilities))
    assert interval(Chances()) == (0, 0)
    assert interval(Chances.of(np.array([1.0, 1.0, 0.0]))) == (2, 2)


def test_profit_is_value_less_every_contact():
    """Twenty conversions of fifty from a hundred calls of five bring five hundred."""
    found = outlook(Chances(leads=100, mean=20.0, variance=16.0, third=9.6), COSTS)

    assert (found.profit, found.cost_per_conversion, found.rate) == (500.0, 25.0, 0.2)
    assert found.profit_low == found.low * 50 - 500
    assert found.profit_high == found.high * 50 - 500
    assert COSTS.break_even == 0.1


def test_without_costs_or_leads_there_is_no_profit_and_no_rate():
    """What cannot be said is not there."""
    nobody = outlook(Chances(), COSTS)

    assert (nobody.rate, nobody.profit, nobody.cost_per_conversion) == (None, 0.0, None)
    assert outlook(Chances(10, 1.0, 0.9, 0.7), None).profit is None
