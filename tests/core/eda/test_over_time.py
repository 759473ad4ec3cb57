"""Rows and outcome per week or month."""

import numpy as np
import pandas as pd

from lead_scoring.core.eda.over_time import Period
from lead_scoring.core.eda.over_time import over_time


def instants(*texts):
    """Make event times."""
    return pd.Series(pd.to_datetime(list(texts), utc=True).as_unit("us"))


def test_a_week_begins_on_monday():
    """Sunday evening belongs to the week before; rows without a time to none."""
    created = instants(
        "2024-01-07T23:59:00Z", "2024-01-08T00:00:00Z", "2024-01-14T12:00:00Z", None
    )
    unit, periods = over_time(created, np.array([1.0, 1.0, 0.0, 1.0]))

    assert unit == "week"
    assert periods == (Period("2024-01-01", 1, 1.0), Period("2024-01-08", 2, 0.5))


def test_years_are_told_by_month():
    """More weeks than fit on a page become months."""
    unit, periods = over_time(
        instants("2021-03-31T00:00:00Z", "2023-02-01T00:00:00Z"), np.array([2.0, 4.0])
    )

    assert unit == "month"
    assert [one.begins for one in periods] == ["2021-03-01", "2023-02-01"]
    assert [one.value for one in periods] == [2.0, 4.0]


def test_without_event_times_there_is_nothing_over_time():
    """A source without them has no periods."""
    created = pd.Series(pd.NaT, index=range(3), dtype="datetime64[us, UTC]")

    assert over_time(created, np.zeros(3)) == ("week", ())
