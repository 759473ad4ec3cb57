"""The data pipeline: read a source strictly, keep what holds to the contract, note the rest."""

import logging
from collections.abc import Iterator
from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.dispositions import Tally
from lead_scoring.core.population import mature
from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import OUTCOME_CLASS
from lead_scoring.errors import ContractError
from lead_scoring.errors import GateError
from lead_scoring.pipelines.data_ports import LeadSource
from lead_scoring.pipelines.data_ports import OutcomeStore
from lead_scoring.pipelines.data_ports import SnapshotWriter
from lead_scoring.pipelines.data_ports import Staging
from lead_scoring.pipelines.ingest import Request
from lead_scoring.pipelines.ingest import keep_rows
from lead_scoring.pipelines.ingest import refuse_few
from lead_scoring.pipelines.ingest import stage_rows
from lead_scoring.pipelines.ingest import told
from lead_scoring.pipelines.pending import find_load
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader
from lead_scoring.pipelines.quarantine import QuarantineSource

log = logging.getLogger(__name__)


def load_leads(
    use_case: UseCase,
    as_of: datetime,
    *,
    window: Window,
    purpose: Purpose,
    source: LeadSource,
    staging: Staging,
    snapshots: SnapshotWriter,
    loads: LoadStore,
    progress: Progress,
) -> Load:
    """Load a source: accepted rows become a snapshot, the others stand in quarantine.

    The same content, contract and window give the same load, however often it is run.

    Args:
        use_case: The use case.
        as_of: Instant the load is made for, UTC. It filters nothing; see `population`.
        window: Part of the source by event time; only where the source is read by interval.
        purpose: A load that only scores needs no outcome.
        source: Where the rows come from.
        staging: Where they wait until all were seen.
        snapshots: Where accepted rows go.
        loads: Where the load and its quarantine are recorded.
        progress: Watches.

    Raises:
        SourceError: The source is not what it claims to be. Nothing was kept.
        SourceChangedError: It changed while it was read. Nothing was kept.
        ContractError: Columns are wrong, limits are passed or rows are too few. Nothing was kept.
        ConservationError: Rows were lost or doubled. Nothing was kept.
    """
    request = Request(use_case, as_of, window, purpose)
    tally = Tally(use_case.contract)
    with staging.opened(use_case) as stage:
        rows_read = stage_rows(request, source, stage, tally, progress)
        refuse_few(request, source, rows_read)
        breaches = tally.breaches(rows_read)
        if breaches:
            raise ContractError(told(source.name, "broke its contract", breaches))
        load = keep_rows(
            request, source, stage, tally, rows_read, snapshots=snapshots, progress=progress
        )
        progress.step("save_load", load.rows_quarantined)
        loads.save_load(load, stage.quarantined())
    progress.step("loaded")
    _log(load)
    return loads.find_load(load.load_id) or load


def replay(
    load_id: str,
    as_of: datetime,
    *,
    use_case: UseCase,
    staging: Staging,
    snapshots: SnapshotWriter,
    loads: LoadStore,
    progress: Progress,
) -> Load | None:
    """Hold a load's quarantined rows against the contract as it is now.

    Rows that are good now become a load of their own and are marked as replayed. Rows that are
    still bad stay in the quarantine they stand in; no limits apply to them.

    Args:
        load_id: The load whose quarantine is read.
        as_of: Instant the new load is made for, UTC.
        use_case: The use case, with the contract as it is now.
        staging: Where the rows wait until all were seen.
        snapshots: Where accepted rows go.
        loads: Where the new load is recorded.
        progress: Watches.

    Returns:
        The new load, or ``None`` where no row is good now.

    Raises:
        UnknownIdError: There is no such load of this use case.
        GateError: It is a file of outcomes. Nothing was changed.
    """
    origin = find_load(load_id, loads, use_case.use_case)
    if origin.purpose is Purpose.OUTCOMES:
        msg = (
            f"{load_id} is a file of outcomes, {origin.source}; mend its rows there and load it"
            f" again: lead-scoring outcomes load {use_case.use_case} FILE"
        )
        raise GateError(msg)
    source = QuarantineSource(load_id, loads)
    if not source.columns():
        return None
    request = Request(use_case, as_of, Window(), origin.purpose)
    tally = Tally(use_case.contract)
    with staging.opened(use_case) as stage:
        rows_read = stage_rows(request, source, stage, tally, progress)
        if not stage.counts()["accepted"]:
            return None
        load = keep_rows(
            request, source, stage, tally, rows_read, snapshots=snapshots, progress=progress
        )
        progress.step("save_load")
        loads.save_load(load, ())
        refused = {row.row_number for row in stage.quarantined()}
    numbers = [row.row_number for row in loads.quarantined(load_id)]
    progress.step("mark_replayed")
    loads.mark_replayed(load_id, [n for n in numbers if n not in refused], load.load_id)
    progress.step("replayed")
    _log(load)
    return load


def save_outcomes(
    load_id: str,
    as_of: datetime,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    outcomes: OutcomeStore,
    progress: Progress,
    classes: Sequence[str] = (),
) -> int:
    """Write the outcomes of a load that are known at ``as_of``; return how many.

    Where the source has no event times, an outcome is known since its load was.

    Args:
        load_id: The load.
        as_of: Instant, UTC.
        loads: Where loads are kept.
        snapshots: Reads the rows.
        outcomes: Where outcomes go.
        progress: Watches.
        classes: What the positions of classes are called; empty where outcomes are none.

    Raises:
        UnknownIdError: There is no such load.
    """
    load = find_load(load_id, loads)
    names = pa.array(classes, pa.string())

    def known() -> Iterator[pa.RecordBatch]:
        for batch in snapshots.batches(load, [LEAD_ID, CREATED_AT, OUTCOME, KNOWN_AT]):
            rows = batch.filter(pa.array(mature(batch, as_of)))
            since = pa.scalar(load.as_of, rows.schema.field(KNOWN_AT).type)
            columns = {
                LEAD_ID: rows.column(LEAD_ID),
                OUTCOME: rows.column(OUTCOME),
                KNOWN_AT: pc.fill_null(rows.column(KNOWN_AT), since),
            }
            if classes:
                columns[OUTCOME_CLASS] = names.take(rows.column(OUTCOME).cast(pa.int64()))
            progress.advance(batch.num_rows)
            yield pa.record_batch(columns)

    progress.step("save_outcomes", load.rows_accepted)
    saved = outcomes.save_outcomes(load.use_case, load.load_id, known())
    progress.step("outcomes_saved")
    log.info("%s: %d outcomes known at %s", load_id, saved, as_of)
    return saved


def _log(load: Load) -> None:
    log.info(
        "%s: %d rows read from %s, %d accepted, %d quarantined, %d duplicate",
        load.load_id,
        load.rows_read,
        load.source,
        load.rows_accepted,
        load.rows_quarantined,
        load.rows_duplicate,
    )
