"""Turns typed rows into leads: the standard columns, the id and the digest of the content."""

import hashlib
from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.outcome import Value
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.identity import canonical
from lead_scoring.core.parsing import ARROW_TYPES
from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.parsing import as_text
from lead_scoring.core.parsing import parse
from lead_scoring.core.rows import Indices
from lead_scoring.core.schema import CONTENT
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER

OUTCOME_VALUE: Final = "outcome_value"
"""The outcome as the source spells it, typed, as text; not kept in snapshots."""
ID_DIGITS: Final = 32


def lead_schema(use_case: UseCase) -> pa.Schema:
    """Return the schema of leads: standard columns, the contract's, then the working columns.

    A column of the contract that has a standard column's name is that standard column.
    """
    own = [
        pa.field(name, ARROW_TYPES[column.type])
        for name, column in use_case.contract.columns.items()
        if name != use_case.outcome.column and name not in _STANDARD.names
    ]
    return pa.schema([*_STANDARD, *own, *_WORKING])


def make_leads(typed: pa.Table, row_numbers: Indices, use_case: UseCase) -> pa.RecordBatch:
    """Return rows as leads, with the columns of `lead_schema`.

    Args:
        typed: The contract's columns, typed, in any order; shape (n_rows, n_columns).
        row_numbers: int64, shape (n_rows,).
        use_case: Says which columns are the id, the event time and the outcome.
    """
    content = content_digests(typed.drop_columns([use_case.outcome.column]))
    created = _created(typed, use_case)
    outcome = typed.column(use_case.outcome.column).combine_chunks()
    given_id = use_case.lead.id_column
    columns = {
        **{name: typed.column(name).combine_chunks() for name in typed.column_names},
        ROW_NUMBER: pa.array(row_numbers, pa.int64()),
        LEAD_ID: content if given_id is None else _ids(as_text(typed.column(given_id)), content),
        CREATED_AT: created,
        OUTCOME: pc.if_else(_too_late(typed, use_case), 0.0, _as_number(outcome, use_case)),
        KNOWN_AT: _known_at(typed, use_case),
        CONTENT: content,
        OUTCOME_VALUE: as_text(outcome),
    }
    schema = lead_schema(use_case)
    return pa.record_batch([columns[name] for name in schema.names], schema=schema)


def content_digests(typed: pa.Table) -> pa.Array:
    """Return a digest of each row's values, 32 hexadecimal digits, shape (n_rows,).

    It depends on names and values alone: neither on the order of the columns nor on the format
    the values came in. Missing values take no part, so a column added to the contract later
    leaves the digests of rows without it as they were.
    """
    pieces = list(_pieces(typed))
    if not pieces:
        nothing = hashlib.sha256(b"").hexdigest()[:ID_DIGITS]
        return pa.repeat(pa.scalar(nothing), typed.num_rows)
    # Without a value that is never missing, pyarrow 25 drops rows of which every value is missing.
    lines = pc.binary_join_element_wise("", *pieces, ";", null_handling="skip")
    sha256 = hashlib.sha256
    return pa.array(
        [sha256(line).hexdigest()[:ID_DIGITS] for line in lines.cast(pa.binary()).to_pylist()],
        pa.string(),
    )


def _pieces(typed: pa.Table) -> Iterator[pa.Array]:
    """Spell each column as ``"name"=value``, text with its length, so that no two rows collide."""
    for name in sorted(typed.column_names):
        values = typed.column(name).combine_chunks()
        if values.null_count == len(values):
            continue
        levels = values.dictionary_encode()
        if len(levels.dictionary) * 2 < len(values):
            yield _spelt(name, levels.dictionary).take(levels.indices)
        else:
            yield _spelt(name, values)


def _spelt(name: str, values: pa.Array) -> pa.Array:
    head = pa.scalar(f"{canonical(name)}=")
    text = _spelling(values)
    if not pa.types.is_string(values.type):
        return pc.binary_join_element_wise(head, text, "")
    length = pc.binary_length(text).cast(pa.string())
    return pc.binary_join_element_wise(head, length, pa.scalar(":"), text, "")


def _spelling(values: pa.Array) -> pa.Array:
    """Return values as text that is the same for equal values and differs for others."""
    if pa.types.is_string(values.type):
        return values
    if pa.types.is_floating(values.type):
        missing = values.is_null().to_numpy(zero_copy_only=False)
        bits = np.where(missing, 0.0, values.to_numpy(zero_copy_only=False)) + 0.0
        return pa.array(bits.view(np.int64), mask=missing).cast(pa.string())
    if pa.types.is_timestamp(values.type):
        return values.cast(pa.int64()).cast(pa.string())
    return values.cast(pa.string())


def _ids(given: pa.Array, content: pa.Array) -> pa.Array:
    """Return the ids that are given; where one is missing, that of the content.

    Such rows come here only where the config lets ids be derived.
    """
    return pc.coalesce(given, content)


def _created(typed: pa.Table, use_case: UseCase) -> pa.Array:
    column = use_case.lead.created_column
    if column is None:
        return pa.nulls(typed.num_rows, INSTANT)
    return typed.column(column).combine_chunks()


def _as_number(outcome: pa.Array, use_case: UseCase) -> pa.Array:
    """Return outcomes as numbers, missing where there is none.

    1.0 for the positive value and 0.0 for any other; a number itself; of several classes the
    position in the config, from 0.
    """
    kind = use_case.contract.columns[use_case.outcome.column].type
    if use_case.task == "regression":
        return outcome.cast(pa.float64())
    if use_case.task == "multiclass":
        known = [_spell(one) for one in use_case.outcome.classes or ()]
        return pc.index_in(outcome, parse(pa.array(known), kind).read).cast(pa.float64())
    positive = parse(pa.array([_spell(use_case.outcome.positive)]), kind).read[0]
    return pc.equal(outcome, positive).cast(pa.float64())


def _spell(value: Value) -> str:
    return canonical(value) if isinstance(value, bool | float) else str(value)


def _known_at(typed: pa.Table, use_case: UseCase) -> pa.Array:
    """Return when each outcome became known, missing where there is none."""
    due = _due(typed, use_case)
    known = _said(typed, use_case)
    if use_case.outcome.window:
        known = pc.if_else(_too_late(typed, use_case), pa.scalar(None, INSTANT), known)
    outcome = typed.column(use_case.outcome.column).combine_chunks()
    return pc.if_else(pc.is_valid(outcome), pc.coalesce(known, due), pa.scalar(None, INSTANT))


def _too_late(typed: pa.Table, use_case: UseCase) -> pa.Array:
    """Return which leads converted only after the window of the outcome was over."""
    if not use_case.outcome.window:
        return pa.repeat(pa.scalar(value=False), typed.num_rows)
    late = pc.greater(_said(typed, use_case), _due(typed, use_case))
    return pc.fill_null(late, fill_value=False)


def _due(typed: pa.Table, use_case: UseCase) -> pa.Array:
    maturity = pa.scalar(use_case.outcome.maturity, pa.duration("us"))
    return pc.add(_created(typed, use_case), maturity)


def _said(typed: pa.Table, use_case: UseCase) -> pa.Array:
    column = use_case.outcome.known_column
    if column is None:
        return pa.nulls(typed.num_rows, INSTANT)
    return typed.column(column).combine_chunks()


_STANDARD: Final = pa.schema(
    [
        (ROW_NUMBER, pa.int64()),
        (LEAD_ID, pa.string()),
        (CREATED_AT, INSTANT),
        (OUTCOME, pa.float64()),
        (KNOWN_AT, INSTANT),
    ]
)
_WORKING: Final = pa.schema([(CONTENT, pa.string()), (OUTCOME_VALUE, pa.string())])
