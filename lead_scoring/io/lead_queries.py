"""What people ask the platform database: the best leads, and how a use case stands."""

import json
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from functools import partial
from typing import Final

import pandas as pd
import sqlalchemy as sa

from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Decision
from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.schema import CLASS_PROBABILITIES
from lead_scoring.io.drift_tables import DriftTables
from lead_scoring.io.load_tables import LoadTables
from lead_scoring.io.score_tables import ScoreTables
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.tables import LOADS
from lead_scoring.io.tables import OUTCOMES
from lead_scoring.io.tables import QUARANTINE
from lead_scoring.io.tables import SCORES

_BY_TASK: Final = (
    "probability",
    "prediction",
    "interval_low",
    "interval_high",
    "predicted_class",
    "class_probabilities",
)
_MOVED: Final = ("trend", "previous_score", "previous_grade")
LAST: Final = "\U0010ffff"
"""Comes after every character, so that a range of ids is what begins with a text."""

_SHOWN: Final = ("lead_id", "created_at", *_BY_TASK, "score", "margin", "grade", "reasons")


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads are asked for; ``None`` does not filter.

    Attributes:
        grades: One of these grades.
        min_probability: At least this probability, in [0, 1].
        model_version: Scored by this version.
        created_from: Event time at or after this instant, UTC.
        created_until: Event time before this instant, UTC.
        scored_from: Scored for an ``as_of`` at or after this instant, UTC.
        scored_until: Scored for an ``as_of`` at or before this instant, UTC.
        lead_ids: One of these leads.
        lead_id_start: Leads whose id begins so.
        trends: Whose score moved in one of these ways.
    """

    grades: Sequence[str] | None = None
    min_probability: float | None = None
    model_version: int | None = None
    created_from: datetime | None = None
    created_until: datetime | None = None
    scored_from: datetime | None = None
    scored_until: datetime | None = None
    lead_ids: Sequence[str] | None = None
    lead_id_start: str | None = None
    trends: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How a use case stands in the platform database.

    Attributes:
        last_load: The load of leads that was known last, whatever its purpose.
        quarantined: Rows in quarantine over all loads that were not replayed.
        batches: Number of batches by status.
        last_batch: The batch with the greatest ``as_of``.
        held: Batches that wait for a release, oldest first.
        last_check: The newest drift check.
        last_report: Where its report is, if it has one.
        faulty: Loads that are neither trained on nor scored: their newest check says data fault.
        last_decision: The newest decision.
        current_leads: Leads in ``current_scores``.
        outcomes: Leads whose outcome was written.
    """

    use_case: str
    last_load: Load | None
    quarantined: int
    batches: dict[str, int]
    last_batch: Batch | None
    held: tuple[Batch, ...]
    last_check: DriftCheck | None
    last_report: str | None
    faulty: tuple[Load, ...]
    last_decision: Decision | None
    current_leads: int
    outcomes: int


class LeadQueries(LoadTables, ScoreTables, DriftTables):
    """Questions about leads and about a use case as a whole."""

    def leads(
        self, use_case: str, top: int | None = 10, only: LeadFilter | None = None
    ) -> pd.DataFrame:
        """Return the best leads of ``current_scores``.

        Args:
            use_case: Name of the use case.
            top: At most so many; ``None`` for all.
            only: Which leads are asked for.

        Returns:
            ``lead_id``, ``created_at``, what was predicted, ``score``, ``margin``, ``grade``,
            ``reasons``, ``trend``, ``previous_score``, ``previous_grade``, ``model_version``,
            ``batch_id``, ``as_of``; by grade, the greatest score first, equal ones by margin and
            then by ``lead_id``. What was predicted is ``probability``; ``prediction`` with its
            interval; or a class with its probability and every class's. Reasons are a list,
            ``None`` where an earlier version scored.
        """
        columns = [*_SHOWN, *_MOVED, "model_version", "batch_id", "as_of"]
        best = (
            sa.select(*(CURRENT_SCORES.c[name] for name in columns))
            .where(CURRENT_SCORES.c.use_case == use_case, *conditions(only or LeadFilter()))
            .order_by(*best_first(CURRENT_SCORES))
            .limit(top)
        )
        return self._frame(best, f"leads of {use_case}")

    def batch_leads(self, batch_id: str, top: int | None = None) -> pd.DataFrame:
        """Return the best leads of one batch, held or published, as `leads` does."""
        best = (
            sa.select(
                *(SCORES.c[name] for name in _SHOWN),
                BATCHES.c.model_version,
                SCORES.c.batch_id,
                BATCHES.c.as_of,
            )
            .join(BATCHES, BATCHES.c.batch_id == SCORES.c.batch_id)
            .where(SCORES.c.batch_id == batch_id)
            .order_by(*best_first(SCORES))
            .limit(top)
        )
        return self._frame(best, f"leads of batch {batch_id}")

    def listed(self, use_case: str, batch_id: str) -> int:
        """Return how many leads of a batch stand in ``current_scores``."""
        return self._count(CURRENT_SCORES, use_case, CURRENT_SCORES.c.batch_id == batch_id)

    def status(self, use_case: str) -> Status:
        """Return how a use case stands."""
        batches = self.batches(use_case)
        decisions = self.decisions(use_case)
        check = self.last_check(use_case)
        return Status(
            use_case=use_case,
            last_load=self._last_load(use_case),
            quarantined=self._count(QUARANTINE, use_case, QUARANTINE.c.replayed_in.is_(None)),
            batches={
                status.value: sum(batch.status is status for batch in batches)
                for status in BatchStatus
            },
            last_batch=batches[-1] if batches else None,
            held=tuple(batch for batch in batches if batch.status is BatchStatus.HELD),
            last_check=check,
            last_report=self.report_of(check.check_id) if check else None,
            faulty=self.faulty_loads(use_case, datetime.max.replace(tzinfo=UTC)),
            last_decision=decisions[-1] if decisions else None,
            current_leads=self._count(CURRENT_SCORES, use_case),
            outcomes=self._count(OUTCOMES, use_case),
        )

    def _last_load(self, use_case: str) -> Load | None:
        newest = (
            sa.select(LOADS.c.load_id)
            .where(LOADS.c.use_case == use_case, LOADS.c.purpose != Purpose.OUTCOMES.value)
            .order_by(LOADS.c.as_of.desc(), LOADS.c.finished_at.desc())
            .limit(1)
        )
        with self.reading(f"loads of {use_case}") as connection:
            load_id = connection.scalar(newest)
        return None if load_id is None else self.find_load(load_id)

    def _count(self, table: sa.Table, use_case: str, *where: sa.ColumnElement[bool]) -> int:
        own = table.c.use_case == use_case
        count = sa.select(sa.func.count()).select_from(table).where(own, *where)
        with self.reading(f"{table.name} of {use_case}") as connection:
            return int(connection.scalar(count) or 0)

    def _frame(self, query: sa.Select[tuple[object, ...]], what: str) -> pd.DataFrame:
        with self.reading(what) as connection:
            found = connection.execute(query)
            leads = pd.DataFrame.from_records(found.all(), columns=list(found.keys()))
        shares = leads[CLASS_PROBABILITIES]
        spell = partial(json.dumps, ensure_ascii=False)
        leads[CLASS_PROBABILITIES] = shares.map(spell, na_action="ignore")
        absent = leads[list(_BY_TASK)].isna().all()
        kept = absent[~absent].index if len(leads) else ["probability"]
        return leads.drop(columns=[name for name in _BY_TASK if name not in kept])


def best_first(scores: sa.Table) -> tuple[sa.ColumnElement[object], ...]:
    """Return the order in which leads are called."""
    return (scores.c.grade, scores.c.score.desc(), scores.c.margin.desc(), scores.c.lead_id)


def conditions(only: LeadFilter) -> list[sa.ColumnElement[bool]]:
    """Return a filter as conditions on ``current_scores``."""
    current = CURRENT_SCORES.c
    listed = (
        (current.grade, only.grades),
        (current.lead_id, only.lead_ids),
        (current.trend, only.trends),
    )
    compared = (
        (current.probability, operator.ge, only.min_probability),
        (current.model_version, operator.eq, only.model_version),
        (current.created_at, operator.ge, only.created_from),
        (current.created_at, operator.lt, only.created_until),
        (current.as_of, operator.ge, only.scored_from),
        (current.as_of, operator.le, only.scored_until),
        (current.lead_id, operator.ge, only.lead_id_start),
        (current.lead_id, operator.lt, only.lead_id_start and only.lead_id_start + LAST),
    )
    return [
        *(column.in_(values) for column, values in listed if values is not None),
        *(compare(column, value) for column, compare, value in compared if value is not None),
    ]
