"""What was promised beside what happened."""

from typing import TYPE_CHECKING

from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.pipelines.realised import Report


def realised(use_case: str, by: str = "grade", *, every: bool = False) -> "Report":
    """Return what was promised beside what happened, for leads whose outcome came back.

    Args:
        use_case: Name of the use case.
        by: How leads are grouped: ``grade``, ``month`` of the promise, or ``class`` predicted.
        every: Count batches whose outcomes are not all due yet, too.

    Raises:
        GateError: There are no such groups. Nothing was computed.
    """
    from lead_scoring.pipelines.realised import report

    with opened(use_case) as work:
        return report(work.use_case, by, store=work.database, every=every)
