"""How a use case stands, what of it needs a person, and what is to be read about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from typing import Final
from typing import Generic
from typing import TypeVar

from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import Batch
from lead_scoring.core.records import Decision
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import QuarantinedRow

T = TypeVar("T")

FOREVER: Final = datetime.max.replace(tzinfo=UTC)
"""An instant at which everything that was written exists."""


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A record and when it was written, UTC."""

    record: T
    at: datetime


@dataclass(frozen=True, slots=True)
class QuarantineGroup:
    """Refused rows of one load that broke the same rule in the same column first.

    Attributes:
        column: The column; empty where the whole row is at fault.
        waiting: Rows that were not accepted since.
        replayed: Rows that a replay accepted.
    """

    rule: str
    column: str
    waiting: int
    replayed: int


@dataclass(frozen=True, slots=True)
class QuarantineFilter:
    """Which refused rows of a load are asked for; ``None`` does not filter."""

    rule: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A refused row, and the load that took it in since, if one did."""

    row: QuarantinedRow
    replayed_in: str | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of a model in words, with its 95 % interval where there is one."""

    words: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a use case stands.

    Attributes:
        load: The newest load and when it was finished.
        late: Whether a scheduled load was missed.
        next_run: When the data pipeline is scheduled next, UTC; ``None`` where never.
        champion: The version that a decision made champion last.
        champion_since: When.
        figure: How good it was on its test window.
        check: The newest drift check, without its columns.
        batch: The newest published batch and when.
        held: Batches that wait for a release, oldest first.
        waiting: Decisions by which versions wait for approval, oldest first.
        faulty: Loads that are kept apart because their check says data fault.
        quarantined: Rows in quarantine that were not replayed.
    """

    load: Dated[Load] | None
    late: bool
    next_run: datetime | None
    champion: ModelVersion | None
    champion_since: datetime | None
    figure: Figure | None
    check: DriftCheck | None
    batch: Dated[Batch] | None
    held: tuple[Batch, ...]
    waiting: tuple[Decision, ...]
    faulty: tuple[Load, ...]
    quarantined: int

    @property
    def needs(self) -> tuple[str, ...]:
        """What a person has to look at, the most pressing first; empty where nothing is."""
        return tuple(_needs(self))


def _needs(one: Standing) -> Iterator[str]:
    if one.held:
        yield f"{_counted(len(one.held), 'batch', 'batches')} held back, waiting for a release"
    for hold in one.waiting:
        yield f"version {hold.subject} waits for approval"
    if one.faulty:
        yield f"{_counted(len(one.faulty), 'load', 'loads')} kept apart as a data fault"
    elif one.check is not None and one.check.verdict is Verdict.DATA_FAULT:
        yield "the newest check found a data fault"
    if one.check is not None and one.check.action is Action.ASK:
        yield "drift does harm, and the governor wants a person to decide on a training"
    if one.late:
        yield "a scheduled load did not come"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
