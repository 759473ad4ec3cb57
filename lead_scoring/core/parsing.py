"""Turns text, or what a database or Parquet holds, into the contract's types; strictly.

A value is taken only if it means one thing and fits its type without loss. An empty text is
missing; every other text, ``NA`` included, is a value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.contract import ColumnType
from lead_scoring.config.contract import Written
from lead_scoring.core.spelled import as_plain

INSTANT: Final = pa.timestamp("us", tz="UTC")
ARROW_TYPES: Final[dict[ColumnType, pa.DataType]] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": INSTANT,
}
LARGEST_EXACT: Final = 2**53 - 1
"""Numbers written out up to here are exact as ``number``; larger ones are refused."""
FIRST_INSTANT: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST_INSTANT: Final = datetime(9999, 12, 30, tzinfo=UTC)

_INTEGER: Final = r"\A-?(0|[1-9][0-9]*)(\.0+)?\z"
_WRITTEN_OUT: Final = r"\A[+-]?[0-9.]+\z"
_NUMBER: Final = r"\A[+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z"
_ZERO: Final = r"\A[+-]?[0.]+([eE].*)?\z"
_INSTANT: Final = (
    r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?\z"
)
_OFFSET: Final = r"([Z]|[ T].*[+-][0-9]{2}:?[0-9]{2})\z"
_BEYOND_MICROSECONDS: Final = r"(\.[0-9]{6})0+"
_TRUE: Final = pa.array(["true", "True", "TRUE", "1"])
_FALSE: Final = pa.array(["false", "False", "FALSE", "0"])


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column as typed values.

    Attributes:
        read: Typed, missing where the source's is missing or cannot be read; shape (n_rows,).
        faulty: Whether a value is there and cannot be read, shape (n_rows,).
    """

    read: pa.Array
    faulty: pa.Array


def parse(values: pa.Array, kind: ColumnType, written: Written | None = None) -> Parsed:
    """Read a column as ``kind``.

    Args:
        values: Text, or values of any other Arrow type, shape (n_rows,).
        kind: Type the contract gives the column.
        written: How text is written, where that is not the plain way; of other types it says
            nothing.
    """
    plain = _plain(values)
    if pa.types.is_null(plain.type):
        return Parsed(pa.nulls(len(plain), ARROW_TYPES[kind]), _none(len(plain)))
    if not pa.types.is_string(plain.type):
        return _with_faults(plain, _conform(plain, kind))
    text = _missing_if_empty(plain)
    if text.null_count == len(text):
        return Parsed(pa.nulls(len(text), ARROW_TYPES[kind]), _none(len(text)))
    if written is not None:
        return _with_faults(text, parse(as_plain(text, written), kind).read)
    if kind in {"string", "timestamp"}:
        return _with_faults(text, _PARSERS[kind](text))
    levels = text.dictionary_encode()
    return _with_faults(text, _PARSERS[kind](levels.dictionary).take(levels.indices))


def as_text(values: pa.Array) -> pa.Array:
    """Return any column as text that reads back as the same value; missing stays missing."""
    plain = _plain(values)
    if pa.types.is_string(plain.type):
        return plain
    if pa.types.is_nested(plain.type) or pa.types.is_binary(plain.type):
        return pa.array([None if v is None else repr(v) for v in plain.to_pylist()], pa.string())
    if pa.types.is_timestamp(plain.type) and plain.type.tz is not None:
        plain = plain.cast(pa.timestamp(plain.type.unit, tz="UTC"))
    return plain.cast(pa.string())


def _plain(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_large_string(values.type) or pa.types.is_string_view(values.type):
        values = values.cast(pa.string())
    return values


def _none(length: int) -> pa.Array:
    return pa.repeat(pa.scalar(value=False), length)


def _with_faults(given: pa.Array, read: pa.Array) -> Parsed:
    return Parsed(read, pc.and_(pc.is_valid(given), pc.is_null(read)))


def _missing_if_empty(text: pa.Array) -> pa.Array:
    return pc.replace_with_mask(text, pc.equal(text, ""), pa.scalar(None, pa.string()))


def _where(text: pa.Array, pattern: str) -> pa.Array:
    """Return the texts that match, missing elsewhere."""
    return pc.if_else(pc.match_substring_regex(text, pattern), text, pa.scalar(None, pa.string()))


def _cast(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Cast, missing where a value does not fit; only halves that hold such a value are split."""
    try:
        return values.cast(kind)
    except pa.ArrowInvalid:
        if len(values) == 1:
            return pa.nulls(1, kind)
        half = len(values) // 2
        return pa.concat_arrays([_cast(values[:half], kind), _cast(values[half:], kind)])


def _parse_string(text: pa.Array) -> pa.Array:
    return text


def _parse_integer(text: pa.Array) -> pa.Array:
    whole = pc.replace_substring_regex(_where(text, _INTEGER), r"\.0+\z", "")
    return _cast(whole, pa.int64())


def _parse_number(text: pa.Array) -> pa.Array:
    decimal = _where(text, _NUMBER)
    numbers = _finite(_cast(pc.utf8_ltrim(decimal, "+"), pa.float64()))
    vanished = pc.and_(pc.equal(numbers, 0.0), pc.invert(pc.match_substring_regex(decimal, _ZERO)))
    numbers = _drop(numbers, vanished)
    large = pc.and_(
        pc.greater(pc.abs(numbers), LARGEST_EXACT), pc.match_substring_regex(decimal, _WRITTEN_OUT)
    )
    return _drop(numbers, large)


def _parse_boolean(text: pa.Array) -> pa.Array:
    true, false = pc.is_in(text, _TRUE), pc.is_in(text, _FALSE)
    return pc.if_else(pc.or_(true, false), true, pa.scalar(None, pa.bool_()))


def _parse_timestamp(text: pa.Array) -> pa.Array:
    iso = pc.replace_substring_regex(_where(text, _INSTANT), _BEYOND_MICROSECONDS, r"\1")
    zoned = pc.match_substring_regex(iso, _OFFSET)
    nothing = pa.scalar(None, pa.string())
    naive = _cast(pc.if_else(zoned, nothing, iso), pa.timestamp("us"))
    utc = naive.cast(pa.int64()).cast(INSTANT)
    if pc.any(zoned).as_py():
        utc = pc.coalesce(utc, _cast(pc.if_else(zoned, iso, nothing), INSTANT))
    return _in_calendar(utc)


_PARSERS: Final[dict[ColumnType, Callable[[pa.Array], pa.Array]]] = {
    "string": _parse_string,
    "integer": _parse_integer,
    "number": _parse_number,
    "boolean": _parse_boolean,
    "timestamp": _parse_timestamp,
}


def _in_calendar(instants: pa.Array) -> pa.Array:
    early = pc.less(instants, pa.scalar(FIRST_INSTANT, INSTANT))
    late = pc.greater(instants, pa.scalar(LAST_INSTANT, INSTANT))
    return _drop(instants, pc.or_(early, late))


def _finite(numbers: pa.Array) -> pa.Array:
    return _drop(numbers, pc.invert(pc.is_finite(numbers)))


def _drop(values: pa.Array, unwanted: pa.Array) -> pa.Array:
    return pc.if_else(
        pc.fill_null(unwanted, fill_value=False), pa.scalar(None, values.type), values
    )


def _conform(values: pa.Array, kind: ColumnType) -> pa.Array:
    """Convert values that are not text; missing where the type or the value does not fit."""
    have = values.type
    fitting = {
        "string": pa.types.is_integer(have),
        "integer": _is_numeric(have),
        "number": _is_numeric(have),
        "boolean": pa.types.is_boolean(have) or pa.types.is_integer(have),
        "timestamp": pa.types.is_timestamp(have) or pa.types.is_date(have),
    }
    if not fitting[kind]:
        return pa.nulls(len(values), ARROW_TYPES[kind])
    if kind == "number":
        return _conform_number(values)
    if kind == "boolean" and pa.types.is_integer(have):
        return _parse_boolean(values.cast(pa.string()))
    if kind == "timestamp" and (pa.types.is_date(have) or have.tz is None):
        values = _cast(values, pa.timestamp("us"))
        return _in_calendar(values.cast(pa.int64()).cast(INSTANT))
    read = _cast(values, ARROW_TYPES[kind])
    return _in_calendar(read) if kind == "timestamp" else read


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _conform_number(values: pa.Array) -> pa.Array:
    if pa.types.is_integer(values.type):
        return _cast(values, pa.float64())
    return _finite(_cast(values, pa.float64()))
