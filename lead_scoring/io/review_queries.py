"""What people look over: how use cases stand, checks over time, versions, quarantine.

Every answer is bounded: by a limit, or by what one load, check or use case has.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Decision
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.standing import Dated
from lead_scoring.core.standing import KeptRow
from lead_scoring.core.standing import QuarantineFilter
from lead_scoring.core.standing import QuarantineGroup
from lead_scoring.io.load_tables import read_load
from lead_scoring.io.load_tables import read_quarantined
from lead_scoring.io.model_tables import read_decision
from lead_scoring.io.model_tables import read_version
from lead_scoring.io.score_tables import read_batch
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import DECISIONS
from lead_scoring.io.tables import DRIFT_CHECKS
from lead_scoring.io.tables import LOADS
from lead_scoring.io.tables import MODELS
from lead_scoring.io.tables import OUTCOMES
from lead_scoring.io.tables import QUARANTINE
from lead_scoring.io.transactions import Connected


class ReviewQueries(Connected):
    """Questions of people who look after use cases."""

    def newest_loads(self, use_case: str, limit: int = 1) -> tuple[Dated[Load], ...]:
        """Return the newest loads, whatever their purpose, and when each was finished."""
        newest = (
            sa.select(LOADS)
            .where(LOADS.c.use_case == use_case)
            .order_by(LOADS.c.as_of.desc(), LOADS.c.finished_at.desc(), LOADS.c.load_id)
            .limit(limit)
        )
        return tuple(Dated(read_load(row), row.finished_at) for row in self._rows(newest))

    def newest_batch(self, use_case: str) -> Dated[Batch] | None:
        """Return the published batch with the greatest ``as_of``, and when it was computed."""
        newest = (
            _batches(use_case, BatchStatus.PUBLISHED)
            .order_by(BATCHES.c.as_of.desc(), BATCHES.c.finished_at.desc(), BATCHES.c.batch_id)
            .limit(1)
        )
        found = [Dated(read_batch(row), row.finished_at) for row in self._rows(newest)]
        return found[0] if found else None

    def held_batches(self, use_case: str) -> tuple[Dated[Batch], ...]:
        """Return the batches that wait for a release and when each was computed, oldest first."""
        held = _batches(use_case, BatchStatus.HELD).order_by(BATCHES.c.as_of, BATCHES.c.batch_id)
        return tuple(Dated(read_batch(row), row.finished_at) for row in self._rows(held))

    def versions(self, use_case: str, limit: int) -> tuple[Dated[ModelVersion], ...]:
        """Return the newest versions and when each was registered, newest first."""
        newest = (
            sa.select(MODELS)
            .where(MODELS.c.use_case == use_case)
            .order_by(MODELS.c.version.desc())
            .limit(limit)
        )
        return tuple(Dated(read_version(row), row.recorded_at) for row in self._rows(newest))

    def newest_decisions(self, use_case: str, limit: int) -> tuple[Dated[Decision], ...]:
        """Return the newest decisions and when each was written, newest first."""
        newest = (
            sa.select(DECISIONS)
            .where(DECISIONS.c.use_case == use_case)
            .order_by(
                DECISIONS.c.recorded_at.desc(),
                DECISIONS.c.as_of.desc(),
                DECISIONS.c.decision_id.desc(),
            )
            .limit(limit)
        )
        return tuple(Dated(read_decision(row), row.recorded_at) for row in self._rows(newest))

    def reports(self, check_ids: Sequence[str]) -> frozenset[str]:
        """Return which of some drift checks have a report."""
        noted = sa.select(DRIFT_CHECKS.c.check_id).where(
            DRIFT_CHECKS.c.check_id.in_(check_ids), DRIFT_CHECKS.c.report.is_not(None)
        )
        return frozenset(row.check_id for row in self._rows(noted))

    def outcome_stamp(self, use_case: str) -> tuple[object, ...]:
        """Return what differs once there are new promises, loads or outcomes; quickly asked.

        An outcome that is corrected and no more shows with the next load.
        """
        batches = sa.select(sa.func.count(), sa.func.max(BATCHES.c.finished_at)).where(
            BATCHES.c.use_case == use_case, BATCHES.c.status == BatchStatus.PUBLISHED.value
        )
        loads = sa.select(sa.func.max(LOADS.c.as_of), sa.func.max(LOADS.c.finished_at)).where(
            LOADS.c.use_case == use_case
        )
        outcomes = sa.select(sa.func.count()).where(OUTCOMES.c.use_case == use_case)
        with self.reading(f"outcomes of {use_case}") as connection:
            found = [connection.execute(one).one() for one in (batches, loads, outcomes)]
        return tuple(value for row in found for value in row)

    def waiting_rows(self, use_case: str) -> int:
        """Return how many refused rows were not replayed, over all loads."""
        count = sa.select(sa.func.count().label("rows")).where(
            QUARANTINE.c.use_case == use_case, QUARANTINE.c.replayed_in.is_(None)
        )
        return int(self._rows(count)[0].rows)

    def refused_loads(self, use_case: str, limit: int) -> tuple[Load, ...]:
        """Return the newest loads that refused rows, newest first."""
        refused = (
            sa.select(LOADS)
            .where(LOADS.c.use_case == use_case, LOADS.c.rows_quarantined > 0)
            .order_by(LOADS.c.as_of.desc(), LOADS.c.finished_at.desc(), LOADS.c.load_id)
            .limit(limit)
        )
        return tuple(read_load(row) for row in self._rows(refused))

    def quarantine_groups(self, load_id: str) -> tuple[QuarantineGroup, ...]:
        """Return how many rows of a load broke what, the most frequent first."""
        replayed = sa.func.count(QUARANTINE.c.replayed_in)
        grouped = (
            sa.select(
                QUARANTINE.c.rule,
                QUARANTINE.c.column_name,
                (sa.func.count() - replayed).label("waiting"),
                replayed.label("replayed"),
            )
            .where(QUARANTINE.c.load_id == load_id)
            .group_by(QUARANTINE.c.rule, QUARANTINE.c.column_name)
            .order_by(sa.func.count().desc(), QUARANTINE.c.rule, QUARANTINE.c.column_name)
        )
        return tuple(
            QuarantineGroup(row.rule, row.column_name, row.waiting, row.replayed)
            for row in self._rows(grouped)
        )

    def quarantine_page(
        self, load_id: str, only: QuarantineFilter, limit: int, after: int = 0
    ) -> tuple[KeptRow, ...]:
        """Return refused rows of a load in order of their number.

        Args:
            load_id: The load.
            only: Which rows are asked for.
            limit: At most so many.
            after: Only rows of a greater number.
        """
        filters = ((QUARANTINE.c.rule, only.rule), (QUARANTINE.c.column_name, only.column))
        page = (
            sa.select(QUARANTINE)
            .where(
                QUARANTINE.c.load_id == load_id,
                QUARANTINE.c.row_number > after,
                *(column == value for column, value in filters if value is not None),
            )
            .order_by(QUARANTINE.c.row_number)
            .limit(limit)
        )
        return tuple(KeptRow(read_quarantined(row), row.replayed_in) for row in self._rows(page))

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with self.reading("what is looked over") as connection:
            return connection.execute(query).all()


def _batches(use_case: str, status: BatchStatus) -> sa.Select[Any]:
    return sa.select(BATCHES).where(
        BATCHES.c.use_case == use_case, BATCHES.c.status == status.value
    )
