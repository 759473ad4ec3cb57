"""The call list of a use case."""

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.service.console.visit import Reader

router = APIRouter()


@router.get("/{use_case}/leads", name="leads")
def leads(visit: Reader) -> Response:
    """Show whom to call today."""
    return visit.page("leads.html")
