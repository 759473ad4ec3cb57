"""One run of score and publish in a process of its own, which kills itself where it is told.

Usage: ``python scoring_run.py <database url> <storage> <where>``
"""

import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fakes import FakeRegistry
from fakes import FakeSnapshots
from fakes import visits_model
from made import USE_CASE
from made import day
from made import make_load
from made import make_snapshot
from made import make_use_case
from made import make_version

from lead_scoring.config.loading import home
from lead_scoring.core.frames import to_frame
from lead_scoring.core.profile import fit_profile
from lead_scoring.core.scoring import score_leads
from lead_scoring.io.batch_files import BatchFiles
from lead_scoring.io.database import Database
from lead_scoring.pipelines import inference
from lead_scoring.pipelines.inference_ports import InferencePorts

ROWS = 400
AS_OF = day(500)


def die() -> None:
    """Kill this process at once; nothing is flushed, closed or rolled back."""
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly:
    """Dies when a step begins, or after the first rows of a step, named ``<step>+``."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._step = ""

    def step(self, name: str, total: int | None = None) -> None:
        """Die where it was asked to."""
        del total
        self._step = name
        if name == self._where:
            die()

    def advance(self, rows: int) -> None:
        """Die after the first rows of a step."""
        del rows
        if f"{self._step}+" == self._where:
            die()


def watch(engine: sa.Engine, where: str) -> None:
    """Die before the statement that begins with ``where``, or before a commit in ``publish``."""

    def before_statement(_connection, _cursor, statement, *_):
        if where.startswith("INSERT") and statement.startswith(where):
            die()

    sa.event.listen(engine, "before_cursor_execute", before_statement)


def main(url: str, storage: str, where: str = "") -> None:
    """Score and publish one load; die at ``where``, if that is given."""
    table = make_snapshot(ROWS)
    leads = to_frame(table)
    config = make_use_case()
    profile = fit_profile(leads, ["visits"], ["medium"])
    profile = profile.with_scores(score_leads(visits_model(profile), leads, config.scoring))
    registry = FakeRegistry({USE_CASE: make_version()}, {1: visits_model(profile)})
    files = BatchFiles(storage)
    progress = Deadly(where)
    with Database.open(url, home()) as database:
        watch(database.engine, where)
        load = make_load(rows_read=ROWS, rows_accepted=ROWS, rows_quarantined=0, rows_duplicate=0)
        database.save_load(load, [])
        ports = InferencePorts(
            loads=database,
            snapshots=FakeSnapshots({load.load_id: table}),
            registry=registry,
            files=files,
            scores=database,
            progress=progress,
        )
        batch = inference.score_batch(config, load.load_id, AS_OF, ports)
        if where == "commit":
            sa.event.listen(database.engine, "commit", lambda _connection: die())
        inference.publish_batch(
            config, batch.batch_id, files=files, scores=database, progress=progress
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
