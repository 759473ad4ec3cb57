"""What every load does: stage a source's rows, judge them, write those that stay."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from lead_scoring.config.use_case import UseCase
from lead_scoring.core import identity
from lead_scoring.core.contract import Contract
from lead_scoring.core.contract import header_faults
from lead_scoring.core.dispositions import Tally
from lead_scoring.core.dispositions import judge
from lead_scoring.core.leads import make_leads
from lead_scoring.core.population import in_window
from lead_scoring.core.records import SOURCE_WARNING
from lead_scoring.core.records import Finding
from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window
from lead_scoring.core.rows import RawRows
from lead_scoring.errors import ConservationError
from lead_scoring.errors import ContractError
from lead_scoring.pipelines.data_ports import LeadSource
from lead_scoring.pipelines.data_ports import SnapshotWriter
from lead_scoring.pipelines.data_ports import Stage
from lead_scoring.pipelines.ports import Progress

MAX_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Request:
    """What is loaded, and for what.

    Attributes:
        window: Part of the source; only where it is read by interval.
        purpose: A load that only scores needs no outcome.
    """

    use_case: UseCase
    as_of: datetime
    window: Window
    purpose: Purpose


def stage_rows(
    request: Request, source: LeadSource, stage: Stage, tally: Tally, progress: Progress
) -> int:
    """Stage a source's rows, judged one by one and then all together; return how many.

    Raises:
        ContractError: The source has wrong columns.
    """
    contract = Contract(request.use_case)
    progress.step("read")
    rows_read, first = 0, True
    for batch in source.batches():
        if first:
            _check_header(request, source, batch)
            first = False
        raw = _of_window(batch, request)
        typed, faults = contract.check(raw.table)
        judged = judge(raw, faults, request.use_case.contract, tally)
        kept = pa.array(judged.kept)
        leads = make_leads(typed.take(kept), raw.row_numbers[judged.kept], request.use_case)
        stage.add(leads, raw.take(judged.kept) if len(judged.kept) < len(raw) else raw)
        stage.refuse(judged.quarantined)
        rows_read += len(raw)
        progress.advance(len(batch))
    progress.step("settle", rows_read)
    stage.settle(tally)
    return rows_read


def _check_header(request: Request, source: LeadSource, batch: RawRows) -> None:
    faults = header_faults(batch.table.column_names, request.use_case, request.purpose)
    if faults:
        raise ContractError(told(source.name, "has wrong columns (line 1)", faults))


def _of_window(raw: RawRows, request: Request) -> RawRows:
    """Leave out rows outside the window, where a source is read by interval."""
    column = request.use_case.lead.created_column
    if request.use_case.source.window == "whole" or column is None or not raw.table.num_rows:
        return raw
    written = request.use_case.contract.columns[column].written
    inside = in_window(raw.table.column(column), request.window, written)
    if inside.all():
        return raw
    left = raw.take(np.flatnonzero(inside))
    return RawRows(left.table, left.row_numbers, left.lines, raw.misfits)


def refuse_few(request: Request, source: LeadSource, rows_read: int) -> None:
    """Refuse a source with fewer rows than the contract asks for.

    Raises:
        ContractError: There are too few; names source, rows, window and limit.
    """
    least = request.use_case.contract.min_rows
    if rows_read < least:
        window = request.window
        within = f" from {window.start} to {window.end}" if window != Window() else ""
        msg = (
            f"{source.name} has {rows_read} rows{within}, the contract asks for at least {least}"
            " (contract.min_rows); nothing was kept"
        )
        raise ContractError(msg)


def keep_rows(
    request: Request,
    source: LeadSource,
    stage: Stage,
    tally: Tally,
    rows_read: int,
    *,
    snapshots: SnapshotWriter,
    progress: Progress,
) -> Load:
    """Write the accepted rows as a snapshot and return the load, which is not recorded yet.

    Raises:
        ConservationError: Rows were lost or doubled.
    """
    counts = stage.counts()
    if sum(counts.values()) != rows_read:
        msg = f"{source.name}: {rows_read} rows were read, but they came out as {counts}"
        raise ConservationError(msg)
    name = request.use_case.use_case
    contract = identity.contract_digest(request.use_case)
    load_id = identity.load_id(name, request.purpose, contract, source.digest, request.window)
    snapshot = snapshots.write_snapshot(
        name,
        load_id,
        schema=stage.schema,
        batches=stage.accepted,
        counts={"read": rows_read, **counts},
        on_step=progress.step,
    )
    if snapshot.rows != counts["accepted"]:
        msg = f"{load_id}: {counts['accepted']} rows were accepted, {snapshot.rows} were written"
        raise ConservationError(msg)
    odd = tuple(Finding(SOURCE_WARNING, "", "warn", 1, (text,)) for text in source.warnings)
    return Load(
        load_id=load_id,
        use_case=name,
        purpose=request.purpose,
        source=source.name,
        source_digest=source.digest,
        contract_digest=contract,
        window=request.window,
        as_of=request.as_of,
        rows_read=rows_read,
        rows_accepted=counts["accepted"],
        rows_quarantined=counts["quarantined"],
        rows_duplicate=counts["duplicate"],
        snapshot=snapshot.uri,
        content_digest=snapshot.content_digest,
        findings=(*tally.findings(), *odd),
    )


def told(source: str, what: str, faults: tuple[str, ...]) -> str:
    """Return what is wrong with a source in a message of bounded length."""
    shown = [f"  {fault}" for fault in faults[:MAX_SHOWN]]
    if len(faults) > MAX_SHOWN:
        shown.append(f"  and {len(faults) - MAX_SHOWN} more")
    return "\n".join([f"{source} {what}; nothing was kept:", *shown])
