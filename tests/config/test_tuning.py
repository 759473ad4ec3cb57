"""How a search is asked for, and what is refused."""

import pytest
from leads import small_use_case
from pydantic import ValidationError


def tuned(**tuning):
    """Return the search of a use case with a logistic regression and LightGBM."""
    return small_use_case(tuning=tuning).training.tuning


def test_nothing_is_searched_unless_asked():
    """A use case that says nothing about it trains what is configured."""
    assert small_use_case().training.tuning is None


def test_asking_for_it_is_enough():
    """Every setting has a default; all candidates are searched."""
    tuning = tuned()

    assert (tuning.trials, tuning.minutes, tuning.families, tuning.pruning) == (
        30, None, None, True
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tuning", "said"),
    [
        pytest.param({"trials": 0}, "greater than or equal to 1", id="no trial"),
        pytest.param({"minutes": 0}, "greater than 0", id="no time"),
        pytest.param({"trails": 5}, "Extra inputs", id="a key that is not there"),
        pytest.param(
            {"families": ["random_forest"]},
            "tuning.families: 'random_forest' is not among training.candidates"
            r" \(logistic_regression, lightgbm\)",
            id="a family that does not compete",
        ),
        pytest.param(
            {"trials": 1},
            "tuning.trials: 1 is fewer than the 2 families",
            id="too few to try each family once",
        ),
        pytest.param(
            {"families": ["lightgbm"], "ranges": {"logistic_regression": {"C": [1, 2]}}},
            "tuning.ranges: 'logistic_regression' is not searched; that is lightgbm",
            id="the range of a family that is not searched",
        ),
        pytest.param(
            {"ranges": {"lightgbm": {"depth": [1, 2]}}},
            "tuning.ranges.lightgbm: 'depth' is not searched; that is n_estimators",
            id="the range of nothing",
        ),
        pytest.param(
            {"ranges": {"logistic_regression": {"C": [2, 20]}}},
            "tuning.ranges.logistic_regression.C: leaves out 1.0",
            id="a range without what is configured",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(tuning, said):
    """The message names the key, the value and what is allowed."""
    with pytest.raises(ValidationError, match=said):
        tuned(**tuning)
