"""Training pipeline, second half: a decision on a challenger, and the aliases it moves.

Killed anywhere and run again, each function here ends in the same state.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.comparison import Comparison
from lead_scoring.core.comparison import compare_models
from lead_scoring.core.decision import judge
from lead_scoring.core.identity import decision_id
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Purpose
from lead_scoring.core.split import Split
from lead_scoring.core.split import fitted_on_by_neither
from lead_scoring.core.split import rows_fitted
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.ports import DecisionStore
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import SnapshotReader
from lead_scoring.pipelines.training import split_mature

log = logging.getLogger(__name__)

GATE: Final = "gate"


def decide_promotion(
    use_case: UseCase,
    version: int,
    as_of: datetime,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    decisions: DecisionStore,
) -> Decision:
    """Hold a version against the gates and the champion, and write the decision down.

    A version that is champion already keeps the decision that made it so.

    Raises:
        UnknownIdError: There is no such version.
        IntegrityError: A snapshot or a model's file is not what was recorded.
    """
    challenger = registry.version(use_case.use_case, version)
    champion = registry.champion(use_case.use_case)
    if champion is not None and champion.version == version:
        earlier = _promotion_of(decisions.decisions(use_case.use_case), version)
        if earlier is not None:
            return earlier
    compared = None
    if champion is not None and champion.model_digest != challenger.model_digest:
        known = loads.loads(use_case.use_case, as_of, Purpose.TRAIN_AND_SCORE)
        split = split_mature(use_case, as_of, known, snapshots)
        compared = _compare(use_case, split, challenger, champion, registry)

    gate = use_case.training.gate
    judgement = judge(challenger, champion, compared, gate, gate_metric(use_case))

    kind = DecisionKind.PROMOTION if judgement.promote else DecisionKind.REFUSAL
    against = champion.version if champion else None
    decision = Decision(
        decision_id=decision_id(use_case.use_case, kind, str(version), as_of, f"{against}"),
        use_case=use_case.use_case,
        kind=kind,
        subject=str(version),
        champion=against,
        reasons=judgement.reasons,
        decided_by=GATE,
        as_of=as_of,
    )
    decisions.save_decision(decision)
    log.info(
        "%s: %s of version %s: %s", use_case.use_case, kind, version, "; ".join(decision.reasons)
    )
    return decision


def apply_decision(
    use_case: str, decision: str, *, registry: ModelRegistry, decisions: DecisionStore
) -> ModelVersion | None:
    """Move the aliases as a decision says; return the champion it made, ``None`` if it refused.

    Args:
        use_case: Name of the use case.
        decision: Id of the decision.
        registry: Where the aliases are.
        decisions: Where the decision is.

    Raises:
        UnknownIdError: There is no such decision.
        GateError: Another version has become champion since; the aliases were left alone.
        IntegrityError: A file of the model is not what was recorded; likewise.
    """
    found = {one.decision_id: one for one in decisions.decisions(use_case)}.get(decision)
    if found is None:
        msg = f"{use_case}: there is no decision {decision}"
        raise UnknownIdError(msg)
    if found.kind not in {DecisionKind.PROMOTION, DecisionKind.ROLLBACK}:
        return None
    champion = registry.champion(use_case)
    now = champion.version if champion else None
    if now not in {found.champion, int(found.subject)}:
        msg = (
            f"{use_case}: decision {decision} replaces champion {found.champion}, but version"
            f" {now} is champion since; the aliases were left alone. Decide again"
        )
        raise GateError(msg)
    version = registry.version(use_case, int(found.subject))
    registry.load_model(version)
    registry.set_champion(version)
    log.info("%s: version %s is champion (%s)", use_case, version.version, decision)
    return version


def roll_back(
    use_case: str,
    by: str,
    reason: str,
    as_of: datetime,
    *,
    registry: ModelRegistry,
    decisions: DecisionStore,
) -> ModelVersion:
    """Make the previous champion champion again, by a decision that names who and why.

    The same person with the same reason and instant rolls back once, however often called.

    Raises:
        UnknownIdError: There is no champion, or none before it.
        IntegrityError: A file of the previous champion is not what was recorded.
    """
    champion, previous = registry.champion(use_case), registry.previous(use_case)
    if champion is None or previous is None:
        msg = f"{use_case}: there is no earlier champion to go back to; nothing was changed"
        raise UnknownIdError(msg)
    for earlier in decisions.decisions(use_case):
        same = earlier.kind is DecisionKind.ROLLBACK and earlier.as_of == as_of
        mine = earlier.decided_by == by and earlier.reasons == (reason,)
        if same and mine and earlier.subject == str(champion.version):
            return champion
    decision = Decision(
        decision_id=decision_id(
            use_case, DecisionKind.ROLLBACK, str(previous.version), as_of, by, reason
        ),
        use_case=use_case,
        kind=DecisionKind.ROLLBACK,
        subject=str(previous.version),
        champion=champion.version,
        reasons=(reason,),
        decided_by=by,
        as_of=as_of,
    )
    registry.load_model(previous)
    decisions.save_decision(decision)
    registry.set_champion(previous)
    log.info("%s: rolled back to version %s by %s: %s", use_case, previous.version, by, reason)
    return previous


def _compare(
    use_case: UseCase,
    split: Split,
    challenger: ModelVersion,
    champion: ModelVersion,
    registry: ModelRegistry,
) -> Comparison:
    training, until = use_case.training, (challenger.fitted_until, champion.fitted_until)
    return compare_models(
        use_case,
        fitted_on_by_neither(split, until, training.test_share, training.seed),
        registry.load_model(challenger),
        registry.load_model(champion),
        fitted=max(1, min(rows_fitted(split, moment) for moment in until)),
        seed=[int(one.model_digest[:8], 16) for one in (challenger, champion)],
    )


def _promotion_of(decisions: Sequence[Decision], version: int) -> Decision | None:
    own = [
        one
        for one in decisions
        if one.kind is DecisionKind.PROMOTION and one.subject == str(version)
    ]
    return own[-1] if own else None
