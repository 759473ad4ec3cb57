"""Outcomes that come back in a file, beside those of the source."""

import logging
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import numpy as np
import pyarrow as pa

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.dispositions import quarantine
from lead_scoring.core.outcomes_file import IN_A_LOAD
from lead_scoring.core.outcomes_file import outcomes_use_case
from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.records import Refusal
from lead_scoring.core.records import Settled
from lead_scoring.core.records import Window
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import OUTCOME_CLASS
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.pipelines.data import load_leads
from lead_scoring.pipelines.data_ports import LeadSource
from lead_scoring.pipelines.data_ports import SnapshotWriter
from lead_scoring.pipelines.data_ports import Staging
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader

log = logging.getLogger(__name__)


class Sources(Protocol):
    """Opens a source, to be read from its beginning each time."""

    def __call__(self, use_case: UseCase, /) -> LeadSource:
        """Open the source that a use case names."""


class Settling(Protocol):
    """Outcomes in the platform database."""

    def settle_outcomes(
        self,
        load: Load,
        as_of: datetime,
        outcomes: Iterable[pa.RecordBatch],
        describe: "Describe",
    ) -> Settled:
        """Write what a file says, beside what is known already, in one transaction."""


class Leads(Protocol):
    """Knows which leads are in a load."""

    def __call__(self, lead_ids: pa.Array, /) -> pa.Array:
        """Return of each lead whether a load has it."""


class Files(SnapshotReader, Protocol):
    """Reads the snapshot of a file, and those the file's leads may be in."""

    def leads_of(self, loads: Sequence[Load], file: Load) -> AbstractContextManager[Leads]:
        """Look up which leads of a file are in a snapshot of other loads."""


class Describe(Protocol):
    """Gives refused rows as they stand in quarantine."""

    def __call__(self, refused: Mapping[int, Refusal], /) -> Iterable[QuarantinedRow]:
        """Return the rows of these numbers."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of a file of outcomes.

    Attributes:
        load: Its rows read are accepted, quarantined or duplicate.
        settled: Those accepted are new, confirmed or corrected.
    """

    load: Load
    settled: Settled


def load_outcomes(
    use_case: UseCase,
    location: str,
    as_of: datetime,
    *,
    sources: Sources,
    staging: Staging,
    snapshots: SnapshotWriter,
    reader: Files,
    loads: LoadStore,
    outcomes: Settling,
    progress: Progress,
) -> Returned:
    """Load a file of outcomes; bad rows stand in quarantine, the others beside the source's.

    The same file gives the same load and the same outcomes, however often it is loaded.

    Args:
        use_case: The use case.
        location: CSV or Parquet with ``lead_id``, ``outcome`` and ``known_at``.
        as_of: Instant, UTC; what becomes known later is refused.
        sources: Opens the file.
        staging: Where rows wait until all were seen.
        snapshots: Where accepted rows go.
        reader: Reads them, and looks their leads up.
        loads: Where the load and its quarantine are recorded.
        outcomes: Where outcomes go.
        progress: Watches.

    Raises:
        SourceError: The file is not what it claims to be. Nothing was kept.
        ContractError: Columns are wrong or there are no rows. Nothing was kept.
    """
    file = outcomes_use_case(use_case, location)
    load = load_leads(
        file,
        as_of,
        window=Window(),
        purpose=Purpose.OUTCOMES,
        source=sources(file),
        staging=staging,
        snapshots=snapshots,
        loads=loads,
        progress=progress,
    )
    progress.step("find_leads", load.rows_accepted)
    known = loads.loads(use_case.use_case, as_of, Purpose.TRAIN_AND_SCORE)
    scored = loads.loads(use_case.use_case, as_of, Purpose.SCORE_ONLY)
    newest_first = sorted((*known, *scored), key=lambda one: one.as_of, reverse=True)

    def describe(refused: Mapping[int, Refusal]) -> Iterator[QuarantinedRow]:
        return _as_they_came(sources(file), refused) if refused else iter(())

    with reader.leads_of(newest_first, load) as there:
        progress.step("settle_outcomes", load.rows_accepted)
        said = _said(use_case, reader, load, there, progress)
        settled = outcomes.settle_outcomes(load, as_of, said, describe)
    progress.step("outcomes_settled")
    counts = (settled.new, settled.confirmed, settled.corrected, len(settled.refused))
    log.info("%s: %d new, %d confirmed, %d corrected, %d refused", load.load_id, *counts)
    return Returned(loads.find_load(load.load_id) or load, settled)


def _said(
    use_case: UseCase, reader: SnapshotReader, load: Load, there: Leads, progress: Progress
) -> Iterator[pa.RecordBatch]:
    """Yield what a file says of leads, with whether a load has each, and the class's name."""
    names = pa.array(use_case.outcome.class_names, pa.string())
    for batch in reader.batches(load, [ROW_NUMBER, LEAD_ID, OUTCOME, KNOWN_AT]):
        progress.advance(batch.num_rows)
        found = batch.append_column(IN_A_LOAD, there(batch.column(LEAD_ID)))
        if len(names):
            classes = names.take(batch.column(OUTCOME).cast(pa.int64()))
            found = found.append_column(OUTCOME_CLASS, classes)
        yield found


def _as_they_came(source: LeadSource, refused: Mapping[int, Refusal]) -> Iterator[QuarantinedRow]:
    """Read a source again and give the refused rows with their lines and raw text."""
    for batch in source.batches():
        chosen = [
            place for place, number in enumerate(batch.row_numbers.tolist()) if number in refused
        ]
        rows = batch.take(np.asarray(chosen, dtype=np.int64))
        whys = [refused[number] for number in rows.row_numbers.tolist()]
        described = quarantine(rows, [[(why.rule, why.column)] for why in whys])
        for row, why in zip(described, whys, strict=True):
            yield replace(row, value=why.said)
