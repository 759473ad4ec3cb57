"""The weekly summary: gathers what happened to a use case within a week."""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from typing import Any
from typing import Final
from typing import Protocol

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.approval import answer_to
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import Load
from lead_scoring.core.week import LENGTH
from lead_scoring.core.week import GradeOutcome
from lead_scoring.core.week import GradeShare
from lead_scoring.core.week import LoadRows
from lead_scoring.core.week import Refusal
from lead_scoring.core.week import Training
from lead_scoring.core.week import Week
from lead_scoring.core.week import monday

BEST: Final = 5
"""Leads the summary names."""


class WeekStore(Protocol):
    """What is known of a use case; times are ``[start, end)`` in UTC."""

    def batches(self, use_case: str) -> tuple[Batch, ...]:
        """Return all batches, oldest first."""

    def decisions(self, use_case: str) -> tuple[Decision, ...]:
        """Return all decisions, oldest first."""

    def checks(self, use_case: str) -> tuple[DriftCheck, ...]:
        """Return all drift checks."""

    def faulty_loads(self, use_case: str, as_of: datetime) -> tuple[Load, ...]:
        """Return the loads whose newest check says data fault."""

    def grade_shares(self, batch_id: str) -> tuple[GradeShare, ...]:
        """Return what a batch promised, by grade."""

    def best_of(self, batch_id: str, most: int) -> Sequence[Mapping[str, Any]]:
        """Return the best leads of a batch."""

    def week_outcomes(
        self, use_case: str, start: datetime, end: datetime
    ) -> tuple[GradeOutcome, ...]:
        """Return what became of leads whose outcome became known."""

    def week_loads(self, use_case: str, start: datetime, end: datetime) -> tuple[LoadRows, ...]:
        """Return the loads that were known first in that time."""

    def week_refusals(self, use_case: str, start: datetime, end: datetime) -> tuple[Refusal, ...]:
        """Return why rows of these loads were refused."""

    def week_trainings(
        self, use_case: str, start: datetime, end: datetime
    ) -> tuple[Training, ...]:
        """Return the versions that were trained."""


def gather_week(
    use_case: UseCase, moment: datetime | None, now: datetime, *, week: WeekStore
) -> Week:
    """Gather what a summary tells.

    Args:
        use_case: The use case.
        moment: An instant of the week; that of the newest batch, else check, if not given.
        now: The present, for a use case of which nothing is known.
        week: Where it is known.
    """
    name = use_case.use_case
    batches = week.batches(name)
    published = [one for one in batches if one.status is BatchStatus.PUBLISHED]
    decisions = week.decisions(name)
    checks = sorted(week.checks(name), key=_as_of)
    start = monday(moment or _newest(published or checks) or now)
    end = start + LENGTH
    scored = tuple(one for one in published if start <= one.as_of < end)
    before = [one for one in published if one.as_of < start]
    batch = scored[-1] if scored else None
    holds = (one for one in decisions if one.kind is DecisionKind.HOLD)
    faulty = week.faulty_loads(name, datetime.max.replace(tzinfo=UTC))
    return Week(
        title=use_case.title,
        task=use_case.task,
        start=start,
        batch=batch,
        shares=week.grade_shares(batch.batch_id) if batch else (),
        shares_before=week.grade_shares(before[-1].batch_id) if before else (),
        best=tuple(week.best_of(batch.batch_id, BEST)) if batch else (),
        scored=scored,
        outcomes=week.week_outcomes(name, start, end),
        checks=tuple(one for one in checks if start <= one.as_of < end),
        decisions=tuple(one for one in decisions if start <= one.as_of < end),
        trainings=week.week_trainings(name, start, end),
        loads=week.week_loads(name, start, end),
        refusals=week.week_refusals(name, start, end),
        held=tuple(one for one in batches if one.status is BatchStatus.HELD),
        faulty=tuple(load.load_id for load in faulty),
        unanswered=tuple(one for one in holds if answer_to(one, decisions) is None),
    )


def _as_of(one: Batch | DriftCheck) -> datetime:
    return one.as_of


def _newest(known: Sequence[Batch] | Sequence[DriftCheck]) -> datetime | None:
    return max(map(_as_of, known), default=None)
