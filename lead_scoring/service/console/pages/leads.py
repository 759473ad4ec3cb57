"""The call list of a use case: whom to call today, and after them everybody else."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.core.schema import GRADES
from lead_scoring.io.lead_pages import GradeShare
from lead_scoring.service.console.lead_list import TRENDS
from lead_scoring.service.console.lead_list import read_asked
from lead_scoring.service.console.visit import Reader

router = APIRouter()

PAGE: Final = 50
"""Leads of one page."""


@router.get("/{use_case}/leads", name="leads")
def leads(visit: Reader) -> Response:
    """Show the leads of today's capacity, best first, and page by page those after them."""
    name = visit.use_case.use_case
    asked = read_asked(visit.request.query_params, visit.use_case)
    page = visit.database.lead_page(name, PAGE, asked.only, asked.after)
    shares = visit.database.best_by_grade(name, asked.per_day, asked.only)
    return visit.page(
        "leads.html",
        asked=asked,
        leads=page.leads,
        following=page.following,
        batch=visit.database.newest_published(name),
        today=_today(shares),
        shares=shares,
        all_grades=GRADES,
        all_trends=TRENDS,
    )


def _today(shares: tuple[GradeShare, ...]) -> dict[str, float | None]:
    """Return how many leads are today's, and how many of them are expected to convert."""
    leads = sum(share.leads for share in shares)
    conversions = [share.conversions for share in shares if share.conversions is not None]
    predictions = [
        share.prediction * share.leads for share in shares if share.prediction is not None
    ]
    return {
        "leads": leads,
        "conversions": sum(conversions) if conversions else None,
        "prediction": sum(predictions) / leads if predictions else None,
    }
