"""Readers see a whole batch or none of it, while it is published."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
import sqlalchemy as sa
from made import USE_CASE
from made import day
from made import make_batch
from made import make_scores

from lead_scoring.config.loading import home
from lead_scoring.io.database import Database

LEADS = 3_000
BATCHES = 8
SEEN = sa.text("SELECT batch_id, count(*) AS leads FROM current_scores GROUP BY batch_id")


def poll(url: str, done: Event) -> set[tuple[tuple[str, int], ...]]:
    """Read the current scores over and over; return every state seen."""
    states = set()
    with Database.open(url, home()) as database:
        while not done.is_set():
            with database.reading("current scores") as connection:
                states.add(tuple((row.batch_id, row.leads) for row in connection.execute(SEEN)))
    return states


@pytest.mark.slow
def test_readers_see_whole_batches(either_url, either_database):
    """Every state a polling reader sees is one batch, complete, or nothing at all."""
    scores = [
        make_scores({f"lead_{part}_{number}": 0.5 for number in range(LEADS // 10)})
        for part in range(10)
    ]
    done = Event()
    with ThreadPoolExecutor(1) as pool:
        polled = pool.submit(poll, either_url, done)
        for number in range(BATCHES):
            batch = make_batch(as_of=day(10 + number), rows_scored=LEADS, rows_in=LEADS + 1)
            either_database.save_batch(replace(batch, batch_id=f"batch_{number}"), scores)
        done.set()
        states = polled.result()

    whole = {((f"batch_{number}", LEADS),) for number in range(BATCHES)}
    assert states <= whole | {()}
    assert either_database.leads(USE_CASE)["batch_id"].unique().tolist() == [
        f"batch_{BATCHES - 1}"
    ]
