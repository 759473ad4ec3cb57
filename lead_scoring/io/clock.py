"""The only place that reads the clock."""

from datetime import UTC
from datetime import datetime


def now() -> datetime:
    """Return the present instant, UTC."""
    return datetime.now(UTC)  # noqa: TID251 this is the clock
