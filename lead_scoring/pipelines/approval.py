"""A person's word on a model: to a version that waits for approval, or against a refusal.

Killed anywhere and run again, each function here ends in the same state.
"""

import logging
from datetime import datetime

from lead_scoring.core.approval import TIMEOUT
from lead_scoring.core.approval import Answer
from lead_scoring.core.approval import answer_to
from lead_scoring.core.identity import decision_id
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.ports import DecisionStore
from lead_scoring.pipelines.ports import ModelRegistry

log = logging.getLogger(__name__)


def find_decision(use_case: str, decision: str, *, decisions: DecisionStore) -> Decision:
    """Return a decision by its id.

    Raises:
        UnknownIdError: There is no such decision.
    """
    found = {one.decision_id: one for one in decisions.decisions(use_case)}.get(decision)
    if found is None:
        msg = f"{use_case}: there is no decision {decision}"
        raise UnknownIdError(msg)
    return found


def find_hold(use_case: str, version: int, *, decisions: DecisionStore) -> Decision:
    """Return the newest decision by which a version waits, or waited, for approval.

    Raises:
        GateError: The version never waited.
    """
    own = _on_version(use_case, version, decisions)
    holds = [one for one in own if one.kind is DecisionKind.HOLD]
    if not holds:
        last = f"; its newest decision is {_told(own[-1])}" if own else "; nobody decided on it"
        msg = f"{use_case}: version {version} does not wait for approval{last}"
        raise GateError(msg)
    return holds[-1]


def answer_hold(
    use_case: str,
    hold_id: str,
    answer: Answer,
    *,
    registry: ModelRegistry,
    decisions: DecisionStore,
) -> Decision:
    """Write down the answer to a version that waits; the first answer counts.

    Args:
        use_case: Name of the use case.
        hold_id: The decision that is answered.
        answer: What is said, by whom, and why.
        registry: Gives the champion.
        decisions: Where the answer is kept.

    Returns:
        The answer that counts: this one, or an earlier one that says the same. Where nobody
        answered in time, any earlier one.

    Raises:
        UnknownIdError: There is no such hold.
        GateError: Name or reason are blank, the opposite was answered before, or another version
            has become champion since. Nothing was written.
    """
    by, reason = _signed(f"{use_case}: an answer", answer.by, answer.reason)
    made = decisions.decisions(use_case)
    hold = next((one for one in made if one.decision_id == hold_id), None)
    if hold is None or hold.kind is not DecisionKind.HOLD:
        msg = f"{use_case}: no version waits for approval by decision {hold_id}"
        raise UnknownIdError(msg)
    kind = DecisionKind.APPROVAL if answer.approve else DecisionKind.REFUSAL
    if answer_to(hold, made) is None:
        if answer.approve:
            _refuse_late(hold, registry)
        decisions.save_decision(_answered(hold, kind, by, reason))
    given = answer_to(hold, decisions.decisions(use_case))
    if given is None or (given.kind is not kind and by != TIMEOUT):
        said = _told(given) if given else "not kept"
        msg = (
            f"{use_case}: version {hold.subject} was answered before: {said}. Nothing was changed;"
            f" {_way_out(use_case, hold.subject, approve=answer.approve)}"
        )
        raise GateError(msg)
    log.info("%s: version %s: %s", use_case, hold.subject, _told(given))
    return given


def override_refusal(
    use_case: str,
    version: int,
    by: str,
    reason: str,
    as_of: datetime,
    *,
    registry: ModelRegistry,
    decisions: DecisionStore,
) -> Decision:
    """Write down that a version becomes champion though it was refused, or never decided on.

    Args:
        use_case: Name of the use case.
        version: The version.
        by: Who says so.
        reason: Why.
        as_of: Instant of the decision, UTC.
        registry: Gives the champion.
        decisions: Where the decision is kept.

    Returns:
        The decision to be applied; the same person with the same reason writes it once.

    Raises:
        UnknownIdError: There is no such version. Nothing was written.
        GateError: Name or reason are blank, the version is champion, or it waits for approval.
            Nothing was written.
    """
    by, reason = _signed(f"{use_case}: a promotion against the gate", by, reason)
    registry.version(use_case, version)
    champion = registry.champion(use_case)
    against = champion.version if champion else None
    own = _on_version(use_case, version, decisions)
    last = own[-1] if own else None
    if last is not None and last.kind is DecisionKind.OVERRIDE:
        mine = (last.decided_by, last.reasons) == (by, (reason,))
        if mine and against in {last.champion, version}:
            return last
    _refuse_needless(use_case, version, against, last)
    refused = last is not None and last.kind is DecisionKind.REFUSAL
    kind = DecisionKind.OVERRIDE
    decision = Decision(
        decision_id=decision_id(use_case, kind, str(version), as_of, f"{against}", by, reason),
        use_case=use_case,
        kind=kind,
        subject=str(version),
        champion=against,
        reasons=(reason,),
        decided_by=by,
        as_of=as_of,
        about=last.decision_id if last is not None and refused else None,
    )
    decisions.save_decision(decision)
    log.warning("%s: %s overrides the gate for version %s: %s", use_case, by, version, reason)
    return decision


def _on_version(use_case: str, version: int, decisions: DecisionStore) -> list[Decision]:
    return [one for one in decisions.decisions(use_case) if one.subject == str(version)]


def _signed(what: str, by: str, reason: str) -> tuple[str, str]:
    if not by.strip() or not reason.strip():
        msg = f"{what} needs a name and a reason; nothing was changed"
        raise GateError(msg)
    return by.strip(), reason.strip()


def _answered(hold: Decision, kind: DecisionKind, by: str, reason: str) -> Decision:
    """Return the answer to a hold; its id is the same whatever is said, so the first is kept."""
    key = (hold.use_case, DecisionKind.APPROVAL, hold.subject, hold.as_of, hold.decision_id)
    return Decision(
        decision_id=decision_id(*key),
        use_case=hold.use_case,
        kind=kind,
        subject=hold.subject,
        champion=hold.champion,
        reasons=(reason,),
        decided_by=by,
        as_of=hold.as_of,
        about=hold.decision_id,
    )


def _refuse_needless(
    use_case: str, version: int, champion: int | None, last: Decision | None
) -> None:
    """Refuse to override what the gate did not refuse: a champion, or a version that waits."""
    if champion == version:
        msg = f"{use_case}: version {version} is champion already; nothing was changed"
        raise GateError(msg)
    if last is not None and last.kind is DecisionKind.HOLD:
        msg = (
            f"{use_case}: version {version} was not refused, it waits for approval;"
            f" lead-scoring approve {use_case} {version} --by … --reason …"
        )
        raise GateError(msg)


def _refuse_late(hold: Decision, registry: ModelRegistry) -> None:
    champion = registry.champion(hold.use_case)
    now = champion.version if champion else None
    if now not in {hold.champion, int(hold.subject)}:
        msg = (
            f"{hold.use_case}: version {hold.subject} was compared with"
            f" {f'version {hold.champion}' if hold.champion else 'no champion'}, but version {now}"
            " is champion since; it was not approved. Train again, and decide on that"
        )
        raise GateError(msg)


def _way_out(use_case: str, version: str, *, approve: bool) -> str:
    if approve:
        command = f"lead-scoring promote {use_case} {version} --by … --reason …"
        return f"to promote it all the same: {command}"
    return f"to go back to the champion before: lead-scoring rollback {use_case} --reason …"


def _told(decision: Decision) -> str:
    return f"{decision.kind} by {decision.decided_by} ({'; '.join(decision.reasons)})"
