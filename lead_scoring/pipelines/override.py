"""A person's word against a verdict: written down first, heeded by the check, never on a fault."""

import logging
from datetime import datetime

from lead_scoring.config.use_case import UseCase
from lead_scoring.core import identity
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Override
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.errors import GateError
from lead_scoring.pipelines.drift_ports import DriftStore
from lead_scoring.pipelines.pending import find_load
from lead_scoring.pipelines.ports import DecisionStore
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry

log = logging.getLogger(__name__)


def record_override(
    use_case: UseCase,
    load_id: str,
    as_of: datetime,
    override: Override,
    *,
    loads: LoadStore,
    registry: ModelRegistry,
    checks: DriftStore,
    decisions: DecisionStore,
) -> Decision:
    """Write down what a person says against the verdict on a load, before it is checked.

    The decision is on the load where it is accepted, else on the check. The same person with the
    same reason and instant writes once, however often called.

    Args:
        use_case: The use case.
        load_id: The load that is checked.
        as_of: Instant of the check, UTC.
        override: What is said, who says it, and why.
        loads: Where loads are kept.
        registry: Gives the champion.
        checks: Knows whether the load was accepted before.
        decisions: Where the decision is kept.

    Raises:
        UnknownIdError: There is no such load of this use case. Nothing was written.
        GateError: Name or reason are blank. Nothing was written.
    """
    by, reason = override.by.strip(), override.reason.strip()
    if not by or not reason:
        msg = f"load {load_id}: an override needs a name and a reason; nothing was overridden"
        raise GateError(msg)
    find_load(load_id, loads, use_case.use_case)
    champion = registry.champion(use_case.use_case)
    version = champion.version if champion else None
    subject = load_id
    if override.kind is not OverrideKind.ACCEPT:
        said = overrides_of(load_id, as_of, override, checks)
        subject = identity.check_id(use_case.use_case, load_id, version, as_of, said)
    kind = DecisionKind.OVERRIDE
    decision = Decision(
        decision_id=identity.decision_id(
            use_case.use_case, kind, subject, as_of, override.kind, by, reason
        ),
        use_case=use_case.use_case,
        kind=kind,
        subject=subject,
        champion=version,
        reasons=(f"{override.kind}: {reason}",),
        decided_by=by,
        as_of=as_of,
    )
    decisions.save_decision(decision)
    log.info("load %s: %s by %s overrides the check: %s", load_id, override.kind, by, reason)
    return decision


def overrides_of(
    load_id: str, as_of: datetime, override: Override | None, checks: DriftStore
) -> tuple[OverrideKind, ...]:
    """Return everything people say against the verdict of a check; its id is made of it.

    Args:
        load_id: The load that is checked.
        as_of: Instant of the check, UTC.
        override: What is said of this check alone.
        checks: Knows whether the load was accepted, now or before.
    """
    accepted = checks.is_accepted(load_id, as_of)
    said = {OverrideKind.ACCEPT} if accepted else set()
    if override is not None:
        said.add(override.kind)
    return tuple(sorted(said))


def refuse_training_on_fault(check: DriftCheck, override: Override | None) -> None:
    """Refuse a training that a person asked for where the load is faulty.

    Raises:
        GateError: A person asked for a training on a data fault. The check is kept, and nothing
            is trained.
    """
    asked = override is not None and override.kind is OverrideKind.TRAIN
    if asked and check.verdict is Verdict.DATA_FAULT:
        msg = (
            f"load {check.load_id}: a data fault never trains; accept the load first "
            f"(`lead-scoring check {check.use_case} --load {check.load_id} --override accept "
            f"--reason …`). Found: {' '.join(check.faults) or check.summary}"
        )
        raise GateError(msg)
