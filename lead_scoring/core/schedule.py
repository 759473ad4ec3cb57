"""When a cron expression comes up next, as the scheduler reads it: in UTC, minutes exact."""

from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Final

from lead_scoring.config.cron import cron_fields

_HORIZON: Final = timedelta(days=366 * 8)
"""The 29th of February comes up within eight years."""


def next_run(cron: str, after: datetime) -> datetime | None:
    """Return the first instant after another at which a cron expression comes up.

    Where both a day of the month and a day of the week are named, either will do.

    Args:
        cron: Five fields that `lead_scoring.config.cron.check_cron` took, UTC.
        after: An aware instant; one at which it comes up itself is not returned.

    Returns:
        The instant, UTC; ``None`` for a day that does not exist, such as the 30th of February.

    >>> next_run("0 5 * * *", datetime(2022, 2, 1, 5, tzinfo=UTC)).isoformat()
    '2022-02-02T05:00:00+00:00'
    >>> next_run("0 5 30 2 *", datetime(2022, 2, 1, 5, tzinfo=UTC))
    """
    minutes, hours, days, months, weekdays = cron_fields(cron)
    start = after.astimezone(UTC)
    times = [(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)]
    for day in _days(start):
        if day.month not in months or not _fits(day, days, weekdays):
            continue
        for hour, minute in times:
            found = day.replace(hour=hour, minute=minute)
            if found > start:
                return found
    return None


def is_late(cron: str, seen: datetime, now: datetime) -> bool:
    """Return whether a whole run was missed since one was seen: the one after it is due too.

    >>> is_late("0 5 * * *", datetime(2022, 2, 1, 5, 1, tzinfo=UTC),
    ...         datetime(2022, 2, 3, 5, 1, tzinfo=UTC))
    True
    """
    due = next_run(cron, seen)
    later = None if due is None else next_run(cron, due)
    return later is not None and later < now


def _days(start: datetime) -> Iterator[datetime]:
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=passed) for passed in range(_HORIZON.days))


def _fits(day: datetime, days: frozenset[int], weekdays: frozenset[int]) -> bool:
    on_day = day.day in days
    on_weekday = day.isoweekday() % 7 in weekdays
    any_day, any_weekday = len(days) == 31, len(weekdays) == 7  # noqa: PLR2004 of a month, a week
    if any_day or any_weekday:
        return on_day and on_weekday
    return on_day or on_weekday
