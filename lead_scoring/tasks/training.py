"""Tasks of the training pipeline."""

from functools import partial
from typing import TYPE_CHECKING

from lead_scoring.config.loading import with_budget
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.pipelines.ports import Progress


def train(
    use_case: str,
    as_of: str,
    reason: str,
    progress: "Progress | None" = None,
    *,
    trials: int | None = None,
    minutes: float | None = None,
) -> int:
    """Train on the leads mature at ``as_of``; return the version that is challenger now.

    Args:
        use_case: Name of the use case.
        as_of: Instant to compute for.
        reason: Why, in words; kept with the run.
        progress: Who watches.
        trials: Most sets of hyperparameters to try, instead of ``training.tuning.trials``.
        minutes: Most minutes to try them, instead of ``training.tuning.minutes``; either of them
            makes a use case be tuned that says nothing about it.

    Raises:
        ConfigError: There can be no such budget. Nothing was written.
        NotEnoughDataError: Too few rows, positives or negatives. Nothing was written.
        LeakageError: The model knows the outcome too early. Nothing was registered.
    """
    from lead_scoring.pipelines.training import train_challenger
    from lead_scoring.pipelines.tuning import Tuner

    with opened(use_case, progress) as work:
        config = with_budget(work.use_case, trials, minutes)
        version = train_challenger(
            config,
            parse(as_of),
            reason,
            loads=work.database,
            snapshots=work.snapshots,
            models=work.database,
            registry=work.registry,
            tuner=Tuner(work.studies, work.trials) if config.training.tuning else None,
            progress=work.progress,
        )
    return version.version


def decide(use_case: str, version: int, as_of: str, progress: "Progress | None" = None) -> str:
    """Hold a version against the gates and the champion; return the decision's id.

    What passes is compared with the champion on today's open leads, and may have to wait for a
    person.
    """
    from lead_scoring.pipelines.churn import review_challenger
    from lead_scoring.pipelines.promotion import decide_promotion

    with opened(use_case, progress) as work:
        review = partial(
            review_challenger,
            work.use_case,
            as_of=parse(as_of),
            loads=work.database,
            snapshots=work.snapshots,
            registry=work.registry,
            progress=work.progress,
        )
        decision = decide_promotion(
            work.use_case,
            version,
            parse(as_of),
            loads=work.database,
            snapshots=work.snapshots,
            registry=work.registry,
            decisions=work.database,
            review=review,
        )
    return decision.decision_id


def promote(use_case: str, decision_id: str) -> int | None:
    """Do what a decision says; return the version that is champion by it, None if there is none.

    Raises:
        GateError: Another version has become champion since; the aliases were left alone.
    """
    from lead_scoring.pipelines.promotion import apply_decision

    with opened(use_case) as work:
        champion = apply_decision(
            use_case, decision_id, registry=work.registry, decisions=work.database
        )
    return None if champion is None else champion.version


def reasons(use_case: str, decision_id: str) -> str:
    """Return the reasons of a decision in one line, or of the answer to it if it was answered.

    It is empty if there is no such decision.
    """
    from lead_scoring.core.approval import answer_to

    with opened(use_case) as work:
        made = work.database.decisions(use_case)
    found = {one.decision_id: one for one in made}.get(decision_id)
    if found is None:
        return ""
    answer = answer_to(found, made)
    if answer is None:
        return "; ".join(found.reasons)
    return f"{answer.kind} by {answer.decided_by}: {'; '.join(answer.reasons)}"
