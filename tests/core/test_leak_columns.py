"""Single columns that give the outcome away are found by name."""

import numpy as np
import pandas as pd
import pytest
from leads import small_leads
from leads import small_use_case

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.leak_columns import telling_columns
from lead_scoring.core.leak_columns import telling_order
from lead_scoring.core.leak_columns import telling_presence
from lead_scoring.core.preparation.building import build_preparation
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER

USE_CASE = small_use_case()
LEADS = small_leads()
WON = LEADS[OUTCOME]


def found(leads, use_case: UseCase = USE_CASE):
    """Return kind and columns of all findings."""
    columns = list(source_columns(use_case))
    features = build_preparation(use_case).fit_transform(leads[columns])
    findings = [
        *telling_columns(use_case, leads, features),
        *telling_presence(use_case, leads),
        *telling_order(use_case, leads),
    ]
    return [(str(finding.kind), finding.columns) for finding in findings]


def with_code() -> UseCase:
    """Make the use case read the text column ``code``."""
    content = small_use_case().model_dump(by_alias=True)
    content["contract"]["columns"]["code"] = {}
    content["features"]["categorical"] = ["source", "code"]
    return UseCase.model_validate(content)


def codes(numbers) -> pd.Series:
    """Return a text per number."""
    return pd.Series([f"c{number}" for number in numbers], dtype="str")


def test_honest_leads_have_no_finding():
    """What converts better is not what gives the outcome away."""
    assert found(LEADS) == []


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_number_that_is_the_outcome_is_found(sign):
    """It is named, whichever way it goes."""
    assert found(LEADS.assign(visits=sign * WON)) == [("column", ("visits",))]


def test_a_level_that_is_the_outcome_is_found():
    """A stage that only winners reach is named."""
    stage = pd.Series(np.where(WON == 1.0, "signed", "lost"), dtype="str")

    assert found(LEADS.assign(source=stage)) == [("column", ("source",))]


def test_a_feature_whose_parts_are_innocent_is_found():
    """Two counts that only together give the outcome away are named as their sum."""
    noise = pd.Series(np.random.default_rng(3).integers(0, 40, len(LEADS)), dtype="float64")
    leads = LEADS.assign(clicks=noise.astype("Int64"), calls=50 + 3 * WON - noise)

    assert found(leads) == [("column", ("contacts",))]


def test_a_column_only_winners_have_is_found():
    """Its presence is enough."""
    assert found(LEADS.assign(visits=LEADS["visits"].fillna(0).where(WON == 1.0))) == [
        ("presence", ("visits",))
    ]


def test_a_column_only_some_winners_have_is_found():
    """Its presence alone has little ROC AUC, but nobody else has it."""
    some = (WON == 1.0) & (np.arange(len(LEADS)) % 5 == 0)

    assert found(LEADS.assign(calls=LEADS["calls"].where(some))) == [("presence", ("calls",))]


def test_an_id_whose_order_is_the_outcome_is_found():
    """As a level it says nothing; its number does."""
    leads = LEADS.assign(code=codes((WON.rank(method="first")).astype(int)))

    assert found(leads, with_code()) == [("identifier", ("code",))]


def test_an_id_without_order_is_no_finding():
    """Ids drawn by lot tell nothing."""
    leads = LEADS.assign(code=codes(np.random.default_rng(2).permutation(len(LEADS))))

    assert found(leads, with_code()) == []


def test_rows_sorted_by_outcome_only_warn():
    """No model reads the order of the rows."""
    leads = LEADS.assign(**{ROW_NUMBER: WON.rank(method="first").astype("Int64")})
    warning = list(telling_order(USE_CASE, leads))

    assert [finding.columns for finding in warning] == [(ROW_NUMBER,)]
    assert not warning[0].blocks


def test_empty_and_constant_columns_break_nothing():
    """All-missing numbers and texts and a constant are no finding."""
    nothing = pd.Series([None] * len(LEADS), dtype="str")

    assert found(LEADS.assign(visits=np.nan, calls=1.0, source=nothing, city=nothing)) == []
