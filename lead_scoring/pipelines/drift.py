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
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Override
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.faults import find_faults
from lead_scoring.core.governor import govern
from lead_scoring.core.new_leads import MATURE_ROWS
from lead_scoring.core.new_leads import NewLeads
from lead_scoring.core.new_leads import NewLeadsFinder
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Window
from lead_scoring.core.ruling import Ruling
from lead_scoring.core.ruling import rule
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


_NO_CHAMPION: Final = Ruling(Verdict.NO_CHAMPION, verdict.NO_CHAMPION)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is checked; the same subject has one check.

    Attributes:
        champion: What the load is held against; ``None`` where there is none yet.
        overrides: Everything people say against the verdict.
    """

    use_case: UseCase
    load: Load
    as_of: datetime
    champion: ModelVersion | None
    overrides: tuple[OverrideKind, ...]

    @property
    def version(self) -> int | None:
        """Version of the champion."""
        return self.champion.version if self.champion else None

    @property
    def check_id(self) -> str:
        """Id of the check."""
        name, load_id = self.use_case.use_case, self.load.load_id
        return identity.check_id(name, load_id, self.version, self.as_of, self.overrides)

    def to_check(self, ruling: Ruling, action: Action, reason: str) -> DriftCheck:
        """Return the check, with what follows from the verdict and why."""
        return DriftCheck(
            check_id=self.check_id,
            use_case=self.use_case.use_case,
            load_id=self.load.load_id,
            model_version=self.version,
            as_of=self.as_of,
            verdict=ruling.verdict,
            summary=ruling.summary,
            action=action,
            action_reason=reason,
            rows_reference=ruling.rows_reference,
            rows_current=ruling.rows_current,
            faults=ruling.faults,
            performance=ruling.performance,
            columns=ruling.columns,
        )


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
    load = find_load(load_id, loads, use_case.use_case)
    champion = registry.champion(use_case.use_case)
    subject = _Subject(
        use_case, load, as_of, champion, overrides_of(load_id, as_of, override, checks)
    )
    there = checks.find_check(subject.check_id)
    if there is not None:
        log.info("check %s is there already: %s", there.check_id, there.verdict.value)
        return there

    ruling = _look(subject, loads=loads, snapshots=snapshots, registry=registry, progress=progress)
    history, governor = checks.history(use_case.use_case, as_of), use_case.drift.governor
    action, reason = govern(
        ruling.verdict, as_of, history, governor, model_version=subject.version, override=override
    )

    check = subject.to_check(ruling, action, reason)
    progress.step("save_check")
    checks.save_check(check)
    progress.step("checked")
    found = (check.verdict.value, check.summary, action.value, reason)
    log.info("check %s: %s, %s; %s, %s", check.check_id, *found)
    return check


def _look(
    subject: _Subject,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    progress: Progress,
) -> Ruling:
    use_case, load, as_of = subject.use_case, subject.load, subject.as_of
    champion = subject.champion
    if champion is None:
        return _NO_CHAMPION
    model = registry.load_model(champion)
    reference = model.reference
    if reference is None:
        summary = verdict.NO_REFERENCE.format(version=champion.version)
        return Ruling(Verdict.NOT_ENOUGH_DATA, summary)
    finder = NewLeadsFinder(use_case, champion, model, reference, load=load, as_of=as_of)
    known = loads.loads(load.use_case, as_of, load.purpose)
    with snapshots.beside(returned_outcomes(use_case, as_of, loads)) as settled:
        if load.window != Window() and known:
            progress.step("read_outcomes")
            finder.judge_by(settled.rows_between(known, finder.mature_after, as_of, MATURE_ROWS))
        new = _read(finder, load, settled, progress)
    faults: tuple[str, ...] = ()
    if OverrideKind.ACCEPT not in subject.overrides:
        before, limits = _rows_before(load, known), use_case.drift.faults
        faults = find_faults(reference, new.observation, load.rows_read, before, limits)
    return rule(use_case, reference, new, faults)


def _read(
    finder: NewLeadsFinder, load: Load, snapshots: SnapshotReader, progress: Progress
) -> NewLeads:
    """Look through a snapshot once; memory does not grow with its rows."""
    progress.step("check_drift", load.rows_accepted)
    for batch in snapshots.batches(load, finder.columns):
        finder.add(batch)
        progress.advance(batch.num_rows)
    return finder.found()


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
