"""How well one column tells outcomes apart; figures worked by hand or from scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from lead_scoring.core.column_skill import level_skill
from lead_scoring.core.column_skill import number_skill
from lead_scoring.core.column_skill import order_skill
from lead_scoring.core.column_skill import roc_auc

DRAW = np.random.default_rng(4)
OUTCOMES = (np.arange(400) % 2).astype(float)


def test_roc_auc_is_scikit_learns():
    """Ties included, the figure is that of a second implementation."""
    values = DRAW.integers(0, 9, 400).astype(float)

    assert roc_auc(values, OUTCOMES) == pytest.approx(roc_auc_score(OUTCOMES, values))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_number_that_rises_or_falls_with_the_outcome_is_perfect(sign):
    """The direction plays no part."""
    assert number_skill(sign * OUTCOMES, OUTCOMES) == 1.0


def test_a_number_that_is_neither_rising_nor_falling_is_found():
    """Winners lie between two bands of losers."""
    band = np.where(OUTCOMES == 1.0, 0.0, np.where(np.arange(400) % 4 == 0, -1.0, 1.0))

    assert number_skill(band, OUTCOMES) == 1.0


def test_an_id_has_no_skill_as_a_level():
    """What no two rows share says nothing about another row."""
    ids = pd.Series([f"id_{number}" for number in range(400)], dtype="str")

    assert level_skill(ids, OUTCOMES) == 0.5


def test_a_level_that_goes_with_the_outcome_is_perfect():
    """Every winner has it."""
    levels = pd.Series(np.where(OUTCOMES == 1.0, "won", "lost"), dtype="str")

    assert level_skill(levels, OUTCOMES) == 1.0


def test_the_last_number_of_an_id_is_its_order():
    """Written without leading zeros the alphabet hides it; the number shows it."""
    ids = pd.Series([f"id_{number}" for number in range(400)], dtype="str")

    assert order_skill(ids, np.sort(OUTCOMES)) == 1.0


@pytest.mark.parametrize("values", [np.full(400, np.nan), np.full(400, 7.0), np.empty(0)])
def test_a_column_that_says_nothing_is_chance(values):
    """All-missing, constant and empty columns break nothing."""
    outcomes = OUTCOMES[: len(values)]
    texts = pd.Series(values, dtype="float64").astype("str").where(~np.isnan(values))

    assert number_skill(values, outcomes) == 0.5
    assert level_skill(texts, outcomes) == 0.5
    assert order_skill(texts, outcomes) == 0.5
