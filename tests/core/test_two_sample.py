"""Tests and distances on counts, beside scipy on the raw values and closed forms."""

import math

import numpy as np
import pytest
from scipy import stats

from lead_scoring.core import two_sample

RANDOM = np.random.default_rng(3)
BEFORE = RANDOM.poisson(2.0, 400)
NOW = RANDOM.poisson(2.3, 300)


def counted(values):
    """Return how often each of 0, 1, … 29 is there."""
    return np.bincount(values, minlength=30).astype(np.int64)


def counts(*rows):
    """Return counts as an array."""
    return np.array(rows, dtype=np.int64)


def test_kolmogorov_smirnov_is_that_of_scipy():
    """Counts of every value give what scipy gives for the values."""
    ours = two_sample.kolmogorov_smirnov(counted(BEFORE), counted(NOW))
    theirs = stats.ks_2samp(BEFORE, NOW, method="asymp")

    assert (ours.value, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_rank_sum_is_that_of_scipy():
    """Counts of every value give what scipy gives for the values, ties included."""
    ours = two_sample.rank_sum(counted(BEFORE), counted(NOW))
    theirs = stats.mannwhitneyu(BEFORE, NOW, method="asymptotic")

    assert ours.p_value == pytest.approx(theirs.pvalue)


def test_chi_square_is_that_of_scipy():
    """A table of two rows gives what scipy gives for it."""
    before, now = counts(40, 30, 30), counts(50, 20, 40)
    theirs = stats.chi2_contingency(np.stack([before, now]), correction=False)

    ours = two_sample.chi_square(before, now)

    assert (ours.value, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_chi_square_of_a_small_table_is_worked_by_hand():
    """Of 20 and 20 rows, 15 and 5 are of one level: χ² is 4 · 5² / 10, one degree of freedom."""
    tested = two_sample.chi_square(counts(15, 5), counts(5, 15))

    assert tested.value == pytest.approx(10.0)
    assert tested.p_value == pytest.approx(math.erfc(math.sqrt(5.0)))


def test_shares_are_compared_exactly():
    """None of 3 and all of 3: one in twenty ways to choose, on either side."""
    tested = two_sample.shares(0, 3, 3, 3)

    assert (tested.value, tested.p_value) == pytest.approx((1.0, 2 / 20))


def test_equal_shares_are_no_change():
    """The p-value is one and not more."""
    assert two_sample.shares(5, 10, 5, 10).p_value == 1.0


def test_the_largest_share_is_found_among_many_levels():
    """One level of sixty moved: it is more certain than χ² over all of them."""
    before = np.full(60, 80, dtype=np.int64)
    now = before.copy()
    now[7] += 70
    now[8:] -= 1

    single, all_of_them = two_sample.largest_share(before, now), two_sample.chi_square(before, now)

    assert single.p_value < all_of_them.p_value / 10


def test_rare_levels_are_pooled_the_same_on_either_side():
    """Levels with fewer than ten rows on both sides become one; those without rows vanish."""
    before, now = two_sample.pool_rare(counts(50, 4, 0, 3, 0), counts(40, 3, 0, 0, 5))

    assert (before.tolist(), now.tolist()) == ([50, 7], [40, 8])


def test_a_rest_that_is_rare_joins_the_smallest_level():
    """Three rows of a rare level cannot stand alone."""
    before, now = two_sample.pool_rare(counts(50, 20, 1), counts(40, 30, 2))

    assert (before.tolist(), now.tolist()) == ([50, 21], [40, 32])


def test_only_rare_levels_become_one():
    """Nothing is left to compare."""
    before, now = two_sample.pool_rare(counts(1, 2), counts(2, 1))

    assert (before.tolist(), now.tolist()) == ([3], [3])


def test_bins_become_groups_of_about_the_same_weight():
    """A hundred bins of ten rows become ten groups of a hundred."""
    full = np.full(100, 10, dtype=np.int64)

    before, now = two_sample.coarsen(full, full)

    assert before.tolist() == now.tolist() == [100] * 10


def test_the_stability_index_is_its_closed_form_less_chance():
    """Shares of a half become 60 and 40 %: 0.2 times the logarithm of 1.5, less 2 / n."""
    index = two_sample.stability_index(counts(50_000, 50_000), counts(60_000, 40_000))

    assert index == pytest.approx(0.1 * math.log(0.6 / 0.4) - 2 / 100_000, rel=1e-3)


def test_no_change_has_no_stability_index():
    """What chance gives is taken off, and nothing is below zero."""
    assert two_sample.stability_index(counts(30, 70), counts(31, 69)) == 0.0


def test_a_share_shifts_as_a_mean_of_zeros_and_ones():
    """From 45 to 55 % is a tenth over a standard deviation of one half."""
    assert two_sample.share_shift(counts(450, 550), counts(550, 450)) == pytest.approx(0.2)


def test_q_values_are_those_of_benjamini_and_hochberg():
    """Worked by hand: p times the number of tests over the rank, never falling."""
    assert two_sample.correct([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.04, 0.04))


def test_nothing_tested_has_no_q_values():
    """No tests, no values."""
    assert two_sample.correct([]) == ()


def test_thinning_draws_without_replacement():
    """As many rows as asked, and no more of any bin than there are."""
    before = counts(1, 5, 94)

    thinned = two_sample.thin(before, 50, np.random.default_rng(1))

    assert thinned.sum() == 50
    assert (thinned <= before).all()


def test_fewer_rows_than_asked_are_left_as_they_are():
    """Nothing is drawn twice."""
    before = counts(1, 5)

    assert two_sample.thin(before, 50, np.random.default_rng(1)) is before


@pytest.mark.slow
def test_rows_to_detect_are_enough_and_not_too_many():
    """At the rows that are said to be enough, a shift is found about as often as was asked."""
    rows = two_sample.rows_to_detect(0.5, 0.001, 0.8)
    random = np.random.default_rng(5)
    found = 0
    for _ in range(1_000):
        sides = random.normal(0.0, 1.0, rows), random.normal(0.5, 1.0, rows)
        found += stats.mannwhitneyu(*sides, method="asymptotic").pvalue <= 0.001

    assert 0.76 <= found / 1_000 <= 0.86
