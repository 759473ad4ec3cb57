"""Why a lead's score moved: what the lead changed, and what the model changed."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.service.console.visit import Reader
from lead_scoring.tasks.explaining import why

router = APIRouter()


@router.get("/{use_case}/lead/why", name="why")
def show(visit: Reader, id: str) -> Response:  # noqa: A002 as it stands in the address
    """Show what moved a score since the one before, or why that cannot be said.

    Raises:
        UnknownIdError: No lead of this id was ever scored.
        IntegrityError: A snapshot or a model it was scored by is gone.
    """
    if "\0" in id:
        msg = f"no lead {id!r} of {visit.use_case.title} was ever scored"
        raise UnknownIdError(msg)
    try:
        found = why(id, visit.use_case.use_case)
    except GateError as error:
        return visit.page("why.html", lead_id=id, found=None, parts=(), words=str(error))
    return visit.page("why.html", lead_id=id, found=found, parts=_parts(found), words="")


def _parts(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what moved the score as bars: how much of the largest change each is."""
    causes = found["causes"]
    largest = max((abs(_moved(one)) for one in causes), default=0) or 1
    return [
        {**one, "moved": _moved(one), "share": 100 * abs(_moved(one)) / largest} for one in causes
    ]


def _moved(cause: dict[str, Any]) -> float:
    return float(cause["lead_changed"] + cause["model_changed"])
