"""What every config model shares: closed, frozen, ranged."""

import re
from datetime import timedelta
from typing import Annotated
from typing import Final

from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field
from pydantic import StringConstraints

_DURATION: Final = re.compile(r"(\d+)\s*([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


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


Duration = Annotated[timedelta, BeforeValidator(_parse_duration)]
"""A length of time such as ``30m``, ``6h``, ``14d`` or ``2w``."""

Fraction = Annotated[float, Field(ge=0, le=1)]
PositiveInt = Annotated[int, Field(gt=0)]

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
"""A name that may become a DAG id, a folder, an experiment or a registered model."""

ColumnName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$")]
"""A column as the source spells it. It is never part of a SQL text or a path."""
