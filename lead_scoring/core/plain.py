"""Records as JSON can say them; the one way commands and reports write them."""

import dataclasses
import math
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from enum import Enum


def plain(value: object) -> object:
    """Turn records into what JSON can say.

    Instants become ISO 8601 in UTC, lengths of time seconds, and numbers that are not finite null.

    >>> plain({"at": datetime(2022, 2, 1, tzinfo=UTC), "shares": (0.5, float("nan"))})
    {'at': '2022-02-01T00:00:00Z', 'shares': [0.5, None]}
    """
    if dataclasses.is_dataclass(value):
        names = (field.name for field in dataclasses.fields(value))
        value = {name: getattr(value, name) for name in names}
    match value:
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return _plain_scalar(value)


def instant(value: datetime) -> str:
    """Write an instant as ISO 8601 in UTC.

    >>> instant(datetime(2022, 2, 1, tzinfo=UTC))
    '2022-02-01T00:00:00Z'
    """
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain_scalar(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case datetime():
            return instant(value)
        case timedelta():
            return value.total_seconds()
        case float() if not math.isfinite(value):
            return None
        case _:
            return value
