"""A lead: its score, what it goes with, how it moved, and what became of it."""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.core.records import BatchStatus
from lead_scoring.errors import UnknownIdError
from lead_scoring.service.console.charts.lines import Line
from lead_scoring.service.console.charts.lines import LineChart
from lead_scoring.service.console.charts.lines import line_chart
from lead_scoring.service.console.visit import Reader

router = APIRouter()


@router.get("/{use_case}/lead", name="lead")
def lead(visit: Reader, id: str) -> Response:  # noqa: A002 as it stands in the address
    """Show a lead.

    Raises:
        UnknownIdError: No lead of this id was ever scored.
    """
    name, database = visit.use_case.use_case, visit.database
    known = "\0" not in id
    history = database.lead_history(name, id) if known else ()
    current = database.lead(name, id) if known else None
    if not history:
        msg = f"no lead {id!r} of {visit.use_case.title} was ever scored"
        raise UnknownIdError(msg)
    published = [one for one in history if one["status"] == BatchStatus.PUBLISHED]
    shown = current or (published or history)[-1]
    return visit.page(
        "lead.html",
        lead=shown,
        current=current is not None,
        moved=len(published) > 1,
        history=history,
        chart=_over_time(published),
        outcome=_said(database.outcome_of(name, id), visit.use_case.task),
        strongest=max((abs(one["contribution"]) for one in shown["reasons"] or ()), default=1),
    )


def _over_time(published: Sequence[Mapping[str, Any]]) -> str:
    """Return the published scores as a chart; empty where there is none to compare."""
    if len(published) < 2:  # noqa: PLR2004 a line needs two ends
        return ""
    first, last = published[0]["score"], published[-1]["score"]
    return line_chart(
        LineChart(
            key="score-over-time",
            title="Published scores",
            description=f"The score went from {first:.1f} to {last:.1f}, of 100.",
            places=tuple(f"{one['as_of']:%Y-%m-%d}" for one in published),
            lines=(Line("score", tuple(one["score"] for one in published)),),
            shown=lambda value: f"{value:.0f}",
        ),
    )


def _said(outcome: tuple[float | str, datetime] | None, task: str) -> dict[str, Any] | None:
    """Return what happened in words, and when it was known."""
    if outcome is None:
        return None
    what, known_at = outcome
    if task == "binary":
        what = "converted" if what else "did not convert"
    return {"what": what, "known_at": known_at}
