"""Cron expressions, checked when a config is read and not when a scheduler runs them."""

import re
from typing import Annotated
from typing import Final

from pydantic import AfterValidator
from pydantic import WithJsonSchema

_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_FIELDS: Final = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_SUNDAY: Final = 7
"""Cron has two numbers for it."""
_PART: Final = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([1-9]\d*))?")


def check_cron(expression: str) -> str:
    """Return a cron expression of five fields as it is.

    Raises:
        ValueError: A field is missing or holds what it cannot.

    >>> check_cron("*/15 6-20 * * mon-fri")
    '*/15 6-20 * * mon-fri'
    """
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        msg = (
            f"{expression!r} has {len(fields)} fields, and cron has five: minute, hour, day of the"
            ' month, month, day of the week; every day at five is "0 5 * * *"'
        )
        raise ValueError(msg)
    for text, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
        if not all(_fits(part, least, most, names) for part in text.split(",")):
            words = f", or {names[0]} to {names[-1]}" if names else ""
            msg = (
                f"{expression!r}: {text!r} is no {name}; allowed: * or {least} to {most}{words},"
                " with - for a range, / for steps and commas between"
            )
            raise ValueError(msg)
    return expression


def cron_fields(expression: str) -> tuple[frozenset[int], ...]:
    """Return what each field of a checked expression allows; Sunday is 0.

    >>> [sorted(field) for field in cron_fields("*/20 6-7 1 jan sun")]
    [[0, 20, 40], [6, 7], [1], [1], [0]]
    """
    allowed = []
    for text, (_, least, most, names) in zip(expression.split(), _FIELDS, strict=True):
        values = {value for part in text.split(",") for value in _values(part, least, most, names)}
        allowed.append(frozenset(value % 7 for value in values) if most == _SUNDAY else values)
    return tuple(frozenset(values) for values in allowed)


def _values(part: str, least: int, most: int, names: tuple[str, ...]) -> range:
    first, last, step = _PART.fullmatch(part.lower()).groups()  # type: ignore[union-attr] # checked
    if first is None:
        begin, end = least, 6 if most == _SUNDAY else most
    else:
        begin = _number(first, least, names)
        open_ended = most if step else begin
        end = _number(last, least, names) if last else open_ended
    return range(begin, end + 1, int(step or 1))


def _fits(part: str, least: int, most: int, names: tuple[str, ...]) -> bool:
    found = _PART.fullmatch(part.lower())
    if found is None:
        return False
    ends = [_number(text, least, names) for text in found.groups()[:2] if text is not None]
    return all(least <= end <= most for end in ends) and ends == sorted(ends)


def _number(text: str, least: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + least
    return int(text) if text.isdecimal() else -1


Cron = Annotated[
    str,
    AfterValidator(check_cron),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*\S+(\s+\S+){4}\s*$",
            "patternErrorMessage": 'five fields of cron, such as "0 5 * * *"',
        }
    ),
]
"""When something runs, in UTC."""
