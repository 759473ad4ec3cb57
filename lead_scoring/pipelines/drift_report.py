"""The report on a drift check for people: pictures of what the verdict was given on."""

import logging
from typing import Final

import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core import identity
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.new_leads import NewLeads
from lead_scoring.core.new_leads import NewLeadsFinder
from lead_scoring.core.reference import OTHER
from lead_scoring.core.reference import Reference
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.drift_ports import CheckReports
from lead_scoring.pipelines.drift_ports import DriftMonitor
from lead_scoring.pipelines.drift_ports import DriftStore
from lead_scoring.pipelines.pending import find_load
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader

log = logging.getLogger(__name__)

MAX_ROWS: Final = 5_000
"""Rows shown of either side, at most."""
HOW_TO_READ: Final = (
    "The verdict was given by the platform's own tests. Everything below is drawn by Evidently "
    "to look at; its limits and colours decided nothing. The reference is drawn column by column "
    "from the counts kept with the model: it shows columns, not how they go together."
)


def report_drift(
    use_case: UseCase,
    check_id: str,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    monitor: DriftMonitor,
    reports: CheckReports,
    checks: DriftStore,
    progress: Progress,
) -> str | None:
    """Draw and keep the report on a check; drawn again, it takes the place of the one before.

    Args:
        use_case: The use case.
        check_id: The check.
        loads: Where loads are kept.
        snapshots: Reads the rows.
        registry: Gives the model that was checked, with its reference.
        monitor: Draws.
        reports: Where reports are kept.
        checks: Where checks are kept; gets the report's address.
        progress: Who watches.

    Returns:
        The report's address; ``None`` where no rows were compared.

    Raises:
        UnknownIdError: There is no such check of this use case. Nothing was written.
    """
    check = checks.find_check(check_id)
    if check is None or check.use_case != use_case.use_case:
        msg = f"{use_case.use_case}: no drift check {check_id!r}; nothing was drawn"
        raise UnknownIdError(msg)
    if check.model_version is None or not check.rows_current:
        return None
    reference, new = _look_again(
        use_case, check, loads=loads, snapshots=snapshots, registry=registry, progress=progress
    )
    if reference is None or new is None:
        return None

    progress.step("draw_report")
    numeric = [name for name in reference.numeric if name != reference.watched]
    columns = [*numeric, *reference.levels, reference.watched]
    page, content = monitor.report(
        reference.draw(columns, min(reference.rows, MAX_ROWS), new.observation.seed),
        _current(new, reference)[columns].head(MAX_ROWS),
        [*numeric, reference.watched],
        reference.watched,
        _notes(check),
    )

    progress.step("log_report")
    address = reports.log_check(check, page, content)
    checks.save_report(check_id, address)
    log.info("check %s: report at %s", check_id, address)
    return address


def _look_again(
    use_case: UseCase,
    check: DriftCheck,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    progress: Progress,
) -> tuple[Reference | None, NewLeads | None]:
    """Return what the check compared: the same load, model and instant give the same sample."""
    if check.model_version is None:
        return None, None
    load = find_load(check.load_id, loads)
    version = registry.version(use_case.use_case, check.model_version)
    model = registry.load_model(version)
    if model.reference is None:
        return None, None
    finder = NewLeadsFinder(
        use_case, version, model, model.reference, load=load, as_of=check.as_of
    )
    progress.step("read_new_leads", load.rows_accepted)
    for batch in snapshots.batches(load, finder.columns):
        finder.add(batch)
        progress.advance(batch.num_rows)
    return model.reference, finder.found()


def _current(new: NewLeads, reference: Reference) -> pd.DataFrame:
    """Return the sample with what is promised, and levels lumped as the reference lumps them."""
    sample = new.observation.sample
    lumped = {
        name: sample[name].where(sample[name].isin(list(one.counts)) | sample[name].isna(), OTHER)
        for name, one in reference.levels.items()
        if one.rest
    }
    return sample.assign(**lumped, **{reference.watched: new.scores[reference.watched]})


def _notes(check: DriftCheck) -> tuple[str, ...]:
    what = (
        f"Load {check.load_id} against model version {check.model_version}, as of "
        f"{identity.instant(check.as_of)}: {check.rows_current} new rows, "
        f"{check.rows_reference} rows of the reference."
    )
    return (
        f"Verdict: {check.verdict.value}: {check.summary}.",
        f"Action: {check.action.value}: {check.action_reason}.",
        what,
        HOW_TO_READ,
    )
