"""A seeded share of the proofs in docs/GATE.md, where the command for all of it stands."""

import pytest

from benchmarks import gate_draws
from benchmarks import gate_proof
from benchmarks.gate_draws import Power
from benchmarks.gate_draws import Twins


@pytest.mark.slow
def test_models_that_are_as_good_are_rarely_promoted():
    """Of 10 challengers of the champion's own recipe at most one, though half are ahead."""
    (found,) = gate_draws.twins(10, [("logistic regression", 1_000)])

    assert found.decisions == 10
    assert found.promoted <= 1
    assert 2 <= found.ahead <= 8


@pytest.mark.slow
def test_a_large_gain_is_found_and_none_at_all_is_not():
    """A rule that turned by 0.8 radians against one that did not turn."""
    far, none = (gate_draws.power(10, [2_000], [turned])[0] for turned in (0.8, 0.0))

    assert far.gain > 0.05
    assert far.sure == 10
    assert abs(none.gain) < 0.002
    assert none.sure <= 1


def test_too_many_false_promotions_break_the_promise():
    """Eleven of 200 are more than 5 %."""
    table, holds = gate_proof.tell_twins([Twins("a recipe", 1_000, 200, 11, 100, 20)])

    assert not holds
    assert "| a recipe | 1,000 | 200 | 50.0% | 10.0% | 11 (5.5%; " in table


def test_the_gain_that_is_found_lies_between_those_measured():
    """60 % at 0.01 and 100 % at 0.02 make 80 % at 0.015."""
    points = [Power(1_000, 0.01, 10, 6), Power(1_000, 0.02, 10, 10)]

    assert gate_draws.gain_found(points, 0.8) == pytest.approx(0.015)
    assert "| 1,000 | 10 | +0.0150 |" in gate_proof.tell_power(points)[0]
