"""What several pipelines need from outside, as small Protocols; ``io`` implements them.

What one of them alone needs stands beside it: `data_ports`, `drift_ports`, `training_ports`,
`tuning_ports` and `inference_ports`.
"""

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

from lead_scoring.core.records import ALWAYS
from lead_scoring.core.records import Decision
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.records import Window
from lead_scoring.core.returned import ReturnedOutcomes

if TYPE_CHECKING:  # scikit-learn is large; loading leads has no use for it
    from lead_scoring.core.model import ScoringModel
    from lead_scoring.core.training_report import TrainingReport


class Progress(Protocol):
    """Who watches a long step. Every step a pipeline can die in is named here."""

    def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
        """A step begins; ``total`` rows, or other units, are expected, if that is known."""

    def advance(self, rows: int) -> None:
        """So many more rows, or other units, of the current step are done."""


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


class SnapshotReader(Protocol):
    """Reads snapshots; every file's digest and page checksums are verified on the way."""

    def beside(self, outcomes: ReturnedOutcomes) -> "AbstractContextManager[SnapshotReader]":
        """Give a reader of the same snapshots whose rows have the outcomes that stand.

        Those are the source's and what files brought back; without a file rows are as they are.
        """

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


class DecisionStore(Protocol):
    """Decisions in the platform database; append-only."""

    def save_decision(self, decision: Decision) -> None:
        """Append a decision; one that is there already, by id, is left as it is."""

    def decisions(self, use_case: str) -> tuple[Decision, ...]:
        """Return all decisions, oldest first."""
