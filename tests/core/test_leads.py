"""Rows become leads: ids, digests of the content, outcomes and when they are known."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import COLUMNS
from loading import loading_use_case

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.leads import ID_DIGITS
from lead_scoring.core.leads import content_digests
from lead_scoring.core.leads import lead_schema
from lead_scoring.core.leads import make_leads
from lead_scoring.core.parsing import ARROW_TYPES

MOMENT = datetime(2023, 1, 1, 10, tzinfo=UTC)
LEAD: dict[str, Any] = {
    "id": "a1",
    "created": MOMENT,
    "city": "delhi",
    "visits": 3,
    "amount": 1.5,
    "member": True,
    "won": 1,
}
VALUES = {
    "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    "other": st.sampled_from(["", ";", '"text"=', "1:a", ";1:a"]),
    "number": st.floats(allow_nan=False),
    "count": st.integers(-(2**63), 2**63 - 1),
    "flag": st.booleans(),
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | kind for name, kind in VALUES.items()}),
    min_size=1,
    max_size=12,
)
SCHEMA = pa.schema(
    {
        "text": pa.string(),
        "other": pa.string(),
        "number": pa.float64(),
        "count": pa.int64(),
        "flag": pa.bool_(),
    }
)


def typed(*rows: dict[str, Any], **types: pa.DataType) -> pa.Table:
    """Return rows as a contract would, missing where nothing is given."""
    kinds = {name: ARROW_TYPES[column["type"]] for name, column in COLUMNS.items()} | types
    return pa.Table.from_pylist(list(rows), schema=pa.schema(kinds))


def made(use_case: UseCase, *rows: dict[str, Any], **types: pa.DataType) -> list[dict[str, Any]]:
    """Make leads of rows numbered from 1."""
    numbers = np.arange(1, len(rows) + 1)
    return make_leads(typed(*rows, **types), numbers, use_case).to_pylist()


@pytest.mark.slow
@given(rows=ROWS)
def test_digests_are_equal_exactly_for_equal_rows(rows):
    """Two rows share a digest if and only if every value is the same."""
    digests = content_digests(pa.Table.from_pylist(rows, schema=SCHEMA)).to_pylist()
    same = [tuple(row[name] for name in SCHEMA.names) for row in rows]

    assert [digests.index(digest) for digest in digests] == [same.index(row) for row in same]


@pytest.mark.slow
@given(rows=ROWS, order=st.permutations(SCHEMA.names), cut=st.integers(0, 12))
def test_digests_depend_on_the_row_alone(rows, order, cut):
    """Order of columns, other rows, chunks and columns without values play no part."""
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    together = content_digests(table).to_pylist()
    parts = [content_digests(part).to_pylist() for part in (table[:cut], table[cut:])]
    chunked = pa.concat_tables([table[:cut], table[cut:]])
    widened = chunked.select(order).append_column("new", pa.nulls(len(rows), pa.string()))

    assert [*parts[0], *parts[1]] == together
    assert content_digests(widened).to_pylist() == together


def test_a_digest_is_written_down():
    """The digest of a known row stays what it was: ids of leads in databases depend on it."""
    table = typed(LEAD).drop_columns(["won"])
    empty = content_digests(pa.table({"city": pa.nulls(2, pa.string())})).to_pylist()

    assert content_digests(table).to_pylist() == ["a63e8f0aef59bc423cf1053fd8c95ce1"]
    assert empty == ["e3b0c44298fc1c149afbf4c8996fb924"] * 2


@pytest.mark.parametrize("names", [["city"], ["city", "state"]])
def test_a_row_without_any_value_has_a_digest(names):
    """Among rows with values, too, and it is that of a table without values."""
    table = pa.table({name: pa.array(["a", None, "b"]) for name in names})
    nothing = content_digests(pa.table({"city": pa.nulls(1, pa.string())})).to_pylist()

    assert content_digests(table).to_pylist()[1:2] == nothing


def test_minus_zero_is_zero():
    """Equal numbers have equal digests."""
    first, second = content_digests(pa.table({"amount": [0.0, -0.0]})).to_pylist()

    assert first == second


def test_standard_columns_come_first():
    """A snapshot's columns, then the contract's without the outcome, then the working ones."""
    assert lead_schema(loading_use_case()).names == [
        *("row_number", "lead_id", "created_at", "outcome", "known_at"),
        *("id", "created", "city", "visits", "amount", "member"),
        *("content", "outcome_value"),
    ]


def test_a_column_named_like_a_standard_one_is_that_one():
    """An id column called ``lead_id`` stands once."""
    columns = {"lead_id" if name == "id" else name: kind for name, kind in COLUMNS.items()}
    use_case = loading_use_case(columns, lead={"id_column": "lead_id"})

    assert lead_schema(use_case).names.count("lead_id") == 1


def test_a_lead_is_its_row():
    """Number, id, event time, outcome and every column arrive; the outcome is known in time."""
    lead = made(loading_use_case(), LEAD)[0]

    assert lead.pop("content")
    assert lead == {name: value for name, value in LEAD.items() if name != "won"} | {
        "row_number": 1,
        "lead_id": "a1",
        "created_at": MOMENT,
        "outcome": 1.0,
        "known_at": MOMENT + timedelta(days=3),
        "outcome_value": "1",
    }


def test_what_is_not_known_is_missing():
    """Without outcome nothing is known; without event time it is not known since when."""
    unknown, undated = made(loading_use_case(), LEAD | {"won": None}, LEAD | {"created": None})

    assert (unknown["outcome"], unknown["known_at"], unknown["outcome_value"]) == (None,) * 3
    assert (undated["created_at"], undated["outcome"], undated["known_at"]) == (None, 1.0, None)


def test_a_source_may_have_no_event_times():
    """Every event time is missing then."""
    lead = made(loading_use_case(lead={"id_column": "id"}), LEAD)[0]

    assert lead["created_at"] is None
    assert lead["created"] == MOMENT


def test_an_id_is_made_of_the_content():
    """Without id column the id is a digest of everything but the outcome."""
    use_case = loading_use_case(lead={"created_column": "created"})
    first, won_later, other = made(use_case, LEAD, LEAD | {"won": 0}, LEAD | {"visits": 4})

    assert first["lead_id"] == first["content"] == won_later["lead_id"]
    assert len(first["lead_id"]) == ID_DIGITS
    assert other["lead_id"] != first["lead_id"]


@pytest.mark.parametrize(
    ("kind", "positive", "values"),
    [
        ("integer", 1, [1, 0]),
        ("number", 1, [1.0, 0.5]),
        ("number", 0.5, [0.5, 1.0]),
        ("boolean", True, [True, False]),
        ("string", "yes", ["yes", "no"]),
        ("string", 1, ["1", "0"]),
    ],
)
def test_the_positive_value_is_one_and_any_other_zero(kind, positive, values):
    """Whatever type the outcome has, missing stays missing."""
    use_case = loading_use_case(
        COLUMNS | {"won": {"type": kind}},
        outcome={"column": "won", "positive": positive, "maturity": "3d"},
    )
    rows = [LEAD | {"won": value} for value in (*values, None)]
    leads = made(use_case, *rows, won=ARROW_TYPES[kind])

    assert [lead["outcome"] for lead in leads] == [1.0, 0.0, None]


DAY = timedelta(days=1)
TIMED = COLUMNS | {"told": {"type": "timestamp"}}
TOLD = {"told": ARROW_TYPES["timestamp"]}


def told(days: float | None, *, window: bool, won: int | None = 1) -> tuple[Any, Any]:
    """Return outcome and instant known of a lead whose outcome was told after some days."""
    outcome = {"column": "won", "maturity": "3d", "known_column": "told", "window": window}
    at = None if days is None else MOMENT + days * DAY
    (lead,) = made(
        loading_use_case(TIMED, outcome=outcome), {**LEAD, "won": won, "told": at}, **TOLD
    )
    return lead["outcome"], lead["known_at"]


@pytest.mark.parametrize(
    ("days", "won", "expected"),
    [
        pytest.param(1, 1, (1.0, MOMENT + DAY), id="told sooner"),
        pytest.param(9, 1, (1.0, MOMENT + 9 * DAY), id="told later"),
        pytest.param(None, 1, (1.0, MOMENT + 3 * DAY), id="not told when"),
        pytest.param(1, None, (None, None), id="no outcome"),
    ],
)
def test_an_outcome_is_known_when_the_source_says_so(days, won, expected):
    """Where it does not say, the maturity counts."""
    assert told(days, window=False, won=won) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(1, (1.0, MOMENT + DAY), id="within"),
        pytest.param(3, (1.0, MOMENT + 3 * DAY), id="at the end"),
        pytest.param(9, (0.0, MOMENT + 3 * DAY), id="too late"),
        pytest.param(-1, (1.0, MOMENT - DAY), id="before the event"),
        pytest.param(None, (1.0, MOMENT + 3 * DAY), id="not told when"),
    ],
)
def test_a_conversion_counts_only_within_the_window(days, expected):
    """Later ones are no conversions, which is known when the window closes."""
    assert told(days, window=True) == expected
