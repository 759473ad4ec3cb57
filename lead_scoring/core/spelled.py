"""Dates and numbers as other countries write them, spelled the one way that is read."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.contract import Written

_TIME: Final = r"((,? +|T)[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?\z"
_DATES: Final[dict[Written, tuple[str, str]]] = {
    "day_first": (r"\A[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}" + _TIME, r"\3-\2-\1\4"),
    "month_first": (r"\A[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}" + _TIME, r"\3-\1-\2\4"),
}
_PARTS: Final = r"\A([0-9]{2})[./-]([0-9]{2})[./-]([0-9]{4})(.*)\z"
_ONE_DIGIT_FIRST: Final = r"\A([0-9][./-])"
_ONE_DIGIT_SECOND: Final = r"\A([0-9]{2}[./-])([0-9][./-])"
_DECIMAL_COMMA: Final = r"\A[+-]?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?\z"


def as_plain(text: pa.Array, written: Written) -> pa.Array:
    """Return texts as ISO 8601 or with a point; missing where one is not written that way.

    Args:
        text: Values of one column, shape (n_rows,).
        written: How they are written.

    >>> as_plain(pa.array(["7.2.2024 14:43", "2024-02-07"]), "day_first").to_pylist()
    ['2024-02-07 14:43', None]
    >>> as_plain(pa.array(["1.234,50", "12", "1.5"]), "decimal_comma").to_pylist()
    ['1234.50', '12', None]
    """
    if written == "decimal_comma":
        whole = pc.replace_substring(_where(text, _DECIMAL_COMMA), ".", "")
        return pc.replace_substring(whole, ",", ".")
    pattern, order = _DATES[written]
    dates = pc.replace_substring_regex(_where(text, pattern), _ONE_DIGIT_FIRST, r"0\1")
    dates = pc.replace_substring_regex(dates, _ONE_DIGIT_SECOND, r"\10\2")
    dates = pc.replace_substring_regex(dates, _PARTS, order)
    return pc.replace_substring_regex(dates, r"(,? +|T)", " ")


def _where(text: pa.Array, pattern: str) -> pa.Array:
    """Return the texts that match, missing elsewhere."""
    return pc.if_else(pc.match_substring_regex(text, pattern), text, pa.scalar(None, pa.string()))
