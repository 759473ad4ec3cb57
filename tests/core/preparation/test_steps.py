"""What each transformer does to a frame."""

import numpy as np
import pandas as pd
import pytest
from leads import small_leads
from leads import small_use_case
from pandas.testing import assert_frame_equal
from sklearn.base import clone

from lead_scoring.core.preparation.building import build_preparation
from lead_scoring.core.preparation.building import mapped_columns
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.preparation.date_parts import DateParts
from lead_scoring.core.preparation.days_between import DaysBetween
from lead_scoring.core.preparation.fill_missing import FillMissing
from lead_scoring.core.preparation.map_levels import MapLevels
from lead_scoring.core.preparation.rare_levels import RareLevels
from lead_scoring.core.preparation.ratios import Ratios
from lead_scoring.core.preparation.same_level import SameLevel
from lead_scoring.core.preparation.select_features import SelectFeatures
from lead_scoring.core.preparation.sum_columns import SumColumns

FRAME = pd.DataFrame(
    {
        "town": pd.Series(["bonn", "ulm", None, "bonn"], dtype="str"),
        "visits": [1.0, np.nan, 3.0, 4.0],
        "calls": pd.Series([1, None, 2, 0], dtype="Int64"),
        "nothing": [np.nan] * 4,
        "at": pd.to_datetime(
            ["2024-01-01T23:30:00Z", "2024-01-07T00:00:00Z", None, "2024-02-29T12:00:00Z"]
        ),
        "until": pd.to_datetime(
            ["2024-01-03T11:30:00Z", "2024-01-06T00:00:00Z", "2024-01-06T00:00:00Z", None]
        ),
        "birthplace": pd.Series(["bonn", "bonn", "bonn", None], dtype="str"),
    }
)
STEPS = [
    FillMissing(["visits", "nothing"], value=7.0),
    MapLevels("town", "tier", {1.0: ["bonn"]}, default=3.0),
    RareLevels(["town"], cumulative_share=0.7),
    SumColumns({"contacts": ["visits", "calls", "nothing"]}),
    DateParts("at", "created", ("hour", "weekday", "day", "month")),
    DaysBetween({"waited": ["at", "until"]}),
    Ratios({"share": ["visits", "calls"]}),
    SameLevel({"at_home": ["town", "birthplace"]}),
    SelectFeatures(["visits", "calls"], ["town"]),
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_the_input_stays_as_it_was(step):
    """No transformer changes the frame it is given."""
    before = FRAME.copy(deep=True)
    clone(step).fit(FRAME).transform(FRAME)

    assert_frame_equal(FRAME, before)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_a_frame_without_rows_has_the_same_columns_and_dtypes(step):
    """An empty frame goes through and looks like any other."""
    fitted = clone(step).fit(FRAME)
    some, none = fitted.transform(FRAME), fitted.transform(FRAME.iloc[:0])

    assert len(none) == 0
    assert list(none.columns) == list(some.columns) == list(fitted.get_feature_names_out())
    assert none.dtypes.equals(some.dtypes)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_the_index_is_kept_and_rows_do_not_depend_on_each_other(step):
    """Each row comes out the same alone, in any order, under its own label."""
    fitted = clone(step).fit(FRAME)
    whole = fitted.transform(FRAME)
    alone = pd.concat([fitted.transform(FRAME.iloc[[row]]) for row in (3, 1, 0, 2)])

    assert_frame_equal(alone.sort_index(), whole)


def test_missing_numbers_are_filled():
    """Only missing values change."""
    filled = FillMissing(["visits", "calls"], value=0.0).fit_transform(FRAME)

    assert filled["visits"].tolist() == [1.0, 0.0, 3.0, 4.0]
    assert filled["calls"].tolist() == [1.0, 0.0, 2.0, 0.0]
    assert filled["nothing"].isna().all()


def test_levels_map_to_numbers_in_place_of_the_column():
    """Unlisted and missing levels get the default."""
    mapped = MapLevels("town", "tier", {1.0: ["bonn"]}, default=3.0).fit_transform(FRAME)

    assert mapped["tier"].tolist() == [1.0, 3.0, 3.0, 1.0]
    assert list(mapped.columns) == ["tier", *FRAME.columns[1:]]


def test_frequent_levels_are_kept_up_to_the_cumulative_share():
    """Counts 5, 3, 1, 1 of ten: shares 0.5, 0.8, 0.9 and 1.0."""
    towns = pd.DataFrame({"town": list("aaaaabbbcd")})
    step = RareLevels(cumulative_share=0.8).fit(towns)

    assert step.levels_ == {"town": ["a", "b"]}
    assert step.transform(towns)["town"].tolist() == [*"aaaaabbb", "others", "others"]


def test_equally_frequent_levels_are_kept_in_the_order_of_their_text():
    """The order of the rows plays no part."""
    levels = [
        RareLevels(cumulative_share=0.5).fit(pd.DataFrame({"town": list(rows)})).levels_["town"]
        for rows in ("abcd", "dcba", "bdac")
    ]

    assert levels == [["a", "b"]] * 3


def test_unseen_and_missing_levels_become_other():
    """What was not kept is one level."""
    step = RareLevels(["town"], cumulative_share=1.0).fit(FRAME)
    new = FRAME.assign(town=pd.Series(["bonn", "oslo", None, "ulm"], dtype="str"))

    assert step.transform(new)["town"].tolist() == ["bonn", "others", "others", "ulm"]


def test_levels_fixed_in_the_config_are_not_learned():
    """The given list wins over what the rows say."""
    step = RareLevels(["town"], levels={"town": ["ulm"]}).fit(FRAME)

    assert step.transform(FRAME)["town"].tolist() == ["others", "ulm", "others", "others"]


def test_a_level_reads_the_same_as_integer_and_as_float():
    """A chunk with a missing value holds floats; its levels must not change."""
    step = RareLevels(cumulative_share=1.0).fit(pd.DataFrame({"page": [5, 7, 7]}))

    assert step.transform(pd.DataFrame({"page": [5.0, np.nan]}))["page"].tolist() == [
        "5",
        "others",
    ]


def test_an_all_missing_column_has_no_levels():
    """Nothing is learned from nothing."""
    step = RareLevels(["town"]).fit(FRAME.assign(town=pd.Series([None] * 4, dtype="str")))

    assert step.transform(FRAME)["town"].tolist() == ["others"] * 4


def test_counts_are_summed_and_dropped():
    """Missing counts are 0, also in integer and in empty columns."""
    summed = SumColumns({"contacts": ["visits", "calls", "nothing"]}).fit_transform(FRAME)

    assert summed["contacts"].tolist() == [2.0, 0.0, 5.0, 4.0]
    assert list(summed.columns) == ["town", "at", "until", "birthplace", "contacts"]


def test_parts_of_a_date_are_utc_and_monday_is_zero():
    """2024-01-01 was a Monday, 2024-01-07 a Sunday."""
    parts = DateParts("at", "created", ("hour", "weekday", "day", "month")).fit_transform(FRAME)

    assert parts["created_hour"].tolist()[:2] == [23.0, 0.0]
    assert parts["created_weekday"].tolist()[:2] == [0.0, 6.0]
    assert parts.loc[3, ["created_day", "created_month"]].tolist() == [29.0, 2.0]
    assert parts.loc[2, ["created_hour", "created_weekday"]].isna().all()


def test_instants_with_another_offset_are_turned_to_utc():
    """Half past midnight in India is 19:00 UTC of the day before."""
    at = pd.DataFrame({"at": pd.to_datetime(["2024-01-02T00:30:00+05:30"])})

    assert DateParts("at").fit_transform(at)["at_hour"].tolist() == [19.0]


def test_days_between_two_instants_may_be_negative_and_missing():
    """A day and a half, a day back, and nothing where either instant is missing."""
    days = DaysBetween({"waited": ["at", "until"]}).fit_transform(FRAME)["waited"]

    assert days.tolist()[:2] == [1.5, -1.0]
    assert days[2:].isna().all()


def test_a_ratio_by_nothing_is_missing():
    """Dividing by 0 or by a missing number gives no infinity."""
    shares = Ratios({"share": ["visits", "calls"]}).fit_transform(FRAME)["share"]

    assert shares[[0, 2]].tolist() == [1.0, 1.5]
    assert shares[[1, 3]].isna().all()


def test_levels_agree_only_where_both_are_there():
    """Two missing levels are not the same level."""
    same = SameLevel({"at_home": ["town", "birthplace"]}).fit_transform(FRAME)["at_home"]

    assert same[[0, 1]].tolist() == [1.0, 0.0]
    assert same[2] != same[2]
    assert FRAME["town"][3] == "bonn"
    assert np.isnan(same[3])


@pytest.mark.parametrize("value", [None, 0.0], ids=["all missing", "constant"])
def test_derived_columns_of_empty_and_constant_columns_are_missing(value):
    """Nothing derived from nothing breaks."""
    frame = FRAME.assign(visits=value, calls=value, at=pd.NaT, until=pd.NaT, town=None)
    for step in (DaysBetween({"new": ["at", "until"]}), Ratios({"new": ["visits", "calls"]}),
                 SameLevel({"new": ["town", "birthplace"]})):  # fmt: skip
        assert step.fit_transform(frame)["new"].isna().all()


def test_features_have_fixed_dtypes_whatever_comes_in():
    """Numbers are float64 and levels text, also from objects and booleans."""
    odd = pd.DataFrame({"flag": [True, None], "level": pd.Series(["a", None], dtype="category")})
    features = SelectFeatures(["flag"], ["level"]).fit_transform(odd)

    assert features.dtypes.astype(str).to_dict() == {"flag": "float64", "level": "str"}
    assert features["level"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "step",
    [
        FillMissing(["gone"]),
        MapLevels("gone"),
        RareLevels(["gone"]),
        DateParts("gone"),
        DaysBetween({"new": ["at", "gone"]}),
        Ratios({"new": ["gone", "visits"]}),
        SameLevel({"new": ["town", "gone"]}),
    ],
    ids=lambda step: type(step).__name__,
)
def test_a_column_that_is_not_there_is_named(step):
    """The message names the column that was asked for."""
    with pytest.raises(ValueError, match="gone"):
        step.fit(FRAME)


def test_a_made_column_must_not_replace_another():
    """Two columns of one name are refused."""
    with pytest.raises(ValueError, match="visits"):
        MapLevels("town", "visits").fit(FRAME)


def test_the_whole_preparation_gives_the_features_in_order():
    """All steps of a config run as one pipeline that pandas and scikit-learn agree on."""
    use_case = small_use_case()
    leads = small_leads(50)[list(source_columns(use_case))]
    preparation = build_preparation(use_case).fit(leads)

    assert list(preparation.transform(leads).columns) == list(use_case.features.names)
    assert list(preparation.get_feature_names_out()) == list(use_case.features.names)
    assert "won" not in source_columns(use_case)
    assert mapped_columns(use_case) == {"city"}
