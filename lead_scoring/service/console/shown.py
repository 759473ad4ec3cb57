"""How numbers and instants are spelled on pages."""

from datetime import UTC
from datetime import datetime
from typing import Final

from markupsafe import Markup

MISSING: Final = "\N{EN DASH}"
_SMALL: Final = 0.01
_WHOLE_FROM: Final = 1000


def number(value: float | None, decimals: int | None = None) -> str:
    """Return a number for people.

    Args:
        value: The number; a dash where it is missing.
        decimals: So many digits after the point; as many as it deserves if absent.

    >>> number(1234567), number(0.73123), number(0.00012), number(2.0, 1)
    ('1,234,567', '0.731', '0.00012', '2.0')
    """
    if value is None or value != value:  # noqa: PLR0124 NaN is not itself
        return MISSING
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    if float(value).is_integer() or abs(value) >= _WHOLE_FROM:
        return f"{value:,.0f}"
    return f"{value:.2g}" if abs(value) < _SMALL else f"{value:,.3f}".rstrip("0").rstrip(".")


def percent(value: float | None, decimals: int = 0) -> str:
    """Return a share as a percentage.

    >>> percent(0.734), percent(0.001, 1)
    ('73%', '0.1%')
    """
    return MISSING if value is None else f"{100 * value:.{decimals}f}%"


def instant(value: datetime | None) -> str:
    """Return an instant to the minute, UTC, as an element that machines can read, too.

    >>> print(instant(datetime(2024, 1, 5, 14, 2, tzinfo=UTC)))
    <time datetime="2024-01-05T14:02:00+00:00">2024-01-05 14:02&nbsp;UTC</time>
    """
    return _element(value, "%Y-%m-%d %H:%M&nbsp;UTC")


def day(value: datetime | None) -> str:
    """Return the day of an instant, UTC.

    >>> print(day(datetime(2024, 1, 5, 14, 2, tzinfo=UTC)))
    <time datetime="2024-01-05T14:02:00+00:00">2024-01-05</time>
    """
    return _element(value, "%Y-%m-%d")


def _element(value: datetime | None, form: str) -> str:
    if value is None:
        return MISSING
    utc = value.astimezone(UTC)
    spelled = Markup(utc.strftime(form))  # noqa: S704 a form of ours, digits from the clock
    return Markup('<time datetime="{}">{}</time>').format(utc.isoformat(), spelled)
