"""The verdict of a drift check."""

import numpy as np
import pandas as pd
import pytest

from lead_scoring.config.use_case import DriftConfig
from lead_scoring.core.drift import comparable_columns
from lead_scoring.core.drift import judge_drift
from lead_scoring.core.drift import split_columns
from lead_scoring.core.records import ColumnDrift
from lead_scoring.core.records import Verdict

HALF = DriftConfig(max_drifted_share=0.5)


def moved(name: str, value: float) -> ColumnDrift:
    """Return a column held against the limit 0.1."""
    return ColumnDrift(name, "distance", value, 0.1, drifted=value >= 0.1)


@pytest.mark.parametrize(
    ("values", "verdict", "share"),
    [
        pytest.param([0.0, 0.0], Verdict.STABLE, 0.0, id="nothing moved"),
        pytest.param([0.2, 0.0], Verdict.STABLE, 0.5, id="at the limit"),
        pytest.param([0.2, 0.2, 0.0], Verdict.HARMFUL_DRIFT, 2 / 3, id="over the limit"),
    ],
)
def test_the_share_of_drifted_columns_decides(values, verdict, share):
    """Only a share over the limit is harmful."""
    columns = [moved(f"column_{number}", value) for number, value in enumerate(values)]

    judgement = judge_drift(columns, HALF)

    assert (judgement.verdict, judgement.share) == (verdict, pytest.approx(share))


def test_the_summary_names_the_worst_columns():
    """At most five are named, the worst first, with value and limit."""
    columns = [moved(f"c{number}", number / 10) for number in range(1, 8)]

    assert judge_drift(columns, HALF).summary == (
        "7 of 7 columns drifted (100% > 50%): c7 (distance 0.700, limit 0.1), "
        "c6 (distance 0.600, limit 0.1), c5 (distance 0.500, limit 0.1), "
        "c4 (distance 0.400, limit 0.1), c3 (distance 0.300, limit 0.1), and 2 more; "
        "a training is due"
    )


def test_sparse_columns_are_judged_by_their_missing_values():
    """A column that lost its values drifted; one with hardly any on both sides did not."""
    before = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0], "c": np.nan, "d": np.nan})
    now = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, np.nan], "c": np.nan, "d": [1.0, 2.0]})

    split = split_columns(before, now, ["a", "b", "c", "d"], least=2)
    judgement = judge_drift([moved("a", 0.0), *split.sparse], HALF)

    assert split.compared == ("a",)
    assert [(one.column, one.value, one.drifted) for one in split.sparse] == [
        ("b", 0.5, True),
        ("c", 0.0, False),
        ("d", 1.0, True),
    ]
    assert judgement.share == pytest.approx(2 / 3)
    assert "d (missing 1.000, limit 0.1), b (missing 0.500, limit 0.1)" in judgement.summary


def test_nothing_to_compare_is_not_stable():
    """Without a single value there is no verdict."""
    judgement = judge_drift([ColumnDrift("a", "missing", 0.0, 0.1, drifted=False)], HALF)

    assert (judgement.verdict, judgement.share) == (Verdict.NOT_ENOUGH_DATA, None)


def test_instants_and_unknown_columns_are_not_compared():
    """Time always moves; what the contract does not know cannot be typed."""
    types = {"n": "number", "t": "timestamp", "s": "string", "b": "boolean"}

    assert comparable_columns(["t", "s", "n", "b", "other"], types) == ("s", "n", "b")


def test_columns_read_by_a_mapping_are_not_compared():
    """A new level is nothing new to a mapping with a default."""
    assert comparable_columns(["s", "n"], {"s": "string", "n": "number"}, {"s"}) == ("n",)


@pytest.mark.parametrize("swapped", [False, True], ids=["empty now", "empty before"])
def test_a_sparse_column_that_is_empty_on_one_side_did_not_drift(swapped):
    """One value in a hundred, then none: the share of missing values hardly moved."""
    sides = [
        pd.DataFrame({"clicks": [1.0] + [np.nan] * 99}),
        pd.DataFrame({"clicks": [np.nan] * 50}),
    ]
    before, now = reversed(sides) if swapped else sides

    (clicks,) = split_columns(before, now, ["clicks"], HALF.min_values).sparse

    assert (clicks.value, clicks.drifted) == (pytest.approx(0.01), False)
    assert judge_drift([moved("visits", 0.0), clicks], HALF).verdict is Verdict.STABLE
