"""How the top of the list did, and whether promises were kept."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.evidence.parts import gain_curve
from lead_scoring.core.evidence.parts import make_bin
from lead_scoring.core.evidence.parts import reliability
from lead_scoring.core.evidence.parts import tops
from lead_scoring.core.evidence.reading import call_order
from lead_scoring.core.evidence.reading import read_scores

OUTCOMES = np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0])
PROBABILITIES = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05])


def frame(probabilities, **given):
    """Make the scores of leads, graded A."""
    values = {
        "lead_id": [f"lead_{number}" for number in range(len(probabilities))],
        "probability": probabilities,
        "score": 100 * probabilities,
        "margin": probabilities,
        "grade": "A",
    }
    return pd.DataFrame(values | given)


@pytest.fixture
def reading():
    """Read ten leads, three of which converted."""
    return read_scores(ScoringRules(), OUTCOMES, frame(PROBABILITIES))


def test_the_top_of_the_list_holds_what_it_holds(reading):
    """Worked by hand: two of three conversions are among the first three leads."""
    found = {one.share: one for one in tops(reading, (0.1, 0.3, 1.0))}

    assert [one.leads for one in found.values()] == [1, 3, 10]
    assert found[0.3].captured == pytest.approx(2 / 3)
    assert found[0.3].lift == pytest.approx(2 / 3 / 0.3)
    assert found[1.0].captured == found[1.0].lift == 1.0


def test_gain_begins_at_nothing_and_ends_at_all(reading):
    """The curve never falls."""
    shares, caught = gain_curve(reading)

    assert (shares[0], caught[0], shares[-1], caught[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert (np.diff(caught) >= 0).all()


def test_without_a_wanted_lead_nothing_is_captured():
    """A share of nothing is missing, not an error."""
    reading = read_scores(ScoringRules(), np.zeros(10), frame(PROBABILITIES))

    assert np.isnan(tops(reading)[0].captured)
    assert gain_curve(reading)[1].max() == 0.0


def test_the_order_is_that_of_the_lists():
    """Grade first, then score, margin and id."""
    scores = frame(
        np.array([0.5, 0.5, 0.5, 0.9]),
        grade=["A", "A", "A", "B"],
        margin=[0.0, 1.0, 1.0, 9.0],
        lead_id=["d", "c", "b", "a"],
    )

    assert call_order(scores).tolist() == [2, 1, 0, 3]


@pytest.mark.parametrize(("wins", "rows"), [(0, 20), (7, 20), (20, 20), (500, 1000)])
def test_intervals_of_shares_are_wilsons(wins, rows):
    """As scipy computes them."""
    happened = np.arange(rows) < wins
    own = make_bin(np.full(rows, 0.5), happened.astype(np.float64), is_share=True)
    expected = binomtest(wins, rows).proportion_ci(method="wilson")

    assert (own.low, own.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_reliability_holds_every_lead_once(reading):
    """Bins rise with the promise; equal promises share one."""
    bins = reliability(reading, bins=5)
    flat = reliability(read_scores(ScoringRules(), OUTCOMES, frame(np.full(10, 0.3))))

    assert [one.rows for one in bins] == [2] * 5
    assert [one.promised for one in bins] == sorted(one.promised for one in bins)
    assert [(one.rows, one.happened) for one in flat] == [(10, 0.3)]


def test_numbers_are_wanted_at_the_end_that_is_called_first():
    """Leads at risk are those of the least outcomes; the interval is the normal one."""
    outcomes = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    scores = frame(np.full(5, np.nan), prediction=outcomes, score=[90, 70, 50, 30, 10])
    rules = ScoringRules(task="regression", minimum=1, maximum=5, call_first="low")
    reading = read_scores(rules, outcomes, scores)
    (whole,) = reliability(reading, bins=1)

    assert reading.wanted.tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert tops(reading, (0.2,))[0].captured == 1.0
    assert "1.8 or less" in reading.wins
    assert whole.high - whole.low == pytest.approx(2 * 1.959964 * outcomes.std() / np.sqrt(5))


def test_of_classes_the_first_is_wanted_and_right_ones_count():
    """The probability is that of the predicted class."""
    rules = ScoringRules(task="multiclass", classes=("high", "low"))
    scores = frame(np.array([0.9, 0.6, 0.7]), predicted_class=["high", "high", "low"])
    reading = read_scores(rules, np.array([0.0, 1.0, 1.0]), scores)

    assert reading.happened.tolist() == [1.0, 0.0, 1.0]
    assert reading.wanted.tolist() == [1.0, 0.0, 0.0]
    assert reading.wins == "leads of high"
