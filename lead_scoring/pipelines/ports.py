"""What the pipelines need from outside, as small Protocols; ``io`` implements them."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING
from typing import Protocol

import pandas as pd
import pyarrow as pa

from lead_scoring.config.inference import GradesConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.dispositions import Tally
from lead_scoring.core.records import ALWAYS
from lead_scoring.core.records import Batch
from lead_scoring.core.records import Decision
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.records import ScoreFile
from lead_scoring.core.records import Snapshot
from lead_scoring.core.records import Window
from lead_scoring.core.rows import RawRows

if TYPE_CHECKING:  # scikit-learn is large; loading leads has no use for it
    from lead_scoring.core.model import ScoringModel
    from lead_scoring.core.training_report import TrainingReport


class Progress(Protocol):
    """Who watches a long step. Every step a pipeline can die in is named here."""

    def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
        """A step begins; ``total`` rows, or other units, are expected, if that is known."""

    def advance(self, rows: int) -> None:
        """So many more rows, or other units, of the current step are done."""


class LeadSource(Protocol):
    """Rows of one source, read once; see `RawRows`."""

    @property
    def name(self) -> str:
        """Where the rows come from, without secrets."""

    @property
    def digest(self) -> str:
        """Digest of the content, once all rows were read."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looked odd and is no fault, once all rows were read."""

    def batches(self) -> Iterator[RawRows]:
        """Yield the rows in order; at least one batch, which may be empty.

        Raises:
            SourceError: The source is not what it claims to be.
            SourceChangedError: It changed while it was read.
        """


class Stage(Protocol):
    """Where the rows of one load wait until all of them were seen."""

    @property
    def schema(self) -> pa.Schema:
        """Schema of the accepted rows."""

    def add(self, leads: pa.RecordBatch, raw: RawRows) -> None:
        """Stage rows that no rule refused so far, as leads and as they came."""

    def refuse(self, rows: Sequence[QuarantinedRow]) -> None:
        """Stage refused rows."""

    def settle(self, tally: Tally) -> None:
        """Find rows that stand more than once; counts of what is refused go to ``tally``."""

    def counts(self) -> dict[str, int]:
        """Return rows ``accepted``, ``quarantined`` and ``duplicate``, after `settle`."""

    def accepted(self) -> Iterator[pa.RecordBatch]:
        """Yield the accepted rows in row order, as often as asked."""

    def quarantined(self) -> Iterator[QuarantinedRow]:
        """Yield the refused rows in row order."""


class Staging(Protocol):
    """Opens stages."""

    def opened(self, use_case: UseCase) -> AbstractContextManager[Stage]:
        """Open an empty stage; it is gone when closed."""


class SnapshotWriter(Protocol):
    """Writes snapshots."""

    def write_snapshot(
        self,
        use_case: str,
        load_id: str,
        *,
        schema: pa.Schema,
        batches: Callable[[], Iterable[pa.RecordBatch]],
        counts: Mapping[str, int],
        on_step: Callable[[str], None],
    ) -> Snapshot:
        """Write the accepted rows of a load, whole or not at all; the same rows, the same bytes.

        ``on_step`` is called with the name of each durable action before it is done.
        """


class LoadStore(Protocol):
    """Loads and their quarantine in the platform database."""

    def find_load(self, load_id: str) -> Load | None:
        """Return a complete load."""

    def save_load(self, load: Load, quarantine: Iterable[QuarantinedRow]) -> None:
        """Write a load and replace its quarantine in one transaction.

        A load that is there keeps the earlier of the two ``as_of``.
        """

    def loads(
        self, use_case: str, as_of: datetime, purpose: Purpose, *, faulty: bool = False
    ) -> tuple[Load, ...]:
        """Return the loads known at ``as_of``, oldest first (by ``as_of``, then id).

        A load whose newest check at ``as_of`` said data fault is left out, unless a person
        accepted it by then.

        Args:
            use_case: Name of the use case.
            as_of: Loads, checks and decisions of later instants do not exist.
            purpose: What the loads may be used for.
            faulty: Return faulty loads too.
        """

    def faulty_loads(self, use_case: str, as_of: datetime) -> tuple[Load, ...]:
        """Return the loads that `loads` leaves out, oldest first."""

    def quarantined(self, load_id: str) -> Iterator[QuarantinedRow]:
        """Iterate over the rows of a load's quarantine that were not replayed yet."""

    def mark_replayed(self, load_id: str, row_numbers: Iterable[int], replayed_in: str) -> int:
        """Note in which load rows were accepted after a replay; return how many."""


class OutcomeStore(Protocol):
    """Outcomes in the platform database."""

    def save_outcomes(
        self, use_case: str, load_id: str, outcomes: Iterable[pa.RecordBatch]
    ) -> int:
        """Upsert ``lead_id``, ``outcome``, ``known_at`` in one transaction; return rows.

        Of several classes ``outcome_class`` comes too: what the class is called.
        """


class SnapshotReader(Protocol):
    """Reads snapshots; every file's digest and page checksums are verified on the way."""

    def batches(
        self, load: Load, columns: Sequence[str] | None = None, rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Iterate over a snapshot in row order, ``rows`` rows at most at a time.

        Standard columns come first: ``row_number`` int64, ``lead_id`` string, ``created_at`` and
        ``known_at`` timestamp[us, UTC], ``outcome`` float64; then the contract's columns, typed.
        """

    def mature_rows(
        self, loads: Sequence[Load], as_of: datetime, limit: int, created: Window = ALWAYS
    ) -> pd.DataFrame:
        """Return the rows whose outcome is known at ``as_of``, newest load per lead.

        At most ``limit`` rows with an event time in ``created``, chosen by a hash of ``lead_id``;
        ordered by ``created_at``, ``lead_id``, so that the order of the source plays no part.
        """

    def rows_between(
        self,
        loads: Sequence[Load],
        after: datetime | None,
        until: datetime | None,
        limit: int,
    ) -> pd.DataFrame:
        """Return rows with event time in ``(after, until]``, newest load per lead, as above."""


class ModelRegistry(Protocol):
    """Models in the MLflow registry, guarded by the digests in our database."""

    def champion(self, use_case: str) -> ModelVersion | None:
        """Resolve the alias ``champion`` to a version, once."""

    def version(self, use_case: str, version: int) -> ModelVersion:
        """Return one version.

        Raises:
            UnknownIdError: There is no such version.
        """

    def load_model(self, version: ModelVersion) -> "ScoringModel":
        """Fetch a model and check every file's digest before it is opened.

        Raises:
            IntegrityError: A file is not the file that was recorded.
        """

    def set_champion(self, version: ModelVersion) -> None:
        """Move the aliases ``champion`` and ``previous``; the same version changes nothing.

        A challenger that becomes champion is challenger no more.
        """

    def previous(self, use_case: str) -> ModelVersion | None:
        """Resolve the alias ``previous``: the champion before this one."""

    def register(self, report: "TrainingReport") -> ModelVersion:
        """Keep a trained model and its report; once per ``training_id``, however often called.

        Raises:
            IntegrityError: What was kept for this ``training_id`` is another model.
        """

    def set_challenger(self, version: ModelVersion) -> None:
        """Move the alias ``challenger``; the champion is left as it is."""

    def attach(self, version: ModelVersion, texts: Mapping[str, str]) -> None:
        """Keep texts with the run of a version, by file name, in place of those that are there."""


class ModelStore(Protocol):
    """Digests and metrics of registered models in the platform database."""

    def save_model(self, version: ModelVersion) -> None:
        """Insert a version; one that is there already, by use case and version, is left as it is.

        Raises:
            IntegrityError: It is there with another digest or another ``training_id``.
        """

    def find_model(self, use_case: str, version: int) -> ModelVersion | None:
        """Return one version."""

    def find_training(self, training_id: str) -> ModelVersion | None:
        """Return the version a training made."""


class DecisionStore(Protocol):
    """Decisions in the platform database; append-only."""

    def save_decision(self, decision: Decision) -> None:
        """Append a decision; one that is there already, by id, is left as it is."""

    def decisions(self, use_case: str) -> tuple[Decision, ...]:
        """Return all decisions, oldest first."""


class ScoreFiles(Protocol):
    """Where computed scores wait for their publication."""

    def write(
        self,
        use_case: str,
        batch_id: str,
        scores: Iterable[pa.RecordBatch],
        grades: GradesConfig | None = None,
    ) -> ScoreFile:
        """Write the scores of a batch, all or nothing, in place of those that are there.

        Args:
            use_case: Name of the use case.
            batch_id: Id of the batch.
            scores: Its scores, at least one.
            grades: How grades are made; where they go by rank, scores come without ``grade`` and
                are written with it.
        """

    def is_complete(self, batch: Batch) -> bool:
        """Return whether the scores of a batch are there, as they were recorded."""

    def read(self, batch: Batch) -> Iterator[pa.RecordBatch]:
        """Iterate over the scores of a batch.

        Raises:
            IntegrityError: They are not there, or not as they were recorded.
        """


class ScoreStore(Protocol):
    """Batches and scores in the platform database."""

    def find_batch(self, batch_id: str) -> Batch | None:
        """Return a batch, whatever its status."""

    def batches(self, use_case: str) -> tuple[Batch, ...]:
        """Return all batches of a use case, oldest first (by ``as_of``, then id)."""

    def note_batch(self, batch: Batch) -> None:
        """Write the row of a batch that is computed or empty, without scores.

        A batch that is held or published is left as it is; one that is superseded begins anew.
        """

    def save_batch(self, batch: Batch, scores: Iterable[pa.RecordBatch]) -> None:
        """Replace a batch and its scores in one transaction.

        A published batch also moves ``current_scores`` forward in that transaction: readers see
        all of it or nothing. Nothing older ever replaces anything newer, and a batch that is
        published already, or was withdrawn meanwhile, is left as it is.

        Raises:
            ConservationError: There are not ``batch.rows_scored`` scores. Nothing was written.
            ScoringError: A lead has two scores. Nothing was written.
        """

    def release_batch(self, batch_id: str, decision: Decision) -> Batch:
        """Publish a held batch and append the decision in one transaction.

        Raises:
            UnknownIdError: There is no such batch.
            GateError: The batch is not held. Nothing was written.
        """

    def current_batches(self, use_case: str, model_version: int) -> tuple[Batch, ...]:
        """Return the batches of a version that current scores are from, oldest first."""

    def withdraw_batches(self, model_version: int, decision: Decision) -> None:
        """Supersede what a version has computed and not published; done twice, nothing changes."""

    def replace_batch(
        self, batch: Batch, scores: Iterable[pa.RecordBatch] | None, decision: Decision
    ) -> None:
        """Publish a batch in place of those of its load and instant, in one transaction.

        Those become superseded by the decision. Of equal instants the one published later stands,
        so that its scores are current where they were.

        Args:
            batch: The batch, published.
            scores: Its scores; ``None`` where they are kept already.
            decision: Why it takes their place.

        Raises:
            ConservationError: There are not ``batch.rows_scored`` scores. Nothing was written.
            ScoringError: A lead has two scores. Nothing was written.
        """
