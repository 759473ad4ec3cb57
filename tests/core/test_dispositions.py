"""What becomes of a row, and when it is too much."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lead_scoring.config.contract import ContractConfig
from lead_scoring.config.contract import Rule
from lead_scoring.core.dispositions import LONGEST_VALUE
from lead_scoring.core.dispositions import MAX_EXAMPLES
from lead_scoring.core.dispositions import Tally
from lead_scoring.core.dispositions import action_of
from lead_scoring.core.dispositions import judge
from lead_scoring.core.dispositions import shown
from lead_scoring.core.rows import Fault
from lead_scoring.core.rows import Misfit
from lead_scoring.core.rows import RawRows

RAW = RawRows(
    pa.table({"city": ["delhi", "", "x" * 300, None], "visits": ["1", "-2", "many", "4"]}),
    np.array([1, 2, 4, 5]),
    lines=np.array([2, 3, 6, 7]),
    misfits=(Misfit(3, 4, Rule.FIELDS, "", "3 fields instead of 2", "a,b,c"),),
)


def contract(**rules: dict[str, Any]) -> ContractConfig:
    """Make a contract of a text and a number whose rules are given."""
    columns = {"city": {"type": "string"}, "visits": {"type": "integer"}}
    return ContractConfig.model_validate({"columns": columns, "rules": rules})


def fault(rule: Rule, column: str, *rows: int) -> Fault:
    """Make the fault of some positions."""
    return Fault(rule, column, np.array(rows))


def test_rows_without_fault_stay():
    """Only misfits go where nothing else is wrong."""
    judged = judge(RAW, [], contract(), Tally(contract()))

    assert judged.kept.tolist() == [0, 1, 2, 3]
    assert [row.row_number for row in judged.quarantined] == [3]


def test_every_row_stays_or_is_set_apart():
    """Rows at fault go once each, with all their findings, in row order among the misfits."""
    faults = [
        fault(Rule.TYPE, "visits", 2),
        fault(Rule.RANGE, "visits", 1),
        fault(Rule.ALLOWED, "city", 2),
    ]
    judged = judge(RAW, faults, contract(), Tally(contract()))

    assert judged.kept.tolist() == [0, 3]
    assert [(row.row_number, row.line, row.rule, row.column) for row in judged.quarantined] == [
        (2, 3, "range", "visits"),
        (3, 4, "fields", ""),
        (4, 6, "allowed", "city"),
    ]
    assert judged.quarantined[2].findings == ("allowed:city", "type:visits")


def test_a_row_in_quarantine_can_be_read_again():
    """The whole row is kept as it came, the value at fault is shown within bounds."""
    faults = [fault(Rule.PATTERN, "city", 2, 3)]
    long, missing = judge(RAW, faults, contract(), Tally(contract())).quarantined[1:]

    assert json.loads(long.raw_row) == {"city": "x" * 300, "visits": "many"}
    assert long.value == "x" * LONGEST_VALUE
    assert json.loads(missing.raw_row) == {"city": None, "visits": "4"}
    assert missing.value == ""


def test_a_misfit_is_kept_as_text():
    """A row that cannot be laid out stands in quarantine as one text."""
    row = judge(RAW, [], contract(), Tally(contract())).quarantined[0]

    assert (row.value, row.findings) == ("3 fields instead of 2", ("fields:",))
    assert json.loads(row.raw_row) == "a,b,c"


def test_a_warning_keeps_the_row_and_counts_it():
    """What only warns is found, and the row stays."""
    lenient = contract(range={"action": "warn"})
    tally = Tally(lenient)
    judged = judge(RAW, [fault(Rule.RANGE, "visits", 1)], lenient, tally)
    found = {finding.rule: finding for finding in tally.findings()}

    assert 1 in judged.kept
    assert (found["range"].action, found["range"].count) == ("warn", 1)
    assert found["range"].examples == ("row 2, line 3: '-2'",)


@pytest.mark.parametrize("rule", ["fields", "encoding", "type", "contradicting_outcome"])
def test_a_row_without_value_cannot_be_kept(rule):
    """Where there is no value to keep, a warning sets the row apart."""
    assert action_of(contract(**{rule: {"action": "warn"}}), Rule(rule), "city") == "quarantine"
    assert action_of(contract(**{rule: {"action": "fail"}}), Rule(rule), "city") == "fail"


def test_a_column_has_its_own_say():
    """A rule of a column goes before the contract's rule of the same name."""
    own = ContractConfig.model_validate(
        {
            "columns": {"city": {"rules": {"range": {"action": "warn"}}}, "visits": {}},
            "rules": {"range": {"action": "fail"}},
        }
    )

    assert action_of(own, Rule.RANGE, "city") == "warn"
    assert action_of(own, Rule.RANGE, "visits") == "fail"


def test_counts_add_up_over_batches():
    """Counts are exact, examples the first few, findings sorted by rule and column."""
    tally = Tally(contract())
    for batch in range(3):
        tally.add(Rule.TYPE, "visits", 4, [f"{batch}.{n}" for n in range(4)])
    tally.add(Rule.RANGE, "visits", 1)
    first, second = tally.findings()

    assert (first.rule, first.count, first.examples) == ("range", 1, ())
    assert (second.rule, second.count) == ("type", 12)
    assert second.examples == ("0.0", "0.1", "0.2", "0.3", "1.0")
    assert len(second.examples) == MAX_EXAMPLES


@pytest.mark.parametrize(
    ("config", "count", "limit"),
    [
        ({"max_count": 2}, 2, None),
        ({"max_count": 2}, 3, "more than the 2 allowed"),
        ({"max_rate": 0.25}, 5, None),
        ({"max_rate": 0.25}, 6, "more than the 25.0000% allowed"),
        ({"max_rate": 0.0}, 1, "more than the 0.0000% allowed"),
        ({"max_count": 9, "max_rate": 0.25}, 6, "more than the 25.0000% allowed"),
        ({"action": "warn", "max_count": 0}, 1, "more than the 0 allowed"),
        ({"action": "fail"}, 1, "and the contract allows none"),
        ({}, 20, None),
    ],
)
def test_a_limit_is_passed_by_one_more(config, count, limit):
    """Of 20 rows so many may break a rule as the contract says, and not one more."""
    tally = Tally(contract(range=config))
    tally.add(Rule.RANGE, "visits", count, ["row 2: '-2'"])
    expected = f"range in 'visits': {count} of 20 rows, {limit} (row 2: '-2')"

    assert tally.breaches(20) == (() if limit is None else (expected,))


def test_examples_tell_the_line_where_there_are_lines():
    """A source without lines names rows alone; a column it does not have shows as empty."""
    tally = Tally(contract())
    raw = RawRows(pa.table({"visits": [-1, -2]}), np.array([7, 8]))
    judge(
        raw, [fault(Rule.RANGE, "visits", 0), fault(Rule.NULLABLE, "city", 1)], contract(), tally
    )

    assert [finding.examples for finding in tally.findings()] == [("row 8: ''",), ("row 7: '-1'",)]


def test_what_is_shown_can_be_stored():
    """A NUL character is spelled out: PostgreSQL takes none."""
    assert shown("a\0b") == "a\\0b"
