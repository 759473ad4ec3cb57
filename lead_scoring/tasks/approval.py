"""Tasks in which a person decides about a model."""

from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.wiring import Workspace
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.core.records import Decision
    from lead_scoring.core.records import ModelVersion
    from lead_scoring.pipelines.ports import Progress
    from lead_scoring.pipelines.rollback import Rollback

NO_REASON: Final = "no reason was given"


def question(use_case: str, decision_id: str) -> dict[str, str] | None:
    """Return what a person is asked about a decision; None where nobody has to be asked.

    Returns:
        ``subject`` in one line, and ``body`` with the evidence in Markdown.

    Raises:
        UnknownIdError: There is no such decision.
    """
    from lead_scoring.core.approval import answer_to
    from lead_scoring.core.churn import churn_from
    from lead_scoring.core.churn_text import describe_evidence
    from lead_scoring.core.records import DecisionKind
    from lead_scoring.pipelines.approval import find_decision

    with opened(use_case) as work:
        hold = find_decision(use_case, decision_id, decisions=work.database)
        answered = answer_to(hold, work.database.decisions(use_case))
        if hold.kind is not DecisionKind.HOLD or answered is not None:
            return None
        challenger = work.registry.version(use_case, int(hold.subject))
        champion = hold.champion and work.registry.version(use_case, hold.champion)
        body = describe_evidence(
            hold,
            challenger,
            champion or None,
            churn=churn_from(hold.evidence),
            timeout=work.use_case.training.approval.timeout,
            page=_page(work, challenger),
        )
    return {"subject": f"{work.use_case.title}: promote version {hold.subject}?", "body": body}


def answer(
    use_case: str, decision_id: str, *, approve: bool, by: str | None, reason: str | None
) -> str | None:
    """Write down the answer a form gave to a version that waits.

    Args:
        use_case: Name of the use case.
        decision_id: The decision by which it waits.
        approve: Whether it becomes champion.
        by: Who answered; None where nobody did in time.
        reason: Why, in a sentence.

    Returns:
        None if this is the answer that counts; else who answered before, in words.

    Raises:
        GateError: The opposite was answered before, or another version has become champion since.
            Nothing was written.
    """
    from lead_scoring.core.approval import TIMEOUT
    from lead_scoring.core.approval import Answer
    from lead_scoring.pipelines.approval import answer_hold

    who = by or TIMEOUT
    why = (reason or "").strip() or NO_REASON
    with opened(use_case) as work:
        if by is None:
            why = f"nobody answered in time (training.approval.timeout: {_timeout(work)})"
        given = answer_hold(
            use_case,
            decision_id,
            Answer(approve, who, why),
            registry=work.registry,
            decisions=work.database,
        )
    if (given.decided_by, given.reasons) == (who.strip(), (why,)):
        return None
    return f"{given.kind} by {given.decided_by} ({'; '.join(given.reasons)})"


def settle(use_case: str, version: int, *, approve: bool, by: str, reason: str) -> dict[str, Any]:
    """Approve or reject a version that waits, and do what was said.

    Returns:
        ``decision``, the answer that counts, and ``champion``, the version that is it now or None.

    Raises:
        GateError: The version does not wait, the opposite was answered before, or another version
            has become champion since. Nothing was changed.
    """
    from lead_scoring.core.approval import Answer
    from lead_scoring.pipelines.approval import answer_hold
    from lead_scoring.pipelines.approval import find_hold

    with opened(use_case) as work:
        hold = find_hold(use_case, version, decisions=work.database)
        given = answer_hold(
            use_case,
            hold.decision_id,
            Answer(approve, by, reason),
            registry=work.registry,
            decisions=work.database,
        )
    return _applied(use_case, given)


def override(use_case: str, version: int, *, by: str, reason: str, as_of: str) -> dict[str, Any]:
    """Make a version champion though the gate refused it; who and why are kept.

    Returns:
        ``decision`` and ``champion``, the version that is it now.

    Raises:
        UnknownIdError: There is no such version.
        GateError: It is champion already, or waits for approval. Nothing was changed.
    """
    from lead_scoring.pipelines.approval import override_refusal

    with opened(use_case) as work:
        decision = override_refusal(
            use_case,
            version,
            by,
            reason,
            parse(as_of),
            registry=work.registry,
            decisions=work.database,
        )
    return _applied(use_case, decision)


def rollback(
    use_case: str, by: str, reason: str, as_of: str, progress: "Progress | None" = None
) -> "Rollback":
    """Make the previous champion champion again, and put its scores in place of those taken back.

    Raises:
        UnknownIdError: There is no champion, or none before it.
    """
    from lead_scoring.pipelines.rollback import roll_back

    with opened(use_case, progress) as work:
        return roll_back(
            work.use_case,
            by,
            reason,
            parse(as_of),
            ports=work.inference_ports,
            decisions=work.database,
        )


def history(use_case: str) -> tuple["Decision", ...]:
    """Return all decisions of a use case, oldest first."""
    with opened(use_case) as work:
        return work.database.decisions(use_case)


def _applied(use_case: str, decision: "Decision") -> dict[str, Any]:
    from lead_scoring.pipelines.promotion import apply_decision

    with opened(use_case) as work:
        champion = apply_decision(
            use_case, decision.decision_id, registry=work.registry, decisions=work.database
        )
    return {"decision": decision, "champion": champion and champion.version}


def _page(work: Workspace, version: "ModelVersion") -> str:
    """Return where a version is shown in MLflow; the id of its run where no server shows it."""
    from lead_scoring.io.registry.models import registered_name

    web = work.platform.mlflow_url
    if web is None:
        return f"MLflow run `{version.run_id}`"
    name, number = registered_name(version.use_case), version.version
    return f"[version {number} in MLflow]({web.rstrip('/')}/#/models/{name}/versions/{number})"


def _timeout(work: Workspace) -> str:
    return str(work.use_case.training.approval.timeout)
