"""Back to the champion before: its alias, and its scores in the place of those taken back.

Killed anywhere and run again, the end is the same: what is left to do is read from the tables.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.approval import crowns
from lead_scoring.core.identity import decision_id
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import ModelVersion
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.inference import checked_rows
from lead_scoring.pipelines.inference import score_batch
from lead_scoring.pipelines.inference_ports import InferencePorts
from lead_scoring.pipelines.inference_ports import ScoreStore
from lead_scoring.pipelines.ports import DecisionStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rollback:
    """What a rollback came to.

    Attributes:
        champion: Version that scores again.
        decision: Who rolled back and why.
        published: Batches of that version that are visible in place of those taken back.
        held: Batches of that version that look implausible and wait for a release; until then the
            scores they were to replace stay visible.
    """

    champion: ModelVersion
    decision: Decision
    published: tuple[Batch, ...]
    held: tuple[Batch, ...]


def roll_back(
    use_case: UseCase,
    by: str,
    reason: str,
    as_of: datetime,
    *,
    ports: InferencePorts,
    decisions: DecisionStore,
) -> Rollback:
    """Make the previous champion champion again, by a decision that names who and why.

    Every batch of the model rolled back that is still visible is scored again by the restored
    champion, for the same load and instant, and replaced in one transaction each; those that were
    never published are withdrawn, so that nobody releases them later. The same person
    with the same reason finishes a rollback that was interrupted, and does not begin another; nor
    does a call with the same instant.

    Args:
        use_case: The use case.
        by: Who rolls back.
        reason: Why.
        as_of: Instant of the decision, UTC.
        ports: What loads are scored with again; the registry moves the aliases.
        decisions: Where the decision is kept.

    Raises:
        UnknownIdError: There is no champion, or none before it. Nothing was changed.
        GateError: A promotion was interrupted before the champion changed. Nothing was changed.
        IntegrityError: A file of the restored model, or a snapshot, is not what was recorded.
        ScoringError: The scores of the restored model are broken; those before stay visible.
    """
    name = use_case.use_case
    champion, previous = ports.registry.champion(name), ports.registry.previous(name)
    if champion is None or previous is None:
        msg = f"{name}: there is no earlier champion to go back to; nothing was changed"
        raise UnknownIdError(msg)
    made = decisions.decisions(name)
    decision = _begun(made, champion, by, reason)
    if decision is None or not _is_left(decision, champion, as_of, ports.scores):
        _refuse_half_promoted(champion, previous, made)
        decision = _decide(champion, previous, by, reason, as_of)

    restored = _restore(decision, ports, decisions)
    batches = _take_back(use_case, decision, restored, ports)
    ports.progress.step("rolled_back")
    return Rollback(
        restored,
        decision,
        tuple(one for one in batches if one.status is BatchStatus.PUBLISHED),
        tuple(one for one in batches if one.status is BatchStatus.HELD),
    )


def _restore(decision: Decision, ports: InferencePorts, decisions: DecisionStore) -> ModelVersion:
    """Write the decision down and move the aliases; a model that cannot be opened moves none."""
    restored = ports.registry.version(decision.use_case, int(decision.subject))
    ports.registry.load_model(restored)
    ports.progress.step("save_decision")
    decisions.save_decision(decision)
    ports.progress.step("set_champion")
    ports.registry.set_champion(restored)
    log.info("%s: rolled back to version %s by %s: %s", decision.use_case, restored.version,
             decision.decided_by, "; ".join(decision.reasons))  # fmt: skip
    return restored


def _take_back(
    use_case: UseCase, decision: Decision, restored: ModelVersion, ports: InferencePorts
) -> list[Batch]:
    """Put scores of the restored champion in place of those the other one has published."""
    taken_back = decision.champion or 0
    ports.scores.withdraw_batches(taken_back, decision)
    batches = []
    for one in ports.scores.current_batches(use_case.use_case, taken_back):
        batch = score_batch(use_case, one.load_id, one.as_of, ports, by=restored)
        batches.append(_republish(batch, decision, ports))
    return batches


def _republish(batch: Batch, decision: Decision, ports: InferencePorts) -> Batch:
    """Publish a batch of the restored champion, or hold it; return it as it is then."""
    ports.progress.step("republish", batch.rows_scored)
    if batch.status is BatchStatus.HELD:
        return batch
    if batch.status is BatchStatus.COMPUTED and batch.hold_reasons:
        held = replace(batch, status=BatchStatus.HELD)
        ports.scores.save_batch(held, checked_rows(batch, ports.files, ports.progress))
        log.warning("batch %s is held: %s", batch.batch_id, "; ".join(batch.hold_reasons))
        return held
    fresh = batch.status is BatchStatus.COMPUTED
    published = replace(batch, status=BatchStatus.PUBLISHED)
    rows = checked_rows(batch, ports.files, ports.progress) if fresh else None
    ports.scores.replace_batch(published, rows, decision)
    log.info("batch %s: %d scores published again", batch.batch_id, batch.rows_scored)
    return published


def _refuse_half_promoted(
    champion: ModelVersion, previous: ModelVersion, made: Sequence[Decision]
) -> None:
    """Refuse to go back to the champion itself: a promotion moved one alias and not the other."""
    if previous.version != champion.version:
        return
    name, wanted = champion.use_case, [one.subject for one in made if crowns(one)][-1:]
    version = wanted[0] if wanted else "VERSION"
    msg = (
        f"{name}: the promotion of version {version} was interrupted: version {champion.version}"
        " is champion still, and noted as the champion before. Nothing was changed. Finish it"
        f" first (run the task promote again, or lead-scoring promote {name} {version} --by …"
        " --reason …), then roll back"
    )
    raise GateError(msg)


def _begun(
    made: Sequence[Decision], champion: ModelVersion, by: str, reason: str
) -> Decision | None:
    """Return the newest decision on a champion if it is a rollback to be finished.

    That is anybody's whose alias was not moved yet, or else this person's for this reason.
    """
    own = [one for one in made if crowns(one)]
    if not own or own[-1].kind is not DecisionKind.ROLLBACK:
        return None
    last = own[-1]
    mine = (last.decided_by, last.reasons) == (by, (reason,))
    moved = last.subject == str(champion.version)
    return last if last.champion == champion.version or (moved and mine) else None


def _is_left(begun: Decision, champion: ModelVersion, as_of: datetime, scores: ScoreStore) -> bool:
    """Return whether a rollback is this very one, or has not come to its end."""
    if begun.as_of == as_of or str(champion.version) != begun.subject:
        return True
    return bool(scores.current_batches(begun.use_case, begun.champion or 0))


def _decide(
    champion: ModelVersion, previous: ModelVersion, by: str, reason: str, as_of: datetime
) -> Decision:
    name, kind, subject = champion.use_case, DecisionKind.ROLLBACK, str(previous.version)
    return Decision(
        decision_id=decision_id(name, kind, subject, as_of, by, reason),
        use_case=name,
        kind=kind,
        subject=subject,
        champion=champion.version,
        reasons=(reason,),
        decided_by=by,
        as_of=as_of,
    )
