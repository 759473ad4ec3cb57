"""Frozen records that travel between the pipelines and the stores."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any
from typing import Final

from lead_scoring.core.grading_records import Cut


class Purpose(StrEnum):
    """What a load may be used for; one of outcomes has no leads, but what became of some."""

    TRAIN_AND_SCORE = "train_and_score"
    SCORE_ONLY = "score_only"
    OUTCOMES = "outcomes"


class BatchStatus(StrEnum):
    """Where a batch stands.

    ``computed`` is not yet checked; ``held`` waits for a release; ``empty`` had no open lead and
    is noted so that its load does not come up again; ``superseded`` was published until a rollback
    put the scores of another model in its place.
    """

    COMPUTED = "computed"
    HELD = "held"
    PUBLISHED = "published"
    EMPTY = "empty"
    SUPERSEDED = "superseded"


class DecisionKind(StrEnum):
    """What was decided about a model version, a batch or a drift check.

    ``hold`` is a model that passed every gate and waits for a person, whose answer is an
    ``approval`` or a ``refusal``. ``override`` is a person's word against a verdict or a refusal.
    """

    PROMOTION = "promotion"
    HOLD = "hold"
    APPROVAL = "approval"
    REFUSAL = "refusal"
    ROLLBACK = "rollback"
    RELEASE = "release"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a source by event time, ``[start, end)`` in UTC; open where ``None``."""

    start: datetime | None = None
    end: datetime | None = None


SOURCE_WARNING: Final = "source"
"""Rule under which a source's own words stand among the findings."""

ALWAYS: Final = Window()
"""The whole of a source."""


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
class Refusal:
    """Why a row that was read cannot stand: the rule, the column at fault, and what is wrong."""

    rule: str
    column: str
    said: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What a file of outcomes changed.

    Attributes:
        new: Leads whose outcome was not known.
        confirmed: Leads whose outcome was known to be this one; the earlier instant stands.
        corrected: Leads whose outcome was known to be another one, and this one is newer.
        refused: Rows that could not stand beside what is known.
    """

    new: int
    confirmed: int
    corrected: int
    refused: tuple[QuarantinedRow, ...] = ()


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
        decided_by: A person's name, ``gate``, or ``timeout`` where nobody answered.
        about: Decision this one answers: the hold that is approved or refused, or the refusal that
            is overridden.
        evidence: What it rests on, as JSON can say it.
    """

    decision_id: str
    use_case: str
    kind: DecisionKind
    subject: str
    champion: int | None
    reasons: tuple[str, ...]
    decided_by: str
    as_of: datetime
    about: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """The open leads of one load scored at one instant by one model.

    Attributes:
        rows_in: Rows of the load's snapshot; ``rows_scored + rows_skipped``.
        rows_skipped: Rows not open at ``as_of``: not yet created, or outcome known.
        hold_reasons: Why the batch is held; empty if it is not.
        scores: URI of the computed scores.
        scores_digest: SHA-256 of that file.
        superseded_by: Decision that took the batch back, where it is superseded.
        grading: What it was graded by, as ``Grading`` spells it; ``None``
            for a batch of an earlier version.
        least_change: Points of score by which a lead must differ from its score before to improve
            or to decline.
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
    superseded_by: str | None = None
    grading: Mapping[str, Any] | None = None
    least_change: float | None = None

    @property
    def conserved(self) -> bool:
        """Whether every row of the snapshot is scored or skipped."""
        return self.rows_in == self.rows_scored + self.rows_skipped


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """Computed scores in storage: where they lie, the file's SHA-256 and how many they are.

    Attributes:
        cuts: Last lead of each grade, where grades go by rank.
    """

    uri: str
    digest: str
    rows: int
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A file of leads written for other systems after a batch.

    Attributes:
        batch_id: The batch.
        file: Where it lies.
        rows: Leads in it.
        digest: Its SHA-256.
    """

    batch_id: str
    use_case: str
    file: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class PendingLoad:
    """A load to be scored, and the instant to score it for."""

    load_id: str
    as_of: datetime
