"""What a column allows, in words for whoever broke its rule."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from lead_scoring.config.contract import Bound
from lead_scoring.config.contract import ColumnConfig
from lead_scoring.config.contract import ColumnType
from lead_scoring.config.contract import Rule
from lead_scoring.core.plain import instant

_TYPES: Final[dict[ColumnType, str]] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "timestamp": "an instant such as 2022-02-01T05:30:00Z",
}
_SHORT: Final = "text of at most 128 characters"
MOST_NAMED: Final = 50
"""Allowed values that are named, at most."""


def allowed_in_words(column: ColumnConfig, rule: Rule) -> str:
    """Return what a column allows where a rule was broken.

    >>> allowed_in_words(ColumnConfig(type="integer", min=1, max=90), Rule.RANGE)
    'a whole number from 1 to 90'
    >>> allowed_in_words(ColumnConfig(allowed=("Yes", "No")), Rule.ALLOWED)
    'one of Yes, No'
    """
    kind = _TYPES[column.type]
    if rule is Rule.ALLOWED:
        return _listed([str(one) for one in column.allowed or ()])
    if rule is Rule.PATTERN:
        return f"text that matches {column.pattern}" if column.pattern else _SHORT
    return f"{kind}{_more(column, rule)}"


def _listed(values: Sequence[str]) -> str:
    more = f" and {len(values) - MOST_NAMED} more" if len(values) > MOST_NAMED else ""
    return f"one of {', '.join(values[:MOST_NAMED])}{more}"


def _more(column: ColumnConfig, rule: Rule) -> str:
    """Return what is said after the type."""
    match rule:
        case Rule.RANGE:
            return _range(column.minimum, column.maximum)
        case Rule.NULLABLE:
            return "; it cannot be missing"
        case Rule.NOT_YET:
            return "; without it the lead is none yet"
        case _:
            return ""


def _range(least: Bound | None, greatest: Bound | None) -> str:
    if least is not None and greatest is not None:
        return f" from {_spelt(least)} to {_spelt(greatest)}"
    if least is not None:
        return f", at least {_spelt(least)}"
    return "" if greatest is None else f", at most {_spelt(greatest)}"


def _spelt(bound: Bound) -> str:
    return instant(bound) if isinstance(bound, datetime) else f"{bound:.12g}"
