"""When a schedule comes up next."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.config.cron import check_cron
from lead_scoring.core.schedule import next_run

START = datetime(2024, 1, 1, tzinfo=UTC)
EXPRESSIONS = [
    "0 5 * * *", "*/15 6-20 * * mon-fri", "30 4 1 * *", "0 0 29 2 *", "5/20 */7 * * *",
    "0 12 13 * fri", "59 23 31 dec *", "0 6 * jan,jul sun", "1 1 * * 7", "0 3 * * 6-7",
    "* * * * *", "0 8 1-7 * 1",
]  # fmt: skip


@given(cron=st.sampled_from(EXPRESSIONS), minutes=st.integers(0, 60 * 24 * 900))
def test_the_next_run_is_what_the_scheduler_computes(cron, minutes):
    """Beside the library by which Airflow reads cron."""
    after = START + timedelta(minutes=minutes)
    expected = croniter(check_cron(cron), after).get_next(datetime)

    assert next_run(cron, after) == expected


def test_a_run_that_is_due_this_very_minute_is_not_the_next_one():
    """The next one is a day later."""
    assert next_run("0 0 * * *", START) == START + timedelta(days=1)


def test_a_day_that_does_not_exist_never_comes():
    """There is no 31st of April."""
    assert next_run("0 0 31 4 *", START) is None


@pytest.mark.parametrize("offset", [5, -8])
def test_an_instant_of_any_zone_is_read_as_utc(offset):
    """Cron of a use case is in UTC."""
    from datetime import timezone

    there = START.astimezone(timezone(timedelta(hours=offset)))

    assert next_run("0 5 * * *", there) == START.replace(hour=5)
