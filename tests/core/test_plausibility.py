"""Broken scores and implausible batches."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.config.inference import HoldConfig
from lead_scoring.core import plausibility
from lead_scoring.core.plausibility import Observed
from lead_scoring.core.plausibility import find_broken
from lead_scoring.core.plausibility import find_implausible
from lead_scoring.core.plausibility import observe
from lead_scoring.core.profile import CategoricalProfile
from lead_scoring.core.profile import Profile
from lead_scoring.core.profile import fit_profile
from lead_scoring.core.score_shift import grade_shift

LIMITS = HoldConfig(min_rows=4)
LEADS = pd.DataFrame({"visits": [0.0, 1.0, 2.0, 3.0], "medium": ["web", "web", "mail", "mail"]})
SCORES = pd.DataFrame({"probability": [0.1, 0.3, 0.6, 0.8], "grade": ["D", "C", "B", "A"]})
PROFILE = fit_profile(LEADS, ["visits"], ["medium"]).with_scores(SCORES)


def reasons(leads: pd.DataFrame = LEADS, scores: pd.DataFrame = SCORES, **limits: float):
    """Return the reasons to hold these leads."""
    return find_implausible(
        PROFILE, observe(PROFILE, leads, scores), HoldConfig(min_rows=4, **limits)
    )


def test_training_itself_is_plausible():
    """Rows like those of training give no reason to hold."""
    assert reasons() == ()


def test_levels_never_seen_in_a_mapped_column_do_not_hold():
    """The mapping has a default for them; values that went missing still hold."""
    profile = fit_profile(LEADS, ["visits"], ["medium"], ["medium"]).with_scores(SCORES)
    others, none = LEADS.assign(medium="fax"), LEADS.assign(medium=None)

    assert reasons(others) != ()
    assert find_implausible(profile, observe(profile, others, SCORES), LIMITS) == ()
    (reason,) = find_implausible(profile, observe(profile, none, SCORES), LIMITS)
    assert reason.startswith("column medium: 100.0% of 4 rows have no value")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1e-9, 1 + 1e-9])
def test_a_probability_outside_zero_and_one_is_broken(value):
    """Infinite, missing and slightly too large values are all found."""
    scores = SCORES.assign(probability=[0.1, 0.3, value, 0.8], score=1.0, margin=0.0)

    assert find_broken(scores) == "1 of 4 probabilities are not numbers in [0, 1]"


def test_the_other_columns_of_a_score_can_break_too():
    """A margin that is not finite and an unknown grade are found; sound scores are not."""
    sound = SCORES.assign(score=1.0, margin=0.0)

    assert find_broken(sound) is None
    assert find_broken(sound.assign(margin=np.inf)) == "4 of 4 scores or margins are not finite"
    assert find_broken(sound.assign(grade=["A", "E", "B", None])) == "2 of 4 leads have no grade"
    assert find_broken(sound.head(0)) is None


def test_one_probability_for_all_holds():
    """A model that says the same of everybody is not believed, whatever its grades."""
    found = reasons(scores=SCORES.assign(probability=0.25))

    assert found == ("all 4 leads have the same probability, 0.250000",)


def test_a_small_spread_is_a_spread():
    """Probabilities that differ are not constant, however little they differ."""
    assert reasons(scores=SCORES.assign(probability=[0.25, 0.25, 0.25, 0.25 + 1e-6])) == ()


def test_grades_far_from_the_reference_hold():
    """Everything in one grade is 75 % away from four equal grades, worked by hand."""
    scores = SCORES.assign(grade="A")

    seen = observe(PROFILE, LEADS, scores)
    assert grade_shift(PROFILE, seen.grades, seen.rows) == pytest.approx(0.75)
    assert "A 100.0%, B 0.0%" in reasons(scores=scores)[0]
    assert "75.0% moved, limit 35.0%" in reasons(scores=scores)[0]


def test_an_unknown_reference_of_grades_holds():
    """What cannot be compared does not pass."""
    blind = fit_profile(LEADS, ["visits"], ["medium"])

    found = find_implausible(blind, observe(blind, LEADS, SCORES), LIMITS)

    assert len(found) == 1
    assert "100.0% moved" in found[0]


def test_unseen_levels_hold_and_are_named():
    """Column, share, limit and the levels themselves are in the reason; missing is no level."""
    leads = LEADS.assign(medium=["fax", "fax", None, "web"])

    found = reasons(leads, max_missing_shift=0.5)

    assert found == (
        (
            "column medium: 50.0% of 4 rows have a level never seen in training, limit 5.0%; "
            "most often 'fax' (2 rows)"
        ),
    )


def test_levels_that_did_not_fit_into_the_profile_are_allowed_for():
    """The share of levels a profile had no room for is not held against the batch."""
    levels = CategoricalProfile({"web": 0.25}, 0.0, rest=0.75)
    roomless = Profile(4, PROFILE.numeric, {"medium": levels}, PROFILE.grades)

    assert find_implausible(roomless, observe(roomless, LEADS, SCORES), LIMITS) == ()


def test_values_out_of_range_hold_and_are_named():
    """Both ranges are in the reason; infinity is out of range, missing is not."""
    leads = LEADS.assign(visits=[np.nan, np.inf, -5.0, 3.0])

    found = reasons(leads, max_missing_shift=0.5)

    assert found == (
        (
            "column visits: 50.0% of 4 rows are outside the range of training, limit 5.0%; "
            "training had 0 to 3, the batch has -5 to 3"
        ),
    )


def test_missing_values_that_come_or_go_hold():
    """A column that empties is named with both shares."""
    found = reasons(LEADS.assign(visits=np.nan))

    assert found == (
        (
            "column visits: 100.0% of 4 rows have no value, in training 0.0%; "
            "a change of at most 20.0% is allowed"
        ),
    )


def test_a_column_that_was_empty_in_training_is_compared_too():
    """Values where training had none are out of range, and nothing breaks."""
    empty = LEADS.assign(visits=np.nan)
    profile = fit_profile(empty, ["visits"], ["medium"]).with_scores(SCORES)

    assert find_implausible(profile, observe(profile, empty, SCORES), LIMITS) == ()
    assert (
        "training had no value"
        in find_implausible(profile, observe(profile, LEADS, SCORES), LIMITS)[0]
    )


def test_small_batches_are_not_held_for_shares():
    """One odd lead among three is no distribution."""
    leads = LEADS.head(3).assign(medium="fax")

    assert reasons(leads, SCORES.head(3).assign(probability=0.5)) == ()
    assert find_implausible(PROFILE, Observed(), LIMITS) == ()


@pytest.mark.slow
@given(cuts=st.lists(st.integers(0, 60), max_size=5))
def test_how_rows_are_cut_into_chunks_plays_no_part(cuts):
    """Observations of chunks add up to the observation of the whole."""
    numbers = np.arange(60)
    leads = pd.DataFrame(
        {
            "visits": np.where(numbers % 7 == 0, np.nan, numbers - 30.0),
            "medium": np.where(numbers % 3 == 0, "web", np.where(numbers % 5, "fax", "wire")),
        }
    )
    scores = pd.DataFrame({"probability": numbers / 60, "grade": np.where(numbers % 2, "A", "D")})
    edges = [0, *sorted(cuts), 60]

    added = sum(
        (
            observe(PROFILE, leads.iloc[start:end], scores.iloc[start:end])
            for start, end in itertools.pairwise(edges)
        ),
        Observed(),
    )

    assert added == observe(PROFILE, leads, scores)


def test_many_unseen_levels_stay_bounded(monkeypatch):
    """Only the most frequent levels are kept as examples; the count of rows stays exact."""
    monkeypatch.setattr(plausibility, "MAX_COUNTED_LEVELS", 2)
    leads = pd.DataFrame({"visits": 1.0, "medium": list("abbcc")})
    scores = pd.DataFrame({"probability": 0.5, "grade": ["A"] * 5})

    seen = observe(PROFILE, leads, scores) + observe(PROFILE, leads, scores)

    assert seen.unseen["medium"] == 10
    assert seen.levels["medium"] == Counter({"b": 4, "c": 4})
