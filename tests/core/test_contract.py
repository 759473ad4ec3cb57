"""What a contract refuses, and what it says about a header."""

from typing import Any

import pyarrow as pa
import pytest
from loading import COLUMNS
from loading import loading_use_case

from lead_scoring.core.contract import LONGEST_LEAD_ID
from lead_scoring.core.contract import Contract
from lead_scoring.core.contract import header_faults
from lead_scoring.core.parsing import ARROW_TYPES
from lead_scoring.core.records import Purpose

NAMES = list(COLUMNS)
OPTIONAL = COLUMNS | {"city": {"type": "string", "required": False}}


def checked(column: dict[str, Any], *texts: str | None) -> tuple[list[Any], dict[str, list[int]]]:
    """Hold one column called ``city`` against a contract; return its values and its faults."""
    use_case = loading_use_case(COLUMNS | {"city": column}, features={"categorical": ["city"]})
    typed, faults = Contract(use_case).check(pa.table({"city": pa.array(texts, pa.string())}))
    assert {fault.column for fault in faults} <= {"city"}
    return typed["city"].to_pylist(), {fault.rule: fault.rows.tolist() for fault in faults}


@pytest.mark.parametrize(
    ("column", "texts", "expected"),
    [
        ({"type": "integer"}, ["1", "x", ""], {"type": [1]}),
        ({"type": "integer", "min": 0, "max": 9}, ["-1", "0", "9", "10"], {"range": [0, 3]}),
        ({"type": "number", "max": 0.5}, ["0.5", "0.51", ""], {"range": [1]}),
        ({"nullable": False}, ["a", "", "NA"], {"nullable": [1]}),
        ({"allowed": ["a", "b"]}, ["a", "c", "B", ""], {"allowed": [1, 2]}),
        ({"allowed": [1, 2]}, ["1", "01"], {"allowed": [1]}),
        ({"pattern": "[a-z]+"}, ["ab", "ab1", "1ab", "ab\n", ""], {"pattern": [1, 2, 3]}),
        ({"pattern": "a|bc"}, ["a", "bc", "ac"], {"pattern": [2]}),
    ],
)
def test_values_that_break_a_rule_are_named(column, texts, expected):
    """Worked by hand: limits are inside, patterns match whole texts, missing breaks nothing."""
    assert checked(column, *texts)[1] == expected


def test_limits_of_instants_are_utc():
    """A limit without offset is UTC, as is a value without one; a limit with one is converted."""
    column = {
        "type": "timestamp",
        "min": "2023-01-01T00:00:00",
        "max": "2023-01-02T00:00:00+02:00",
    }
    texts = ["2022-12-31 23:59:59", "2023-01-01", "2023-01-01 22:00:00", "2023-01-01 22:00:01"]

    assert checked(column, *texts)[1] == {"range": [0, 3]}


def test_one_value_may_break_several_rules():
    """Every broken rule is found, not just the first."""
    column = {"allowed": ["a"], "pattern": "[a-z]"}

    assert checked(column, "a", "b", "B")[1] == {"allowed": [1, 2], "pattern": [2]}


def test_an_unreadable_value_is_not_missing_as_well():
    """What cannot be read breaks ``type`` alone, even where nothing may be missing."""
    values, faults = checked({"type": "integer", "nullable": False}, "x", "", "7")

    assert values == [None, None, 7]
    assert faults == {"type": [0], "nullable": [1]}


def test_a_column_without_any_value_breaks_nothing():
    """An optional column may be empty throughout, whatever its other rules."""
    column = {"type": "integer", "min": 0, "allowed": [1]}

    assert checked(column, "", None) == ([None, None], {})


def test_an_empty_batch_is_typed():
    """Without rows there are no faults, and the columns have their types all the same."""
    use_case = loading_use_case()
    nothing = pa.table({name: pa.array([], pa.string()) for name in NAMES})
    typed, faults = Contract(use_case).check(nothing)

    assert faults == ()
    assert typed.schema.types == [ARROW_TYPES[column["type"]] for column in COLUMNS.values()]


def test_columns_come_in_the_order_of_the_contract():
    """The order of the source plays no part, ignored columns go, absent ones are missing."""
    table = pa.table({"extra": ["x"], "visits": ["3"], "id": ["a1"]})
    typed, faults = Contract(loading_use_case()).check(table)

    assert typed.column_names == NAMES
    assert typed.to_pylist() == [dict.fromkeys(NAMES) | {"id": "a1", "visits": 3}]
    assert faults == ()


def test_an_id_is_there_and_not_too_long():
    """An id may never be missing, whatever its column says, nor longer than is stored."""
    use_case = loading_use_case(COLUMNS | {"id": {"type": "string"}})
    ids = ["a" * LONGEST_LEAD_ID, "a" * (LONGEST_LEAD_ID + 1), ""]
    _, faults = Contract(use_case).check(pa.table({"id": ids}))

    assert {fault.rule: fault.rows.tolist() for fault in faults} == {
        "pattern": [1],
        "nullable": [2],
    }


def test_the_columns_of_the_contract_have_no_faults():
    """All columns in any order are fine, ignored ones among them."""
    use_case = loading_use_case(contract={"ignore_columns": ["", "note"]})
    names = ["", *reversed(NAMES), "note"]

    assert header_faults(names, use_case, Purpose.TRAIN_AND_SCORE) == ()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([*NAMES, "id"], "column 8: 'id' stands there twice, first as column 1"),
        ([*NAMES, "extra"], "column 8: 'extra' is unknown"),
        (NAMES[1:], "column 'id' is missing"),
    ],
)
def test_a_faulty_header_is_told_by_column(names, expected):
    """Each fault says which column, by place or by name."""
    assert header_faults(names, loading_use_case(), Purpose.TRAIN_AND_SCORE) == (expected,)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_file_with_another_delimiter_is_told_so(delimiter):
    """One sentence with the way out, and not a column of all names that is unknown."""
    (fault,) = header_faults(
        [delimiter.join(COLUMNS)], loading_use_case(), Purpose.TRAIN_AND_SCORE
    )

    assert f"Set source.delimiter to {delimiter!r}" in fault


@pytest.mark.parametrize("misspelt", ["City", " city", "citty"])
def test_a_misspelt_column_is_told_what_was_meant(misspelt):
    """Only a column that is absent is offered."""
    names = [misspelt if name == "city" else name for name in NAMES]
    faults = header_faults(names, loading_use_case(), Purpose.TRAIN_AND_SCORE)

    assert faults == (
        f"column 3: {misspelt!r} is unknown; the contract has 'city'",
        "column 'city' is missing",
    )
    assert header_faults([*NAMES, misspelt], loading_use_case(), Purpose.TRAIN_AND_SCORE) == (
        f"column 8: {misspelt!r} is unknown",
    )


def test_what_is_not_required_may_be_absent():
    """An optional column may be absent always, the outcome where nothing is trained."""
    names = [name for name in NAMES if name not in {"city", "won"}]
    use_case = loading_use_case(OPTIONAL)

    assert header_faults(names, use_case, Purpose.SCORE_ONLY) == ()
    assert header_faults(names, use_case, Purpose.TRAIN_AND_SCORE) == ("column 'won' is missing",)


def test_a_row_that_has_not_come_to_the_moment_is_set_apart():
    """An order that was not delivered cannot be scored at its delivery; it is no fault either."""
    moments = {
        "id_column": "id",
        "moments": ["purchase", "delivery"],
        "moment": "delivery",
        "created_columns": {"purchase": "created", "delivery": "created"},
    }
    table = pa.table({"id": ["a", "b"], "created": ["2023-01-01", ""]})
    _, faults = Contract(loading_use_case(lead=moments)).check(table)

    assert [(fault.rule, fault.column, fault.rows.tolist()) for fault in faults] == [
        ("not_yet", "created", [1])
    ]
