"""What looks broken in new rows, and what only changed."""

import numpy as np
import pandas as pd
import pytest
from drifting import observation_of
from drifting import reference_of

from lead_scoring.config.drift import FaultsConfig
from lead_scoring.core.faults import find_faults

LIMITS = FaultsConfig()
ROWS = 1_000


def world(seed, rows=ROWS):
    """Return leads of which some columns hold hardly anything, as clicks do."""
    random = np.random.default_rng(seed)
    clicks = random.poisson(2.0, rows).astype(np.float64)
    return pd.DataFrame(
        {
            "age": random.normal(40.0, 10.0, rows),
            "income": np.exp(random.normal(10.0, 1.0, rows)),
            "visits": random.poisson(0.5, rows).astype(np.float64),
            "sparse": np.where(random.random(rows) < 0.98, np.nan, clicks),
            "rare": np.where(random.random(rows) < 0.98, 0.0, clicks),
            "city": pd.Series(random.choice(["x", "y", "z"], rows), dtype="str"),
            "medium": pd.Series(random.choice(["mail", "web"], rows, p=[0.8, 0.2]), dtype="str"),
        }
    )


BEFORE = world(1)
REFERENCE = reference_of(BEFORE)


def faults(now, reference=REFERENCE, rows_before=(), limits=LIMITS):
    """Return the sentences on new rows."""
    seen = observation_of(reference, now)
    return find_faults(reference, seen, seen.rows, rows_before, limits)


def test_the_same_world_has_no_fault():
    """Columns that hold hardly anything are none either."""
    assert faults(world(2)) == ()


def test_lost_values_are_named_with_share_and_limit():
    """Four values in ten are gone."""
    now = world(2)
    now.loc[now.index % 10 < 4, "age"] = np.nan

    (fault,) = faults(now)

    assert fault == (
        "age is missing in 40.0% of the new rows and was in 0.0% of the reference; a rise of more"
        " than 30% is a fault: the source probably fails to fill it"
    )


def test_a_rise_at_the_limit_is_no_fault():
    """Three values in ten are gone, as many as may be."""
    now = world(2)
    now.loc[now.index % 10 < 3, "age"] = np.nan

    assert faults(now) == ()


def test_an_empty_column_is_a_fault():
    """Not one value is left."""
    (fault,) = faults(world(2).assign(city=pd.Series([None] * ROWS, dtype="str")))

    assert fault == (
        "city is empty in all 1,000 new rows and was in 0.0% of the reference: the source probably"
        " lost or renamed it"
    )


def test_a_half_empty_column_that_is_empty_is_a_fault():
    """Its share of missing values rose by less than a third, and still it is broken."""
    gone = np.random.default_rng(5).random(ROWS) < 0.75
    reference = reference_of(BEFORE.assign(age=BEFORE["age"].mask(gone)))

    (fault,) = faults(world(2).assign(age=np.nan), reference)

    assert fault.startswith("age is empty in all 1,000 new rows and was in 7")


@pytest.mark.parametrize("column", ["sparse", "rare"])
@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_column_that_held_hardly_anything_may_hold_nothing(column, value):
    """A button that nobody clicks any more breaks nothing; only its zeros may not be lost."""
    now = world(2).assign(**{column: value})

    called = column == "rare" and np.isnan(value)

    assert bool(faults(now)) == called


@pytest.mark.parametrize(
    ("column", "value"),
    [pytest.param("age", 40.0, id="number"), pytest.param("city", "x", id="level")],
)
def test_a_constant_column_is_a_fault(column, value):
    """All rows have the same value, and it was not so."""
    (fault,) = faults(world(2).assign(**{column: value}))

    assert fault.startswith(f"{column} has the same value in all 1,000 new rows that have one")


@pytest.mark.parametrize(("factor", "told"), [(100.0, "larger"), (0.01, "smaller")])
def test_another_unit_is_a_fault(factor, told):
    """Cents for euros, or metres for centimetres."""
    now = world(2)

    (fault,) = faults(now.assign(income=now["income"] * factor))

    assert f"times {told} than in the reference" in fault
    assert "more than 10 times is a fault: its unit probably changed" in fault


def test_a_flood_of_new_levels_is_a_fault():
    """The source spells its cities in capitals."""
    now = world(2)

    (fault,) = faults(now.assign(city=now["city"].str.upper()))

    assert fault == (
        "city has a level unknown to the reference in 100.0% of the new rows, where 0.0% are"
        " usual; more than 50% beyond that is a fault: the source probably spells its levels"
        " differently"
    )


def test_a_mapped_column_has_no_unknown_level():
    """A mapping has a default for it."""
    now = world(2)
    reference = reference_of(BEFORE, mapped=("city",))

    assert faults(now.assign(city=now["city"].str.upper()), reference) == ()


def test_a_column_of_names_always_has_new_levels():
    """Where every level is seen once, the next ones are new, too."""
    sides = [
        pd.DataFrame({"name": pd.Series([f"{side} {row}" for row in range(150)], dtype="str")})
        for side in ("before", "now")
    ]

    assert faults(sides[1], reference_of(sides[0])) == ()


def test_a_truncated_load_is_a_fault():
    """It has fewer than half of the rows that are usual."""
    (fault,) = faults(world(2, 400), rows_before=(1_000, 900, 1_100))

    assert fault == (
        "the load has 400 rows, the loads before it 1,000 (median); less than 50% of that is a"
        " fault: it is probably truncated"
    )


def test_a_first_load_is_not_truncated():
    """There is none to compare it with."""
    assert faults(world(2, 400)) == ()


def test_two_columns_that_changed_places_are_a_fault():
    """Each holds the other's values."""
    now = world(2)

    shifted, *_ = faults(now.assign(age=now["visits"], visits=now["age"]))

    assert shifted == (
        "columns hold each other's values (age those of visits, visits those of age): the source"
        " probably shifted its fields"
    )


def test_columns_of_text_that_changed_places_are_a_fault():
    """They also have levels never seen."""
    now = world(2)

    shifted, *others = faults(now.assign(city=now["medium"], medium=now["city"]))

    assert len(others) == 2
    assert "city those of medium, medium those of city" in shifted


def test_columns_that_are_alike_are_not_mixed_up():
    """Values that fit their own column are not asked whose they are."""
    sides = [
        pd.DataFrame(
            {f"x{place}": np.random.default_rng([seed, place]).random(ROWS) for place in range(4)}
        )
        for seed in (1, 2)
    ]

    assert faults(sides[1], reference_of(sides[0])) == ()


@pytest.mark.parametrize("before", [99, 1, 0])
@pytest.mark.parametrize("now", [99, 1, 0])
def test_a_few_rows_break_nothing(before, now):
    """Ninety-nine rows are too few to call a column broken."""
    broken = world(2, now).assign(age=np.nan, city="?")

    assert faults(broken, reference_of(world(1, before))) == ()


@pytest.mark.parametrize("change", [0.5, -0.5, 1.0])
def test_a_shift_is_no_fault(change):
    """Nor is one of a standard deviation in two columns at once."""
    now = world(2)
    shifted = now.assign(age=now["age"] + 10.0 * change, income=now["income"] * np.exp(change))

    assert faults(shifted) == ()


@pytest.mark.real_data
def test_real_leads_have_no_fault_from_the_first_months_to_the_last(real_data):
    """CodePro's last month against its first two: levels come and go, nothing is broken."""
    leads = pd.read_csv(real_data / "codepro" / "leadscoring.csv", parse_dates=["created_date"])
    created = leads.pop("created_date")
    leads = leads.drop(columns=["Unnamed: 0", "app_complete_flag"])
    first = leads[created < pd.Timestamp("2021-09-01")].reset_index(drop=True)
    last = leads[created >= pd.Timestamp("2022-01-15")].reset_index(drop=True)

    assert faults(last, reference_of(first, mapped=("city_mapped",))) == ()
