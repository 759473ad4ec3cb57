"""Frozen records that travel between the pipelines and the stores."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a load may be used for."""

    TRAIN_AND_SCORE = "train_and_score"
    SCORE_ONLY = "score_only"


class Verdict(StrEnum):
    """Outcome of a drift check."""

    NO_CHAMPION = "no_champion"
    STABLE = "stable"
    VIRTUAL_DRIFT = "virtual_drift"
    HARMFUL_DRIFT = "harmful_drift"
    DATA_FAULT = "data_fault"
    NOT_ENOUGH_DATA = "not_enough_data"


class BatchStatus(StrEnum):
    """Where a batch stands.

    ``computed`` is not yet checked; ``held`` waits for a release; ``empty`` had no open lead and
    is noted so that its load does not come up again.
    """

    COMPUTED = "computed"
    HELD = "held"
    PUBLISHED = "published"
    EMPTY = "empty"


class DecisionKind(StrEnum):
    """What was decided about a model version, a batch or a drift check.

    ``override`` is a person's word against a verdict.
    """

    PROMOTION = "promotion"
    REFUSAL = "refusal"
    ROLLBACK = "rollback"
    RELEASE = "release"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a source by event time, ``[start, end)`` in UTC; open where ``None``."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule in one load, counted.

    Attributes:
        rule: Name of the rule, such as ``"range"``.
        column: The column at fault; empty where the whole row is.
        action: ``warn``, ``quarantine`` or ``fail``.
        count: Rows at fault.
        examples: At most ``MAX_EXAMPLES`` texts of the form ``row 7: 'value'``.
    """

    rule: str
    column: str
    action: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A refused row and why.

    Attributes:
        row_number: 1 for the first data row of the source.
        line: Line of the file the row begins on; ``None`` where the source has no lines.
        column: Column of the first finding; empty where the whole row is at fault.
        rule: Rule of the first finding.
        value: Offending value as text, at most 200 characters.
        findings: Every broken rule as ``rule:column``, sorted.
        raw_row: The row as a JSON object of column to text; a JSON string if it had no columns.
    """

    row_number: int
    line: int | None
    column: str
    rule: str
    value: str
    findings: tuple[str, ...]
    raw_row: str


@dataclass(frozen=True, slots=True)
class Load:
    """One run of the data pipeline; see the glossary.

    Attributes:
        as_of: The earliest instant this load is known at.
        snapshot: URI of the snapshot's folder.
        content_digest: Digest of the snapshot's content.
        findings: Every broken rule, warnings included.
    """

    load_id: str
    use_case: str
    purpose: Purpose
    source: str
    source_digest: str
    contract_digest: str
    window: Window
    as_of: datetime
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_duplicate: int
    snapshot: str
    content_digest: str
    findings: tuple[Finding, ...] = ()

    @property
    def conserved(self) -> bool:
        """Whether every row read is accepted, quarantined or duplicate."""
        return self.rows_read == self.rows_accepted + self.rows_quarantined + self.rows_duplicate


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where the accepted rows of a load lie, how many they are, and the digest of them."""

    uri: str
    rows: int
    content_digest: str


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A registered model and the digests that guard it.

    Attributes:
        version: Version number in the registry.
        model_digest: Canonical hash of the fitted content.
        artifacts: SHA-256 of each stored file, by its path inside the model's folder.
        training_id: Derived from use case, loads, ``as_of`` and config.
        fitted_until: Event time of the newest row it was fitted on.
        tested_from: Event time of the oldest row it was evaluated on.
        tested_until: Event time of the newest row it was evaluated on.
        metrics: Metrics on the test window, by name.
    """

    use_case: str
    version: int
    model_digest: str
    family: str
    uri: str
    run_id: str
    training_id: str
    as_of: datetime
    fitted_until: datetime | None
    tested_from: datetime | None
    tested_until: datetime | None
    artifacts: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """A promotion, refusal, rollback, release or override, with every reason and who.

    Attributes:
        decision_id: Derived from what is decided on, so that a repeated run has the same id.
        subject: Version of the model, or id of the batch, of the check that is overruled or of
            the load that is accepted.
        champion: Version of the champion before the decision, if there was one.
        reasons: Every reason, in plain words.
        decided_by: A person's name, or ``gate``.
    """

    decision_id: str
    use_case: str
    kind: DecisionKind
    subject: str
    champion: int | None
    reasons: tuple[str, ...]
    decided_by: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """How one column of new rows compares with the champion's reference.

    Attributes:
        column: The column; ``PROBABILITY`` for what the champion promises.
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


@dataclass(frozen=True, slots=True)
class Batch:
    """The open leads of one load scored at one instant by one model.

    Attributes:
        rows_in: Rows of the load's snapshot; ``rows_scored + rows_skipped``.
        rows_skipped: Rows not open at ``as_of``: not yet created, or outcome known.
        hold_reasons: Why the batch is held; empty if it is not.
        scores: URI of the computed scores.
        scores_digest: SHA-256 of that file.
    """

    batch_id: str
    use_case: str
    load_id: str
    as_of: datetime
    model_version: int
    model_digest: str
    rows_in: int
    rows_scored: int
    rows_skipped: int
    status: BatchStatus
    hold_reasons: tuple[str, ...]
    scores: str
    scores_digest: str

    @property
    def conserved(self) -> bool:
        """Whether every row of the snapshot is scored or skipped."""
        return self.rows_in == self.rows_scored + self.rows_skipped


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """Computed scores in storage: where they lie, the file's SHA-256 and how many they are."""

    uri: str
    digest: str
    rows: int


@dataclass(frozen=True, slots=True)
class PendingLoad:
    """A load to be scored, and the instant to score it for."""

    load_id: str
    as_of: datetime
