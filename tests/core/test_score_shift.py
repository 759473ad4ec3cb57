"""How far scores are from a reference where grades go by rank."""

import numpy as np
import pandas as pd
import pytest

from lead_scoring.core.profile import Profile
from lead_scoring.core.score_shift import Places
from lead_scoring.core.score_shift import find_shift
from lead_scoring.core.score_shift import places_among
from lead_scoring.core.score_shift import quantile_shift

REFERENCE = np.linspace(0.0, 1.0, 101)


def profile(probabilities: np.ndarray) -> Profile:
    """Return the profile of a model whose grades go by rank."""
    return Profile(rows=1).with_scores(pd.DataFrame({"probability": probabilities}))


def test_the_reference_itself_has_not_moved():
    """Its own quantiles are where they were; grades by rank are no part of the profile."""
    known = profile(REFERENCE)
    places = places_among(known.quantiles, REFERENCE)

    assert known.grades == {}
    assert quantile_shift(places, 101)[0] < 0.01
    assert list(find_shift(known, {}, places, 101, 0.05)) == []


def test_many_leads_of_one_score_are_no_shift():
    """Where most have one probability, as many have it again."""
    lumped = np.array([0.02] * 90 + [0.5] * 10)
    places = places_among(profile(lumped).quantiles, lumped)

    assert quantile_shift(places, 100)[0] == pytest.approx(0.0)


def test_scores_that_all_fall_are_said_with_share_and_limit():
    """Pieces of a batch add up to the batch; the reason names value, shares and limit."""
    known, low = profile(REFERENCE), REFERENCE / 2
    pieces = [places_among(known.quantiles, low[:40]), places_among(known.quantiles, low[40:])]
    places = sum(pieces, Places())

    assert places == places_among(known.quantiles, low)
    (why,) = find_shift(known, {}, places, 101, 0.35)
    assert why == (
        "99.0% of 101 leads are below 0.5, in the champion's reference at most 50%: "
        "49.0% moved, limit 35.0%"
    )


def test_a_champion_without_a_reference_passes_no_limit():
    """Nothing to compare with is a reason of its own."""
    (why,) = find_shift(Profile(rows=1), {}, places_among((), REFERENCE), 101, 0.35)

    assert "no reference of scores" in why
