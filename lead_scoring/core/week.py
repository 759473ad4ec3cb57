"""What happened to a use case within a week, as plain records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from typing import Any
from typing import Final

from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.records import Batch
from lead_scoring.core.records import Decision

LENGTH: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GradeShare:
    """What a batch promised for one grade.

    Attributes:
        expected: Sum of the probabilities; ``None`` where none is predicted, or of several
            classes.
        prediction: Mean of the predicted numbers, likewise.
    """

    grade: str
    leads: int
    expected: float | None
    prediction: float | None


@dataclass(frozen=True, slots=True)
class GradeOutcome:
    """What became of leads of one grade.

    Attributes:
        leads: Leads whose outcome became known.
        expected: Sum of what was promised for them.
        happened: Sum of what happened; of several classes, whose class was predicted.
    """

    grade: str
    leads: int
    expected: float
    happened: float


@dataclass(frozen=True, slots=True)
class LoadRows:
    """What was read at an instant, and how much of it was refused or repeated."""

    as_of: datetime
    read: int
    refused: int
    duplicate: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why rows were refused, and how many."""

    column: str
    rule: str
    rows: int


@dataclass(frozen=True, slots=True)
class Training:
    """A version that was trained, and for when."""

    version: int
    family: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """Everything a summary tells.

    Attributes:
        title: Title of the use case.
        task: ``binary``, ``regression`` or ``multiclass``.
        start: Its first instant, a Monday in UTC.
        batch: The newest published batch of the week.
        shares: What it promised, by grade.
        shares_before: What the newest batch before the week promised.
        best: Best leads of the batch, best first: ``lead_id``, ``score``, ``grade``, ``reasons``.
        scored: Batches published for an instant of the week.
        outcomes: What became of leads in the week.
        checks: Drift checks of the week, oldest first.
        decisions: Decisions of the week, oldest first.
        trainings: Trainings of the week.
        loads: Loads of the week.
        refusals: Why rows of them were refused.
        held: Batches that wait for a release now.
        faulty: Loads that are kept apart now.
        unanswered: Versions that wait for an answer now.
    """

    title: str
    task: str
    start: datetime
    batch: Batch | None = None
    shares: tuple[GradeShare, ...] = ()
    shares_before: tuple[GradeShare, ...] = ()
    best: tuple[Mapping[str, Any], ...] = ()
    scored: tuple[Batch, ...] = ()
    outcomes: tuple[GradeOutcome, ...] = ()
    checks: tuple[DriftCheck, ...] = ()
    decisions: tuple[Decision, ...] = ()
    trainings: tuple[Training, ...] = ()
    loads: tuple[LoadRows, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    held: tuple[Batch, ...] = ()
    faulty: tuple[str, ...] = ()
    unanswered: tuple[Decision, ...] = ()

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return self.start + LENGTH


def monday(instant: datetime) -> datetime:
    """Return the first instant of the week an instant lies in, UTC.

    >>> monday(datetime(2022, 2, 2, 15, tzinfo=UTC)).isoformat()
    '2022-01-31T00:00:00+00:00'
    """
    day: date = instant.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)
