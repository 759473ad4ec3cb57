"""The drift check of the data pipeline: new leads against those the champion was judged on."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Final

from lead_scoring.config.use_case import UseCase
from lead_scoring.core import identity
from lead_scoring.core import verdict
from lead_scoring.core.assessment import assess_estimated
from lead_scoring.core.assessment import assess_realised
from lead_scoring.core.assessment import find_shortage
from lead_scoring.core.drift import compare_columns
from lead_scoring.core.drift import count_tests
from lead_scoring.core.drift import least_rows
from lead_scoring.core.drift_records import ColumnDrift
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Override
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.faults import find_faults
from lead_scoring.core.governor import govern
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.new_leads import MATURE_ROWS
from lead_scoring.core.new_leads import NewLeads
from lead_scoring.core.new_leads import NewLeadsFinder
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Window
from lead_scoring.core.reference import Reference
from lead_scoring.core.verdict import Findings
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.drift_ports import DriftStore
from lead_scoring.pipelines.override import overrides_of
from lead_scoring.pipelines.pending import find_load
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader
from lead_scoring.pipelines.quarantine import is_replay
from lead_scoring.pipelines.returned import returned_outcomes

log = logging.getLogger(__name__)

EARLIER_LOADS: Final = 5
"""How many earlier loads say how many rows are usual."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A verdict with its numbers, before it is known what follows."""

    verdict: Verdict
    summary: str
    rows_reference: int = 0
    rows_current: int = 0
    faults: tuple[str, ...] = ()
    performance: tuple[Performance, ...] = ()
    columns: tuple[ColumnDrift, ...] = ()


_NOTHING_THERE: Final = _Outcome(Verdict.NO_CHAMPION, verdict.NO_CHAMPION)


def check_drift(
    use_case: UseCase,
    load_id: str,
    as_of: datetime,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    checks: DriftStore,
    progress: Progress,
    override: Override | None = None,
) -> DriftCheck:
    """Compare leads newer than the champion's reference with it; keep the verdict and its action.

    Run again for the same load, champion, instant and overrides, it gives what it gave before.

    Args:
        use_case: The use case.
        load_id: The load that asks.
        as_of: Instant to check for, UTC; rows created later do not exist.
        loads: Where loads are kept.
        snapshots: Reads the rows.
        registry: Gives the champion, its model and the reference in it.
        checks: Where checks are kept.
        progress: Who watches.
        override: A person's word against the verdict.

    Raises:
        UnknownIdError: There is no such load of this use case. Nothing was written.
        IntegrityError: The snapshot or the model is not what was recorded. Nothing was written.
    """
    load = find_load(load_id, loads)
    if load.use_case != use_case.use_case:
        msg = f"load {load_id} is of {load.use_case}, not of {use_case.use_case}; nothing was done"
        raise UnknownIdError(msg)
    champion = registry.champion(use_case.use_case)
    version = champion.version if champion else None
    said = overrides_of(load_id, as_of, override, checks)
    check_id = identity.check_id(use_case.use_case, load_id, version, as_of, said)
    there = checks.find_check(check_id)
    if there is not None:
        log.info("check %s is there already: %s", check_id, there.verdict.value)
        return there

    outcome = _NOTHING_THERE
    if champion is not None:
        outcome = _look(
            use_case,
            champion,
            load,
            as_of,
            accepted=OverrideKind.ACCEPT in said,
            loads=loads,
            snapshots=snapshots,
            registry=registry,
            progress=progress,
        )
    action, reason = govern(
        outcome.verdict,
        as_of,
        checks.history(use_case.use_case, as_of),
        use_case.drift.governor,
        model_version=version,
        override=override,
    )

    check = DriftCheck(
        check_id=check_id,
        use_case=use_case.use_case,
        load_id=load_id,
        model_version=version,
        as_of=as_of,
        verdict=outcome.verdict,
        summary=outcome.summary,
        action=action,
        action_reason=reason,
        rows_reference=outcome.rows_reference,
        rows_current=outcome.rows_current,
        faults=outcome.faults,
        performance=outcome.performance,
        columns=outcome.columns,
    )
    progress.step("save_check")
    checks.save_check(check)
    progress.step("checked")
    log.info(
        "check %s: %s, %s; %s, %s",
        check_id,
        check.verdict.value,
        check.summary,
        action.value,
        reason,
    )
    return check


def _look(
    use_case: UseCase,
    champion: ModelVersion,
    load: Load,
    as_of: datetime,
    *,
    accepted: bool,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    progress: Progress,
) -> _Outcome:
    model = registry.load_model(champion)
    reference = model.reference
    if reference is None:
        summary = verdict.NO_REFERENCE.format(version=champion.version)
        return _Outcome(Verdict.NOT_ENOUGH_DATA, summary)
    finder = NewLeadsFinder(use_case, champion, model, reference, load=load, as_of=as_of)
    known = loads.loads(load.use_case, as_of, load.purpose)
    with snapshots.beside(returned_outcomes(use_case, as_of, loads)) as settled:
        if load.window != Window() and known:
            progress.step("read_outcomes")
            finder.judge_by(settled.rows_between(known, finder.mature_after, as_of, MATURE_ROWS))
        new = _read(finder, load, settled, progress)
    faults = find_faults(
        reference,
        new.observation,
        load.rows_read,
        _rows_before(load, known),
        use_case.drift.faults,
    )
    return _judge(use_case, reference, new, () if accepted else faults)


def _read(
    finder: NewLeadsFinder, load: Load, snapshots: SnapshotReader, progress: Progress
) -> NewLeads:
    """Look through a snapshot once; memory does not grow with its rows."""
    progress.step("check_drift", load.rows_accepted)
    for batch in snapshots.batches(load, finder.columns):
        finder.add(batch)
        progress.advance(batch.num_rows)
    return finder.found()


def _judge(
    use_case: UseCase, reference: Reference, new: NewLeads, faults: tuple[str, ...]
) -> _Outcome:
    config, kind = use_case.drift, kind_of(use_case)
    limits, metric = config.performance, config.metric(use_case.task)
    too_few = kind.few_outcomes(new.outcomes, limits.min_outcomes)
    shortage = find_shortage(reference.chunks, too_few, metric)
    by_outcomes = by_promises = None
    if not shortage:
        turned_out = kind.measure(new.outcomes, new.mature_scores)
        by_outcomes = assess_realised(reference.chunks, turned_out, metric, limits.band)
    if len(new.scores):
        promised = kind.promise(new.scores)
        by_promises = assess_estimated(
            reference.chunks, promised, len(new.scores), metric, limits.band
        )
    found = Findings(
        rows=new.observation.rows,
        rows_reference=reference.rows,
        least=least_rows(count_tests(reference), config),
        created=new.created,
        faults=faults,
        columns=compare_columns(reference, new.observation, new.scores, config),
        performance=tuple(one for one in (by_outcomes, by_promises) if one is not None),
        mature_created=new.mature_created,
        shortage=shortage,
    )
    given, summary = verdict.judge(found, config.effects)
    return _Outcome(
        verdict=given,
        summary=summary,
        rows_reference=reference.rows,
        rows_current=found.rows,
        faults=faults,
        performance=found.performance,
        columns=tuple(sorted(found.columns, key=lambda column: column.column)),
    )


def _rows_before(load: Load, known: Sequence[Load]) -> tuple[int, ...]:
    """Return how many rows the loads before one had; only those like it, the newest few."""
    like = [
        one
        for one in known
        if one.as_of < load.as_of and _length(one) == _length(load) and not is_replay(one)
    ]
    newest = sorted(like, key=lambda one: (one.as_of, one.load_id))[-EARLIER_LOADS:]
    return () if is_replay(load) else tuple(one.rows_read for one in newest)


def _length(load: Load) -> timedelta | None:
    start, end = load.window.start, load.window.end
    return None if start is None or end is None else end - start
