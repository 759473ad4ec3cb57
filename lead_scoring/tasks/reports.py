"""Tasks that tell people about drift checks and late runs."""

from typing import TYPE_CHECKING

from lead_scoring.errors import UnknownIdError
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.core.alert import Alert
    from lead_scoring.pipelines.ports import Progress


def report_drift(use_case: str, check_id: str, progress: "Progress | None" = None) -> str | None:
    """Draw the report of a check for people; it may be drawn any number of times.

    Returns:
        The address of the report; None where nothing was compared.

    Raises:
        UnknownIdError: There is no such check.
        TransientError: MLflow does not answer.
    """
    from lead_scoring.io.monitor import EvidentlyMonitor
    from lead_scoring.pipelines.drift_report import report_drift as report

    with opened(use_case, progress) as work:
        return report(
            work.use_case,
            check_id,
            loads=work.database,
            snapshots=work.snapshots,
            registry=work.registry,
            monitor=EvidentlyMonitor(),
            reports=work.reports,
            checks=work.database,
            progress=work.progress,
        )


def compose_alert(use_case: str, check_id: str, run: str | None = None) -> "Alert | None":
    """Return what people are told about a check; None where it is nothing they asked for.

    Args:
        use_case: Name of the use case.
        check_id: The check.
        run: Address of the run that made it.

    Raises:
        UnknownIdError: There is no such check.
    """
    from lead_scoring.core.alert import make_alert

    with opened(use_case) as work:
        check = work.database.find_check(check_id)
        if check is None:
            msg = f"no drift check {check_id!r} of {use_case}; nobody was told anything"
            raise UnknownIdError(msg)
        return make_alert(
            work.use_case.title,
            check,
            work.use_case.alerts.on,
            scored_anyway=work.use_case.drift.faults.score_anyway,
            links={"Report": work.database.report_of(check_id), "Run": run},
        )


def compose_late_alert(use_case: str, run: str, due: str, link: str | None = None) -> "Alert":
    """Return what people are told about a run that is not done when it should be.

    Args:
        use_case: Name of the use case.
        run: What the scheduler calls the run.
        due: When it should have been done.
        link: Address of the run.
    """
    from lead_scoring.core.alert import make_late_alert

    with opened(use_case) as work:
        newest = work.database.newest_published(use_case)
    scored = newest.as_of if newest else None
    return make_late_alert(work.use_case.title, run, parse(due), scored, link)


def compose_hold_alert(use_case: str, decision_id: str, run: str | None = None) -> "Alert | None":
    """Return what people are told about a version that waits; None where none does.

    Args:
        use_case: Name of the use case.
        decision_id: The decision about it.
        run: Address of the run that made it.

    Raises:
        UnknownIdError: There is no such decision.
    """
    from lead_scoring.core.alert import make_hold_alert
    from lead_scoring.core.approval import answer_to
    from lead_scoring.core.records import DecisionKind
    from lead_scoring.io import clock
    from lead_scoring.pipelines.approval import find_decision

    with opened(use_case) as work:
        hold = find_decision(use_case, decision_id, decisions=work.database)
        answered = answer_to(hold, work.database.decisions(use_case))
        if hold.kind is not DecisionKind.HOLD or answered is not None:
            return None
        until = clock.now() + work.use_case.training.approval.timeout
        return make_hold_alert(work.use_case.title, hold, until, {"Run": run})
