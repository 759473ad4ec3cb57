"""Which rows exist, are open or mature at an instant."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from loading import loading_use_case

from lead_scoring.core import population
from lead_scoring.core.frames import to_frame
from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.records import Window

NOW = datetime(2023, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)
ROWS = pa.table(
    {
        "created_at": pa.array([NOW - DAY, NOW, NOW + DAY, None, None, NOW - DAY], INSTANT),
        "outcome": pa.array([1.0, 0.0, 1.0, 1.0, None, None]),
        "known_at": pa.array([NOW, NOW + DAY, NOW + 2 * DAY, None, None, None], INSTANT),
    }
)


@pytest.mark.parametrize("form", ["table", "batch", "frame"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("exists", [1, 1, 0, 1, 1, 1]),
        ("known", [1, 0, 0, 1, 0, 0]),
        ("open_leads", [0, 1, 0, 0, 1, 1]),
        ("mature", [1, 0, 0, 1, 0, 0]),
    ],
)
def test_rows_are_counted_as_the_words_say(form, name, expected):
    """Worked by hand: known in time, known later, not yet created, and without event time."""
    forms = {"table": ROWS, "batch": ROWS.to_batches()[0], "frame": to_frame(ROWS)}

    mask = getattr(population, name)(forms[form], NOW)
    assert mask.astype(int).tolist() == expected


def test_a_row_is_open_or_mature_or_does_not_exist():
    """Open and mature rows are together those that exist, and none is both."""
    opened, mature = population.open_leads(ROWS, NOW), population.mature(ROWS, NOW)

    assert not (opened & mature).any()
    assert np.array_equal(opened | mature, population.exists(ROWS, NOW))


def test_rows_without_an_event_time_were_not_created_later():
    """Only the row of the next day was; the one of that very instant was not."""
    later = population.created_after(ROWS.to_batches()[0], NOW)

    assert later.astype(int).tolist() == [0, 0, 1, 0, 0, 0]


def test_an_instant_without_zone_is_refused():
    """A naive instant could mean anything."""
    with pytest.raises(ValueError, match="time zone"):
        population.exists(ROWS, NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(), [1, 1, 1, 1, 1]),
        (Window(NOW, NOW + DAY), [0, 1, 0, 1, 1]),
        (Window(None, NOW), [1, 0, 0, 1, 1]),
        (Window(NOW, None), [0, 1, 1, 1, 1]),
    ],
)
def test_a_window_includes_its_start_and_not_its_end(window, expected):
    """Rows without a readable time are in every window."""
    created = pa.chunked_array([["2023-01-09", "2023-01-10", "2023-01-11", "", "soon"]])

    assert population.in_window(created, window).astype(int).tolist() == expected


WINDOW = {"column": "won", "maturity": "3d", "known_column": "created", "window": True}


def test_leads_are_learned_from_once_their_window_is_closed():
    """Otherwise only those that converted would be there of the newest."""
    since = {"since": "2022-01-01T00:00:00Z"}
    use_case = loading_use_case(outcome=WINDOW, training=since, features={"numeric": ["visits"]})

    assert population.learned_from(use_case, NOW) == Window(
        datetime(2022, 1, 1, tzinfo=UTC), NOW - 3 * DAY
    )
    assert population.learned_from(loading_use_case(), NOW) == Window()


def test_a_window_closes_for_all_leads_at_once():
    """Early conversions wait for the others; without a window nothing changes."""
    leads = to_frame(ROWS)
    closed = population.as_learned(leads, loading_use_case(outcome=WINDOW))

    assert closed["known_at"][0] == NOW + 2 * DAY
    assert closed["known_at"][1] == NOW + 3 * DAY
    assert population.as_learned(leads, loading_use_case()) is leads


def test_an_outcome_known_before_its_lead_teaches_nothing():
    """A review written before the parcel came says nothing of how the parcel came."""
    said = WINDOW | {"window": False}
    early = to_frame(ROWS).assign(known_at=NOW)
    learned = population.as_learned(early, loading_use_case(outcome=said))

    assert len(learned) == len(early) - 1
    assert (NOW + DAY) not in learned["created_at"].tolist()
