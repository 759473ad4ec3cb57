"""The drift check of the data pipeline: new rows against those the champion was judged on."""

import logging
from collections.abc import Sequence
from datetime import datetime
from datetime import timedelta
from typing import Final

import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core import identity
from lead_scoring.core.drift import NUMERIC_TYPES
from lead_scoring.core.drift import Judgement
from lead_scoring.core.drift import comparable_columns
from lead_scoring.core.drift import judge_drift
from lead_scoring.core.drift import split_columns
from lead_scoring.core.preparation.building import mapped_columns
from lead_scoring.core.records import Comparison
from lead_scoring.core.records import DriftCheck
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Verdict
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.ports import DriftMonitor
from lead_scoring.pipelines.ports import DriftStore
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import ReportFiles
from lead_scoring.pipelines.ports import SnapshotReader

log = logging.getLogger(__name__)

_INSTANT: Final = timedelta(microseconds=1)
_NOTHING: Final = Comparison((), "")


def check_drift(
    use_case: UseCase,
    load_id: str,
    as_of: datetime,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    monitor: DriftMonitor,
    reports: ReportFiles,
    checks: DriftStore,
    progress: Progress,
) -> tuple[DriftCheck, str | None]:
    """Compare rows newer than the champion's test window with that window, and keep the verdict.

    Args:
        use_case: The use case.
        load_id: The load that asks.
        as_of: Instant to check for, UTC; rows created later do not exist.
        loads: Where loads are kept.
        snapshots: Reads the rows.
        registry: Gives the champion and the columns it reads.
        monitor: Compares columns.
        reports: Where the report for people is kept.
        checks: Where the verdict is kept.
        progress: Who watches.

    Returns:
        The check, and the URL of its report if columns were compared.

    Raises:
        UnknownIdError: There is no such load. Nothing was written.
    """
    load = loads.find_load(load_id)
    if load is None:
        msg = f"no load {load_id!r}; run the data pipeline first"
        raise UnknownIdError(msg)
    progress.step("check_drift")
    champion = registry.champion(use_case.use_case)
    reference, current = pd.DataFrame(), pd.DataFrame()
    comparison = _NOTHING
    if champion is None:
        judgement = Judgement(Verdict.NO_CHAMPION, "no champion yet; a training is due", None)
    else:
        known = loads.loads(use_case.use_case, as_of, Purpose.TRAIN_AND_SCORE)
        reference, current = _read(champion, known or (load,), as_of, snapshots, use_case)
        columns = registry.load_model(champion).source_columns
        comparison, judgement = _judge(use_case, columns, reference, current, monitor)

    check = DriftCheck(
        check_id=identity.check_id(
            use_case.use_case, load_id, champion.version if champion else None, as_of
        ),
        use_case=use_case.use_case,
        load_id=load_id,
        model_version=champion.version if champion else None,
        as_of=as_of,
        verdict=judgement.verdict,
        summary=judgement.summary,
        drifted_share=judgement.share,
        rows_reference=len(reference),
        rows_current=len(current),
        columns=comparison.columns,
    )
    report = None
    if comparison.html:
        report = reports.save_report(use_case.use_case, check.check_id, comparison.html)
    progress.step("save_check")
    checks.save_check(check)
    log.info("check %s: %s, %s", check.check_id, check.verdict.value, check.summary)
    return check, report


def _read(
    champion: ModelVersion,
    loads: Sequence[Load],
    as_of: datetime,
    snapshots: SnapshotReader,
    use_case: UseCase,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the champion's test window and what is newer; without event times nothing is."""
    start, end = champion.tested_from, champion.tested_until
    if start is None or end is None:
        return pd.DataFrame(), pd.DataFrame()
    limit = use_case.drift.sample_rows
    reference = snapshots.rows_between(loads, start - _INSTANT, end, limit)
    return reference, snapshots.rows_between(loads, end, as_of, limit)


def _judge(
    use_case: UseCase,
    columns: Sequence[str],
    reference: pd.DataFrame,
    current: pd.DataFrame,
    monitor: DriftMonitor,
) -> tuple[Comparison, Judgement]:
    least = use_case.drift.min_rows
    if min(len(reference), len(current)) < least:
        summary = (
            f"{len(current)} rows are newer than the champion's test window of {len(reference)}; "
            f"a comparison needs {least} on either side"
        )
        return _NOTHING, Judgement(Verdict.NOT_ENOUGH_DATA, summary, None)
    types = {name: column.type for name, column in use_case.contract.columns.items()}
    comparable = comparable_columns(columns, types, mapped_columns(use_case))
    split = split_columns(reference, current, comparable, use_case.drift.min_values)
    compared = list(split.compared)
    numeric = [column for column in compared if types[column] in NUMERIC_TYPES]
    found = monitor.compare(reference[compared], current[compared], numeric)
    judgement = judge_drift((*found.columns, *split.sparse), use_case.drift)
    return Comparison((*found.columns, *split.sparse), found.html), judgement
