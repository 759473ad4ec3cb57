"""The weekly summary, as it is mailed."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.errors import ConfigError
from lead_scoring.service.console.kept_pages import kept_page
from lead_scoring.service.console.visit import Reader
from lead_scoring.tasks import summary
from lead_scoring.tasks.instants import parse_optional

router = APIRouter()


@router.get("/{use_case}/week", name="week")
def week(visit: Reader, week_of: str = "") -> Response:
    """Show the summary of a week, and let another one be chosen.

    Args:
        visit: Who asks for which use case.
        week_of: A day of the week; the week of the newest batch if it is empty.
    """
    try:
        parse_optional(week_of, "week_of")
    except ConfigError as error:
        wrong = HTTPStatus.UNPROCESSABLE_ENTITY
        return visit.page("week.html", status=wrong, week_of=week_of, fault=str(error))
    return visit.page("week.html", week_of=week_of, fault="")


@router.get("/{use_case}/week/page", name="week_page")
def week_page(visit: Reader, week_of: str = "") -> Response:
    """Give the page of a week, for a frame or by itself."""
    page = summary.summary_html(visit.use_case.use_case, week_of or None)
    return kept_page(visit.request, page.encode())
