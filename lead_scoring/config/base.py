"""What every config model shares: closed, frozen, ranged."""

import re
from datetime import timedelta
from typing import Annotated
from typing import Any
from typing import Final

from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field
from pydantic import StringConstraints
from pydantic import WithJsonSchema

_DURATION: Final = re.compile(r"(\d+)\s*([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def in_words(words: str) -> Any:
    """Say in words what a pattern allows; editors show them, and messages do."""
    return Field(json_schema_extra={"patternErrorMessage": words})


class Model(BaseModel):
    """Base of all config models."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _parse_duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(str(value).strip())
    if match is None:
        msg = f"{value!r} is not a duration; write a whole number and m, h, d or w, such as 14d"
        raise ValueError(msg)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def write_duration(duration: timedelta) -> str:
    """Return a length of time as a config spells it, in whole days where it is.

    >>> write_duration(timedelta(days=14)), write_duration(timedelta(minutes=90))
    ('14d', '90m')
    """
    for unit in ("d", "h"):
        count, rest = divmod(duration, timedelta(**{_UNITS[unit]: 1}))
        if not rest:
            return f"{count}{unit}"
    return f"{duration // timedelta(minutes=1)}m"


Duration = Annotated[
    timedelta,
    BeforeValidator(_parse_duration),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*\d+\s*[mhdw]\s*$",
            "patternErrorMessage": "a whole number and m, h, d or w, such as 14d",
        }
    ),
]
"""A length of time such as ``30m``, ``6h``, ``14d`` or ``2w``."""

Fraction = Annotated[float, Field(ge=0, le=1)]
PositiveInt = Annotated[int, Field(gt=0)]

Name = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$"),
    in_words("lower-case letters, digits and underscores, a letter first, at most 48"),
]
"""A name that may become a DAG id, a folder, an experiment or a registered model."""

ColumnName = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$"),
    in_words("the name of a column, 1 to 128 characters"),
]
"""A column as the source spells it. It is never part of a SQL text or a path."""
