"""Which rows fit and which judge."""

import numpy as np
import pandas as pd
import pytest
from leads import small_leads
from pandas.testing import assert_frame_equal

from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.split import fitted_on_by_neither
from lead_scoring.core.split import folds
from lead_scoring.core.split import in_order
from lead_scoring.core.split import rows_fitted
from lead_scoring.core.split import split_leads

LEADS = small_leads(1000)
TIMELESS = small_leads(1000, timed=False)


def test_every_outcome_fitted_on_was_known_before_the_test_window():
    """Nothing from the test window's time leaks into the fit."""
    split = split_leads(LEADS, 0.25, seed=1)

    assert split.by_time
    assert split.fit[KNOWN_AT].max() <= split.test[CREATED_AT].min()
    assert len(split.test) == 250
    assert len(split.fit) + len(split.test) + len(split.gap) == 1000


def test_a_closed_split_fits_on_everything_before_the_test_window():
    """The gap joins the fit rows in order of time; the test rows stay as they are."""
    split = split_leads(LEADS, 0.25, seed=1)
    closed = split.closed()

    assert len(split.gap) > 0
    assert_frame_equal(closed.fit, in_order(pd.concat([split.fit, split.gap])))
    assert_frame_equal(closed.test, split.test)
    assert closed.gap.empty


def test_a_long_test_window_is_cut_to_its_newest_rows():
    """A model is no older than its judgement needs."""
    split = split_leads(LEADS, 0.25, seed=1, max_test_rows=100)
    whole = split_leads(LEADS, 0.25, seed=1)

    assert len(split.test) == 100
    assert_frame_equal(split.test, whole.test.iloc[-100:].reset_index(drop=True))


def test_rows_of_one_instant_stay_together():
    """The test window begins at an instant, not within one."""
    leads = LEADS.assign(**{CREATED_AT: LEADS[CREATED_AT].dt.floor("D")})
    split = split_leads(leads, 0.25, seed=1)

    assert not set(split.test[CREATED_AT]) & set(split.fit[CREATED_AT])


@pytest.mark.parametrize("leads", [LEADS, TIMELESS], ids=["timed", "timeless"])
def test_the_order_of_rows_plays_no_part(leads):
    """Shuffled rows give the same split, and the input stays as it was."""
    shuffled = leads.sample(frac=1, random_state=1)
    before = shuffled.copy(deep=True)
    one, two = split_leads(leads, 0.25, seed=1), split_leads(shuffled, 0.25, seed=1)

    assert_frame_equal(one.fit, two.fit)
    assert_frame_equal(one.test, two.test)
    assert_frame_equal(shuffled, before)


def test_without_event_times_the_split_is_stratified():
    """Both classes give their share, and no lead is on both sides."""
    split = split_leads(TIMELESS, 0.25, seed=1)

    assert not split.by_time
    assert split.test[OUTCOME].mean() == pytest.approx(TIMELESS[OUTCOME].mean(), abs=0.01)
    assert not set(split.fit[LEAD_ID]) & set(split.test[LEAD_ID])
    assert split.gap.empty


def test_without_event_times_a_lead_mostly_keeps_its_side():
    """What judges a model today does not fit the next one, but for a few at the border."""
    fewer = split_leads(TIMELESS.iloc[:700], 0.25, seed=1)
    more = split_leads(TIMELESS, 0.25, seed=1)
    moved = set(fewer.test[LEAD_ID]) & set(more.fit[LEAD_ID])

    assert len(moved) < 0.2 * len(fewer.test)


def test_without_event_times_the_inner_half_was_fitted_on_by_neither():
    """Leads far from the border are on the test side of both models."""
    fewer = split_leads(TIMELESS.iloc[:700], 0.25, seed=1)
    more = split_leads(TIMELESS, 0.25, seed=1)
    inner = fitted_on_by_neither(more, [None, None], 0.25, seed=1)

    assert len(inner) > 50
    assert not set(inner[LEAD_ID]) & set(fewer.fit[LEAD_ID])


def test_rows_the_older_model_was_fitted_on_are_not_compared():
    """By time only later rows count."""
    split = split_leads(LEADS, 0.25, seed=1)
    until = split.test[CREATED_AT].iloc[99].to_pydatetime()
    newer = split.fit[CREATED_AT].max().to_pydatetime()
    later = fitted_on_by_neither(split, [newer, until], 0.25, seed=1)

    assert len(later) == 150
    assert later[CREATED_AT].min() > until
    assert fitted_on_by_neither(split, [newer, None], 0.25, seed=1).empty


def test_a_window_that_moved_since_the_training_does_not_matter():
    """Rows are chosen by what the models were fitted on, not by where a split is now."""
    then, now = split_leads(LEADS, 0.25, seed=1), split_leads(LEADS, 0.1, seed=1)
    until = then.closed().fit[CREATED_AT].max().to_pydatetime()
    rows = fitted_on_by_neither(now, [until, until], 0.1, seed=1)

    pd.testing.assert_frame_equal(rows, then.test)
    assert rows_fitted(now, until) == len(then.closed().fit)


def test_without_event_times_a_model_was_fitted_on_the_fit_rows():
    """There is no instant to count by."""
    split = split_leads(TIMELESS, 0.25, seed=1)

    assert rows_fitted(split, None) == len(split.fit)


@pytest.mark.parametrize("leads", [LEADS, TIMELESS], ids=["timed", "timeless"])
def test_folds_cover_every_row_once(leads):
    """Each fit row is predicted exactly once, by a model not fitted on it."""
    split = split_leads(leads, 0.25, seed=1)
    outside = np.concatenate([outside for _, outside in folds(split, 4)])

    assert sorted(outside) == list(range(len(split.fit)))
    assert all(not set(ins) & set(out) for ins, out in folds(split, 4))


def test_folds_are_blocks_of_time():
    """Neighbours in time are in the same fold."""
    split = split_leads(LEADS, 0.25, seed=1)

    assert all((np.diff(outside) == 1).all() for _, outside in folds(split, 4))


def test_folds_without_event_times_hold_both_classes():
    """The classes are dealt out evenly."""
    split = split_leads(TIMELESS, 0.25, seed=1)
    means = [split.fit[OUTCOME].iloc[outside].mean() for _, outside in folds(split, 4)]

    assert means == pytest.approx([split.fit[OUTCOME].mean()] * 4, abs=0.01)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_rows_split_without_complaint(rows):
    """That they are too few is for the caller to say."""
    split = split_leads(LEADS.iloc[:rows], 0.25, seed=1)

    assert isinstance(split, Split)
    assert len(split.fit) + len(split.test) + len(split.gap) == rows


def test_in_order_sorts_by_event_time_and_then_by_id():
    """Equal instants are ordered by id."""
    same = pd.Series([LEADS[CREATED_AT].iloc[0]] * 3)
    leads = LEADS.iloc[:3].assign(**{CREATED_AT: same})[::-1]

    assert in_order(leads)[LEAD_ID].tolist() == LEADS[LEAD_ID].tolist()[:3]


def customers(**rows_of_class: int) -> pd.DataFrame:
    """Return leads without event times, so many of each class, numbered from 0 by position."""
    outcomes = np.repeat(np.arange(float(len(rows_of_class))), list(rows_of_class.values()))
    leads = small_leads(len(outcomes), timed=False)
    return leads.assign(**{OUTCOME: outcomes})


def counts(leads: pd.DataFrame) -> list[int]:
    """Return the rows of each class that occurs."""
    return leads[OUTCOME].value_counts().sort_index().tolist()


@pytest.mark.parametrize("rare", [2, 3, 6])
def test_rare_class_both_fits_and_judges(rare):
    """A share of it rounds down to nothing, and still one of its rows judges."""
    split = split_leads(customers(medium=858, high=136, low=rare), 0.2, seed=1)

    assert counts(split.test) == [171, 27, 1]
    assert counts(split.fit) == [687, 109, rare - 1]


def test_class_of_one_row_is_fitted_on():
    """There is no second one to judge by."""
    split = split_leads(customers(medium=100, low=1), 0.2, seed=1)

    assert counts(split.test) == [20]
    assert counts(split.fit) == [80, 1]


@pytest.mark.parametrize(("rare", "expected"), [(6, 5), (5, 4), (4, 3), (3, 2)])
def test_folds_are_no_more_than_the_smallest_class_has_rows(rare, expected):
    """Every fold has a row of every class to fit on and one to predict."""
    split = split_leads(customers(medium=80, low=rare), 0.1, seed=1)
    dealt = list(folds(split, 10))

    assert len(dealt) == expected
    for inside, outside in dealt:
        assert set(split.fit[OUTCOME].iloc[inside]) == {0.0, 1.0}
        assert set(split.fit[OUTCOME].iloc[outside]) == {0.0, 1.0}


def test_numbers_are_dealt_out_alike():
    """Outcomes of many values are no classes: a share of all rows judges, and folds are even."""
    leads = small_leads(200, timed=False).assign(**{OUTCOME: np.arange(200.0)})
    split = split_leads(leads, 0.25, seed=1)

    assert len(split.test) == 50
    assert [len(outside) for _, outside in folds(split, 5)] == [30] * 5
