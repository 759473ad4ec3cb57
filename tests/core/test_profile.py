"""The profile of what a model saw in training."""

import json

import numpy as np
import pandas as pd
import pytest

from lead_scoring.core import profile as profiles
from lead_scoring.core.profile import CategoricalProfile
from lead_scoring.core.profile import NumericProfile
from lead_scoring.core.profile import Profile
from lead_scoring.core.profile import fit_profile

LEADS = pd.DataFrame(
    {
        "visits": [1.0, np.nan, 3.0, np.inf],
        "member": pd.array([True, False, None, True], "boolean"),
        "medium": pd.Series(["web", "web", None, "mail"], dtype="str"),
        "empty": [np.nan] * 4,
        "blank": pd.Series([None] * 4, dtype="str"),
    }
)


def test_ranges_shares_and_missing_values():
    """Worked by hand: ranges over finite values, shares over all rows."""
    found = fit_profile(LEADS, ["visits", "member", "empty"], ["medium", "blank"])

    assert found.rows == 4
    assert found.numeric == {
        "visits": NumericProfile(1.0, 3.0, 0.25),
        "member": NumericProfile(0.0, 1.0, 0.25),
        "empty": NumericProfile(None, None, 1.0),
    }
    assert found.categorical == {
        "medium": CategoricalProfile({"web": 0.5, "mail": 0.25}, 0.25),
        "blank": CategoricalProfile({}, 1.0),
    }


def test_a_mapped_column_keeps_only_its_missing_share():
    """A level never seen is no fault there, so none is kept; that survives JSON too."""
    found = fit_profile(LEADS, [], ["medium", "blank"], {"medium"})

    assert found.categorical["medium"] == CategoricalProfile(None, 0.25)
    assert found.categorical["blank"].levels == {}
    assert Profile.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_a_profile_survives_json():
    """What is written into the model comes back equal."""
    scores = pd.DataFrame({"probability": [0.1, 0.9], "grade": ["D", "A"]})
    found = fit_profile(LEADS, ["visits", "empty"], ["medium"]).with_scores(scores)

    assert Profile.from_dict(json.loads(json.dumps(found.to_dict(), allow_nan=False))) == found


def test_the_reference_of_scores_is_shares_and_quantiles():
    """Every grade has a share, and the quantiles run from the least to the greatest."""
    scores = pd.DataFrame({"probability": [0.0, 0.5, 1.0, 0.5], "grade": ["D", "B", "A", "B"]})

    found = Profile(4).with_scores(scores)

    assert found.grades == {"A": 0.25, "B": 0.5, "C": 0.0, "D": 0.25}
    assert (found.quantiles[0], found.quantiles[4], found.quantiles[-1]) == (0.0, 0.5, 1.0)
    assert Profile(4).with_scores(scores.head(0)) == Profile(4)


def test_rare_levels_beyond_the_limit_are_one_share(monkeypatch):
    """The most frequent levels are kept; equal ones by name; the rest keeps its share."""
    monkeypatch.setattr(profiles, "MAX_LEVELS", 2)
    column = pd.DataFrame({"city": ["a", "c", "b", "b"]})

    found = fit_profile(column, [], ["city"]).categorical["city"]

    assert found.levels == {"b": 0.5, "a": 0.25}
    assert found.rest == pytest.approx(0.25)


def test_no_rows_have_an_empty_profile():
    """An empty frame breaks nothing."""
    found = fit_profile(LEADS.head(0), ["visits"], ["medium"])

    assert found.numeric["visits"] == NumericProfile(None, None, 0.0)
    assert found.categorical["medium"] == CategoricalProfile({}, 0.0)


def test_leads_are_left_as_they_were():
    """Taking a profile changes no value and no dtype."""
    before = LEADS.copy(deep=True)

    fit_profile(LEADS, ["visits", "member"], ["medium"])

    pd.testing.assert_frame_equal(LEADS, before)
