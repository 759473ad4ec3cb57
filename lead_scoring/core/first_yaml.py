"""Pieces of YAML and comments for people: names, values, lists."""

import json
import re
import textwrap
from collections.abc import Iterable
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from lead_scoring.core.first_profile import ColumnProfile

WIDTH: Final = 99
"""Characters of a line of comment."""
_NUMBERS: Final = frozenset({"integer", "number", "boolean"})
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_PLAIN: Final = frozenset(
    ("y", "n", "yes", "no", "true", "false", "on", "off", "null", "none", "nan", "inf")
)


def quoted(value: object) -> str:
    """Return a value as YAML that reads back as the same.

    >>> quoted("city"), quoted("no"), quoted("a: b"), quoted(True), quoted(3)
    ('city', '"no"', '"a: b"', 'true', '3')
    """
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _NOT_PLAIN
    return value if plain else json.dumps(value, ensure_ascii=False)


def typed(text: str, column: ColumnProfile) -> str:
    """Return a level as YAML of its column's type."""
    if column.type == "boolean":
        return text.lower()
    if column.type in _NUMBERS:
        return f"{float(text):g}" if column.type == "number" else str(int(float(text)))
    return json.dumps(text, ensure_ascii=False)


def number(value: object) -> str:
    """Return a number or the day of an instant."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def entries(named: Iterable[tuple[str, str]], indent: int = 4) -> Iterator[str]:
    """Iterate over the lines of a list of names with notes."""
    for name, note in named:
        yield f"{' ' * indent}- {quoted(name)}{f'  # {note}' if note else ''}"


def comment(text: str, indent: int = 0) -> Iterator[str]:
    """Iterate over the lines of a comment."""
    mark = " " * indent + "# "
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False
    )
