"""Training pipeline, second half: a decision on a challenger, and the aliases it moves.

Killed anywhere and run again, each function here ends in the same state.
"""

import logging
from collections.abc import Callable
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.approval import Review
from lead_scoring.core.approval import answer_to
from lead_scoring.core.approval import crowns
from lead_scoring.core.comparison import Comparison
from lead_scoring.core.comparison import compare_models
from lead_scoring.core.decision import Judgement
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
from lead_scoring.pipelines.returned import returned_outcomes
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
    review: Callable[[ModelVersion, ModelVersion | None], Review],
) -> Decision:
    """Hold a version against the gates and the champion, and write the decision down.

    A version that is champion already keeps the decision that made it so, and one that passed is
    not judged again for the same instant and champion. What passes is reviewed, and may have to
    wait for a person.

    Raises:
        UnknownIdError: There is no such version.
        IntegrityError: A snapshot or a model's file is not what was recorded.
    """
    challenger = registry.version(use_case.use_case, version)
    champion = registry.champion(use_case.use_case)
    against = champion.version if champion else None
    earlier = _passed(decisions.decisions(use_case.use_case), version, against, as_of)
    if earlier is not None:
        return earlier
    compared = None
    if champion is not None and champion.model_digest != challenger.model_digest:
        known = loads.loads(use_case.use_case, as_of, Purpose.TRAIN_AND_SCORE)
        returned = returned_outcomes(use_case, as_of, loads)
        split = split_mature(use_case, as_of, known, snapshots, returned)
        compared = _compare(use_case, split, challenger, champion, registry)

    judgement = judge(
        challenger,
        champion,
        compared,
        use_case.training.gate,
        gate_metric(use_case),
        reasons_required=use_case.inference.reasons.required,
    )
    reviewed = review(challenger, champion) if judgement.promote else Review()
    decision = _decide(challenger, champion, as_of, judgement, reviewed)

    decisions.save_decision(decision)
    log.info("%s: %s of version %s: %s", use_case.use_case, decision.kind, version,
             "; ".join(decision.reasons))  # fmt: skip
    return decision


def apply_decision(
    use_case: str, decision: str, *, registry: ModelRegistry, decisions: DecisionStore
) -> ModelVersion | None:
    """Move the aliases as a decision says; return the champion it made, ``None`` if it made none.

    That is a refusal, or a version that waits for approval or was not approved.

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
    made = decisions.decisions(use_case)
    found = {one.decision_id: one for one in made}.get(decision)
    if found is None:
        msg = f"{use_case}: there is no decision {decision}"
        raise UnknownIdError(msg)
    if found.kind is DecisionKind.HOLD:
        found = answer_to(found, made)
    if found is None or not crowns(found):
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


def _decide(
    challenger: ModelVersion,
    champion: ModelVersion | None,
    as_of: datetime,
    judgement: Judgement,
    reviewed: Review,
) -> Decision:
    kind = DecisionKind.PROMOTION if judgement.promote else DecisionKind.REFUSAL
    if reviewed.held:
        kind = DecisionKind.HOLD
    name, subject = challenger.use_case, str(challenger.version)
    against = champion.version if champion else None
    return Decision(
        decision_id=decision_id(name, kind, subject, as_of, f"{against}"),
        use_case=name,
        kind=kind,
        subject=subject,
        champion=against,
        reasons=(*reviewed.held, *judgement.reasons),
        decided_by=GATE,
        as_of=as_of,
        evidence=reviewed.evidence,
    )


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


def _passed(
    decisions: Sequence[Decision], version: int, champion: int | None, as_of: datetime
) -> Decision | None:
    """Return the decision by which a version passed every gate before, where it still stands."""
    own = [
        one
        for one in decisions
        if one.kind in {DecisionKind.PROMOTION, DecisionKind.HOLD}
        and one.subject == str(version)
        and (champion == version or (one.champion, one.as_of) == (champion, as_of))
    ]
    return own[-1] if own else None
