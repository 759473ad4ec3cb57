"""Instants as they travel between tasks: ISO 8601 text in UTC."""

from datetime import UTC
from datetime import datetime

from lead_scoring.errors import ConfigError


def parse(text: str | datetime, what: str = "as_of") -> datetime:
    """Read an instant; a date alone is its midnight, without an offset it is UTC.

    Args:
        text: ISO 8601 text, or an instant.
        what: Its name, for the error.

    Raises:
        ConfigError: It is no instant.

    >>> parse("2022-02-01").isoformat()
    '2022-02-01T00:00:00+00:00'
    >>> parse("2022-02-01T05:30:00+05:30").isoformat()
    '2022-02-01T00:00:00+00:00'
    """
    try:
        parsed = text if isinstance(text, datetime) else datetime.fromisoformat(text.strip())
    except ValueError as error:
        msg = f"{what}: {text!r} is no instant; write 2022-02-01 or 2022-02-01T05:30:00Z"
        raise ConfigError(msg) from error
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC)


def parse_optional(text: str | datetime | None, what: str) -> datetime | None:
    """Read an instant that may be left out; empty text is left out."""
    return parse(text, what) if text else None


def as_text(moment: datetime | None) -> str | None:
    """Write an instant the way tasks hand it on."""
    return None if moment is None else moment.astimezone(UTC).isoformat()
