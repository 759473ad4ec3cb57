"""Frozen records of drift checks, and what people and the governor make of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """Outcome of a drift check."""

    NO_CHAMPION = "no_champion"
    STABLE = "stable"
    VIRTUAL_DRIFT = "virtual_drift"
    HARMFUL_DRIFT = "harmful_drift"
    DATA_FAULT = "data_fault"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """How one column of new rows compares with the champion's reference.

    Attributes:
        column: The column; ``probability`` or ``prediction`` for what the champion promises.
        rows: Values compared on either side, at most.
        statistic: Name of the test with the least p-value.
        value: Value of that test's statistic.
        p_value: Its p-value, in [0, 1].
        q_value: The same after correction for all tests of the check, in [0, 1].
        psi: Population stability index; 0 is best.
        mean_shift: Shift of the mean in standard deviations of the reference, signed; ``None``
            for levels.
        missing_reference: Share of missing values in the reference.
        missing_current: Share of missing values in the new rows.
        drifted: Whether the change is certain and large enough to matter.
    """

    column: str
    rows: int
    statistic: str
    value: float
    p_value: float
    q_value: float
    psi: float
    mean_shift: float | None
    missing_reference: float
    missing_current: float
    drifted: bool


class Evidence(StrEnum):
    """What a performance was judged by."""

    ESTIMATED = "estimated"
    REALISED = "realised"


@dataclass(frozen=True, slots=True)
class Performance:
    """How well the champion does on new rows, beside what was seen on reference chunks.

    Attributes:
        evidence: Outcomes, or the champion's own probabilities where there are none yet.
        metric: Name of the metric.
        rows: Rows it was computed on.
        value: The metric on these rows.
        reference: The metric on the reference, its mean over chunks.
        excess: How much worse it is, positive is worse: realised performance than was promised
            for the same rows, estimated performance than on the reference.
        limit: Largest excess within the band.
        worse: Whether the excess is beyond the limit.
        promised: What the probabilities promised for the same rows; ``None`` where that is all
            there is.
    """

    evidence: Evidence
    metric: str
    rows: int
    value: float
    reference: float
    excess: float
    limit: float
    worse: bool
    promised: float | None = None


class Action(StrEnum):
    """What a drift check leads to.

    ``wait`` and ``ask`` are harmful drift that does not train: the governor holds it back, or the
    breaker wants a person to decide. ``stop`` is a data fault: neither training nor scoring.
    """

    NONE = "none"
    TRAIN = "train"
    WAIT = "wait"
    ASK = "ask"
    STOP = "stop"


class OverrideKind(StrEnum):
    """What a person says against a verdict.

    ``train`` asks for a training and ``keep`` for none, whatever the verdict; ``accept`` says that
    a load is right although it looks broken.
    """

    TRAIN = "train"
    KEEP = "keep"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Override:
    """A person's word against the verdict of a check, with the reason."""

    kind: OverrideKind
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class DriftCheck:
    """A verdict and its numbers.

    Attributes:
        check_id: Derived from use case, load, model version and ``as_of``.
        model_version: ``None`` where there is no champion.
        summary: The verdict in sentences that name columns and sizes.
        action: What is done about it.
        action_reason: Why that is done, in words.
        rows_reference: Rows of the reference; 0 where there is none.
        rows_current: New rows that were compared.
        faults: What is broken, one sentence each; empty but for ``data_fault``.
        performance: Realised and estimated, as far as each could be judged.
        columns: One record per column that was compared.
    """

    check_id: str
    use_case: str
    load_id: str
    model_version: int | None
    as_of: datetime
    verdict: Verdict
    summary: str
    action: Action
    action_reason: str
    rows_reference: int
    rows_current: int
    faults: tuple[str, ...] = ()
    performance: tuple[Performance, ...] = ()
    columns: tuple[ColumnDrift, ...] = ()
