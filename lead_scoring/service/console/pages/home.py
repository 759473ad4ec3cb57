"""The first page: which use cases there are."""

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.errors import ConfigError
from lead_scoring.service.console.access import Permission
from lead_scoring.service.console.visit import Visitor

router = APIRouter()


@router.get("/", name="home")
def home(visit: Visitor) -> Response:
    """Show the use cases that somebody may read."""
    sound, broken = [], []
    for name in visit.console.use_case_names():
        if not visit.principal.may(Permission.READ, name):
            continue
        try:
            sound.append(visit.console.use_case(name))
        except ConfigError as error:
            broken.append((name, str(error)))
    return visit.page("home.html", use_cases=sound, broken=broken)
