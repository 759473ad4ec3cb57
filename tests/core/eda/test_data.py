"""The profile of training data and its page."""

import numpy as np
import pandas as pd
import pytest
from leads import small_leads
from leads import small_use_case

from lead_scoring.core.document import to_markdown
from lead_scoring.core.eda import data
from lead_scoring.core.eda.columns import OTHERS
from lead_scoring.core.eda.data import profile_data
from lead_scoring.core.eda.page import profile_page
from lead_scoring.core.schema import OUTCOME

USE_CASE = small_use_case()
LEADS = small_leads()


def column(profile, name):
    """Find a column."""
    return next(one for one in profile.columns if one.name == name)


def with_column(name, values, kind="string"):
    """Profile the leads with one more column, or another one in its place."""
    columns = {**USE_CASE.model_dump(mode="json", by_alias=True)["contract"]["columns"]}
    columns[name] = {"type": kind}
    contract = USE_CASE.contract.model_validate({"columns": columns})
    use_case = USE_CASE.model_copy(update={"contract": contract})
    return profile_data(use_case, LEADS.assign(**{name: values}))


@pytest.fixture(scope="module")
def profile():
    """Take the profile once."""
    return profile_data(USE_CASE, LEADS)


def test_every_column_of_the_contract_but_the_outcome_is_there(profile):
    """The strongest association comes first."""
    strengths = [one.association for one in profile.columns]

    assert {one.name for one in profile.columns} == {
        "created", "city", "source", "visits", "clicks", "calls",
    }  # fmt: skip
    assert strengths == sorted(strengths, reverse=True)
    assert {one.name for one in profile.columns[:2]} == {"visits", "source"}


def test_rows_missing_values_and_distinct_values_are_counted(profile):
    """They are those of the frame."""
    visits = column(profile, "visits")

    assert profile.rows == sum(profile.groups.values()) == len(LEADS)
    assert profile.groups["conversion"] == int(LEADS[OUTCOME].sum())
    assert visits.missing == LEADS["visits"].isna().mean()
    assert visits.distinct == LEADS["visits"].nunique()
    assert visits.missing_by.keys() == {"conversion", "no conversion"}


def test_numbers_are_told_by_outcome():
    """Converted leads came more often; quantiles rise and densities end at 1."""
    many = LEADS["visits"] + np.arange(len(LEADS)) / 1e6
    numbers = column(with_column("visits", many, "number"), "visits").numbers

    assert numbers.quantiles["conversion"][2] > numbers.quantiles["no conversion"][2]
    assert list(numbers.quantiles["conversion"]) == sorted(numbers.quantiles["conversion"])
    assert max(numbers.densities["conversion"]) == pytest.approx(1.0)


def test_levels_are_told_by_outcome(profile):
    """Shares of each level's outcomes are those of the frame."""
    levels = column(profile, "source").levels
    mail = LEADS.loc[LEADS["source"] == "mail", OUTCOME]

    assert next(iter(levels.rows)) == "mail"
    assert levels.rows["mail"] == len(mail)
    assert levels.shares["mail"]["conversion"] == pytest.approx(mail.mean())


def test_names_of_people_are_never_shown():
    """A column of many levels, an id and a rare level keep their values."""
    names = [f"person_{number % 300}@mail" for number in range(len(LEADS))]
    crowd = with_column("city", names)
    phones = with_column("phone", np.arange(len(LEADS)) + 49_000_000, "integer")
    rare = with_column("city", ["bonn"] * (len(LEADS) - 2) + ["Ada", "Grace"])

    assert "may name people" in column(crowd, "city").hidden
    assert "like an id" in column(phones, "phone").hidden
    assert column(rare, "city").levels.rows == {"bonn": len(LEADS) - 2, OTHERS: 2}
    for one in (crowd, phones, rare):
        page = to_markdown(profile_page(one, "Made up"))
        assert not any(name in page for name in ("person", "49000", "49,000", "Ada", "Grace"))


@pytest.mark.parametrize("value", [None, "one"], ids=["empty", "constant"])
def test_empty_and_constant_columns_break_nothing(value):
    """They are named and not drawn."""
    profile = with_column("city", pd.Series([value] * len(LEADS), dtype="object"))
    page = to_markdown(profile_page(profile, "Made up"))

    assert not column(profile, "city").filled
    assert ("Empty: city" if value is None else "One value only: city") in page


def test_large_data_are_sampled_and_the_page_says_so(monkeypatch):
    """The same seed draws the same rows; whole counts stay whole."""
    monkeypatch.setattr(data, "MAX_ROWS", 300)
    first, second = profile_data(USE_CASE, LEADS), profile_data(USE_CASE, LEADS)

    assert first == second
    assert (first.rows, first.sampled) == (800, 300)
    assert sum(first.groups.values()) == 800
    assert "300 of them" in profile_page(first, "Made up").summary


def test_without_event_times_the_page_says_so():
    """Nothing is drawn over time."""
    profile = profile_data(USE_CASE, small_leads(timed=False))
    page = profile_page(profile, "Made up")

    assert "no event times" in to_markdown(page)
    assert "profile/time.png" not in [picture.file for picture in page.pictures]


def test_leads_are_left_as_they_were():
    """Taking a profile changes no row."""
    leads = small_leads()
    profile_data(USE_CASE, leads)

    pd.testing.assert_frame_equal(leads, small_leads())
