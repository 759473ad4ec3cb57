"""Which columns of new rows differ from the reference."""

import numpy as np
import pandas as pd
import pytest
from drifting import observation_of
from drifting import reference_of
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.config.drift import DriftConfig
from lead_scoring.config.drift import EffectsConfig
from lead_scoring.core.drift import compare_columns
from lead_scoring.core.drift import count_tests
from lead_scoring.core.drift import least_rows
from lead_scoring.core.schema import PROBABILITY

CONFIG = DriftConfig()
ROWS = 2_000


def world(seed, rows=ROWS):
    """Return leads with a number, a flag, a text and a column that is half missing."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "number": random.standard_normal(rows),
            "flag": pd.Series(random.random(rows) < 0.3, dtype="boolean"),
            "text": pd.Series(
                random.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2]), dtype="str"
            ),
            "half": np.where(random.random(rows) < 0.5, np.nan, random.random(rows)),
        }
    )


BEFORE = world(1)
REFERENCE = reference_of(BEFORE)


def compared(now, reference=REFERENCE, config=CONFIG, **observing):
    """Return the record of each column, by name."""
    seen = observation_of(reference, now, **observing)
    promised = pd.DataFrame({"probability": np.full(len(seen.sample), 0.5)})
    return {one.column: one for one in compare_columns(reference, seen, promised, config)}


def drifted(now, **options):
    """Return the columns that drifted."""
    return {name for name, one in compared(now, **options).items() if one.drifted}


def text(values):
    """Return a column of text."""
    return pd.Series(list(values), dtype="str")


def test_the_same_world_does_not_drift():
    """Every column has a record, none of them drifted."""
    found = compared(world(2))

    assert list(found) == ["number", "flag", "half", "text", PROBABILITY]
    assert not any(one.drifted for one in found.values())


@pytest.mark.parametrize(
    ("column", "change"),
    [
        pytest.param("number", lambda now: now["number"] + 0.3, id="mean"),
        pytest.param("number", lambda now: now["number"] * 1.5, id="spread"),
        pytest.param("flag", lambda now: now["flag"] | (now["number"] > 1.0), id="flag"),
        pytest.param("text", lambda now: now["text"].where(now["number"] < 1.3, "c"), id="levels"),
        pytest.param("text", lambda now: now["text"].where(now["number"] < 1.3, "d"), id="new"),
        pytest.param("half", lambda now: now["half"].where(now["number"] < 1.0), id="missing"),
        pytest.param("half", lambda now: now["half"] ** 2, id="values of a half-empty column"),
    ],
)
def test_a_changed_column_drifts_alone(column, change):
    """The column that changed is found and no other."""
    now = world(2)

    assert drifted(now.assign(**{column: change(now)})) == {column}


def test_what_the_champion_promises_may_drift():
    """Promises are compared as a column of their own."""
    seen = observation_of(REFERENCE, world(2))
    promised = pd.DataFrame({"probability": np.linspace(0.4, 0.5, len(seen.sample))})

    found = compare_columns(REFERENCE, seen, promised, CONFIG)

    assert [one.column for one in found if one.drifted] == [PROBABILITY]


def test_a_shift_is_told_in_standard_deviations():
    """A column that moves by half its spread has a mean shift of a half, nearly."""
    now = world(2)

    shifted = compared(now.assign(number=now["number"] + 0.5))["number"]

    assert shifted.mean_shift == pytest.approx(0.5, abs=0.1)
    assert shifted.psi == pytest.approx(0.25, abs=0.1)


def test_shares_of_missing_values_are_those_of_all_rows():
    """Not those of the sample."""
    now = world(2)

    found = compared(now, sample=100)["half"]

    assert found.missing_current == now["half"].isna().mean()
    assert found.missing_reference == BEFORE["half"].isna().mean()


def test_a_change_that_is_certain_but_small_does_not_matter():
    """The floors decide."""
    now = world(2)
    high = EffectsConfig(psi=5.0, mean_shift=5.0, missing=1.0)
    changed = now.assign(number=now["number"] + 0.5, half=np.nan)

    assert drifted(changed, config=CONFIG.model_copy(update={"effects": high})) == set()


def test_both_sides_have_the_same_number_of_rows():
    """A large load is no surer of a change than a small one."""
    small = CONFIG.model_copy(update={"sample_rows": 300})
    now = world(2)

    found = compared(now.assign(number=now["number"] + 0.5), config=small)

    assert {one.rows for name, one in found.items() if name != "half"} == {300}


def test_the_seed_decides_which_rows_are_compared():
    """The same seed gives the same numbers, another one gives others."""
    small = CONFIG.model_copy(update={"sample_rows": 300})

    same = [compared(world(2), config=small, sample=300, seed=seed) for seed in (4, 4, 5)]

    assert same[0] == same[1]
    assert same[0] != same[2]


@pytest.mark.slow
@given(st.permutations(range(60)))
def test_the_order_of_rows_plays_no_part(order):
    """New rows in any order give the same records, to the last digit."""
    now = world(2, 60).assign(row_number=np.arange(1, 61))

    assert compared(now.iloc[list(order)], sample=40) == compared(now, sample=40)


def test_many_levels_do_not_drift_by_themselves():
    """Levels that are rare and others that are new are chance where there are thousands."""
    sides = [
        pd.DataFrame(
            {"city": text(map(str, np.random.default_rng(seed).integers(0, 3_000, ROWS)))}
        )
        for seed in (1, 2)
    ]

    assert drifted(sides[1], reference=reference_of(sides[0])) == set()


def test_a_level_among_thousands_is_found():
    """A tenth of the rows is of one city now."""
    before, now = (np.random.default_rng(seed).integers(0, 3_000, ROWS) for seed in (1, 2))
    now[::10] = 7

    reference = reference_of(pd.DataFrame({"city": text(map(str, before))}))

    assert drifted(pd.DataFrame({"city": text(map(str, now))}), reference=reference) == {"city"}


def test_new_levels_of_a_mapped_column_are_no_drift():
    """A mapping has a default for what it never saw."""
    now = pd.DataFrame({"text": world(2)["text"].where(world(3)["number"] < 1.0, "new")})
    before = BEFORE[["text"]]

    assert drifted(now, reference=reference_of(before, mapped=("text",))) == set()
    assert drifted(now, reference=reference_of(before)) == {"text"}


def test_known_levels_of_a_mapped_column_may_drift():
    """What a mapping knows is compared."""
    reference = reference_of(BEFORE[["text"]], mapped=("text",))
    now = pd.DataFrame({"text": world(2)["text"].where(world(3)["number"] < 1.0, "c")})

    assert drifted(now, reference=reference) == {"text"}


NOTHING = {
    "empty": np.full(300, np.nan),
    "constant": np.full(300, 3.0),
    "flag": pd.Series([None] * 300, dtype="boolean"),
    "integer": pd.Series([1, None] * 150, dtype="Int64"),
    "wordless": pd.Series([None] * 300, dtype="str"),
    "word": text(["a"] * 300),
}


@pytest.mark.parametrize("before", [0, 1, 20, 300])
@pytest.mark.parametrize("now", [0, 1, 20, 300])
def test_columns_without_content_break_nothing(before, now):
    """Empty and constant columns, one row and none: no column drifts, all have a record."""
    leads = pd.DataFrame(NOTHING)

    found = compared(leads.iloc[:now], reference=reference_of(leads.iloc[:before]))

    assert len(found) == (7 if min(before, now) else 0)
    assert not any(one.drifted for one in found.values())


@pytest.mark.parametrize("swapped", [False, True], ids=["empty now", "empty before"])
def test_a_column_with_values_on_one_side_drifts_by_what_is_missing(swapped):
    """There is nothing to compare values with."""
    sides = [pd.DataFrame({"x": np.arange(300.0)}), pd.DataFrame({"x": np.full(300, np.nan)})]
    before, now = reversed(sides) if swapped else sides

    found = compared(now, reference=reference_of(before))["x"]

    assert (found.statistic, found.drifted, found.mean_shift) == ("missing", True, None)


def test_a_constant_that_became_another_drifts():
    """It has no spread to tell a shift in."""
    before, now = (pd.DataFrame({"x": np.full(300, value)}) for value in (3.0, 4.0))

    found = compared(now, reference=reference_of(before))["x"]

    assert (found.drifted, found.mean_shift) == (True, None)


def test_a_column_that_is_not_there_counts_as_missing():
    """It drifted, and the others are compared."""
    assert drifted(world(2).drop(columns="text")) == {"text"}


def test_five_columns_are_at_most_fifteen_tests():
    """What the champion promises is one of them."""
    assert count_tests(REFERENCE) == 15


def test_default_settings_ask_for_fewer_than_three_hundred_rows():
    """Half a standard deviation in forty columns: two-sided normal test, over 3/π."""
    assert least_rows(3 * 41, CONFIG) == 192


def test_more_tests_need_more_rows():
    """Each may find something by chance."""
    assert least_rows(10, CONFIG) < least_rows(100, CONFIG)
