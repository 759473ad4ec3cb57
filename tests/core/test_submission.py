"""Leads as JSON are held against the contract exactly as the rows of a file are."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from loading import COLUMNS
from loading import loading_use_case
from proofs import examples

from lead_scoring.config.contract import Rule
from lead_scoring.core.contract import Contract
from lead_scoring.core.submission import SubmissionContract

STRICT: dict[str, Any] = COLUMNS | {
    "city": {"type": "string", "allowed": ["delhi", "pune"]},
    "visits": {"type": "integer", "min": 0, "max": 90, "nullable": False},
    "member": {"type": "boolean", "nullable": False},
}
READS = ("created", "city", "visits", "amount", "member")
GOOD: dict[str, Any] = {
    "created": "2023-01-01 10:00:00", "city": "delhi", "visits": 3, "amount": 1.5, "member": True,
}  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(["", "delhi", "3", "3.0", "-1", "91", "1e5", "true", "0", "2023-01-01", "NA"]),
    st.text(max_size=5),
)


CONTRACT = SubmissionContract(loading_use_case(STRICT), READS)
OF_FILES = Contract(CONTRACT.use_case)


def test_json_is_written_the_plain_way():
    """A file of commas and days first does not make JSON's 1.5 and ISO 8601 mean anything else."""
    foreign = {
        "created": STRICT["created"] | {"written": "day_first"},
        "amount": {"type": "number", "written": "decimal_comma"},
    }
    contract = SubmissionContract(loading_use_case(STRICT | foreign), READS)

    leads = contract.submit([GOOD | {"amount": 1.234}])

    assert leads.refused == {}
    assert leads.kept.tolist() == [0]


def broken(*rows: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Return row, field and rule of every finding, in order."""
    refused = CONTRACT.submit(rows).refused
    return [(one.row, one.field, one.rule) for found in refused.values() for one in found]


@pytest.mark.slow
@settings(max_examples=examples(20))
@given(rows=st.lists(st.fixed_dictionaries(dict.fromkeys(READS, TEXTS)), min_size=1, max_size=5))
def test_the_findings_are_those_of_a_file_with_the_same_texts(rows):
    """Column by column and row by row, whatever the values are."""
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in READS})
    typed, faults = OF_FILES.check(table)
    expected = {(int(at) + 1, one.column, one.rule) for one in faults for at in one.rows}

    submission = CONTRACT.submit(rows)
    found = {
        (one.row, one.field, Rule(one.rule))
        for findings in submission.refused.values()
        for one in findings
        if one.rule != "empty"
    }

    assert found == expected
    kept = typed.take(pa.array(submission.kept))
    for name in READS:
        stands = "created_at" if name == "created" else name
        assert submission.leads.column(stands).to_pylist() == kept.column(name).to_pylist()


def test_numbers_may_be_whole_and_whole_numbers_may_have_a_point():
    """JSON has one kind of number; what it means is what counts."""
    submission = CONTRACT.submit([GOOD | {"visits": 3.0, "amount": 2}])

    (lead,) = submission.leads.to_pylist()
    assert (lead["visits"], lead["amount"]) == (3, 2.0)
    assert not submission.refused


def test_what_a_lead_cannot_have_yet_may_be_missing():
    """Neither id nor outcome is asked for; an id is derived from the content."""
    first, same = CONTRACT.submit([GOOD, GOOD | {"visits": "3"}]).leads.to_pylist()

    assert len(first["lead_id"]) == 32
    assert first["lead_id"] == same["lead_id"]
    assert first["outcome"] is None


def test_a_finding_says_row_field_value_and_what_is_allowed():
    """Whoever sent it can mend it without reading the config."""
    submission = CONTRACT.submit([GOOD, GOOD | {"visits": 91, "city": "bonn", "vists": 1}])

    assert [(one.field, one.rule, one.value, one.allowed) for one in submission.refused[1]] == [
        ("city", "allowed", "bonn", "one of delhi, pune"),
        ("visits", "range", "91", "a whole number from 0 to 90"),
        ("vists", "unknown", "1", "did you mean 'visits'?"),
    ]
    assert submission.kept.tolist() == [0]


def test_values_of_another_type_are_refused_and_not_read_into_something():
    """A truth is no number, a number is no text, and lists and objects are nothing."""
    given = GOOD | {"visits": True, "city": 3.5, "amount": [1], "created": {"at": 1}, "member": 2}

    assert broken(given) == [
        (1, "amount", "type"),
        (1, "city", "type"),
        (1, "created", "type"),
        (1, "visits", "type"),
        (1, "member", "type"),
    ]


def test_half_a_character_is_refused_and_can_be_shown():
    """JSON can spell what is no text; neither a value nor a field may break the answer."""
    submission = CONTRACT.submit([GOOD | {"city": "\ud800", "\ud800": 1}])

    (wrong, unknown) = submission.refused[0]
    assert (wrong.rule, wrong.value) == ("type", "\\ud800")
    assert (unknown.rule, unknown.field) == ("unknown", "\\ud800")


def test_a_lead_of_which_nothing_is_known_is_refused():
    """A score of nothing but missing values would look like one of a lead."""
    assert (1, "", "empty") in broken({"id": "a1"})


def test_numbers_beyond_what_a_float_holds_exactly():
    """As a database gives them: a float is taken as it is, whatever its size."""
    submission = CONTRACT.submit([GOOD | {"amount": 2.0**70}, GOOD | {"amount": 2**70 + 1}])

    assert submission.leads.column("amount").to_pylist() == [2.0**70]
    assert [one.rule for one in submission.refused[1]] == ["type"]


def test_rules_that_only_warn_refuse_nothing():
    """The finding is told beside the score."""
    lenient = SubmissionContract(
        loading_use_case(STRICT, rules={"range": {"action": "warn"}}), READS
    )
    submission = lenient.submit([GOOD | {"visits": 91}])

    assert not submission.refused
    assert [one.rule for one in submission.warned[0]] == ["range"]
