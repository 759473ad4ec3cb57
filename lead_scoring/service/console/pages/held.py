"""Batches that are held back: why, what is in them, and letting them out."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.core.standing import FOREVER
from lead_scoring.errors import UnknownIdError
from lead_scoring.service.console.reasons import Reason
from lead_scoring.service.console.reasons import as_of_now
from lead_scoring.service.console.visit import Decider
from lead_scoring.service.console.visit import Reader
from lead_scoring.service.console.visit import UseCaseVisit
from lead_scoring.tasks import inference

router = APIRouter()


@router.get("/{use_case}/held", name="held")
def held(visit: Reader) -> Response:
    """Show what waits for a release, and loads that are kept apart."""
    return _held(visit)


@router.post("/{use_case}/held/{batch_id}/release", name="release")
def release(visit: Decider, batch_id: str) -> Response:
    """Publish a held batch, in the name of who is logged in."""
    name = visit.use_case.use_case
    batch = visit.database.find_batch(batch_id)
    if batch is None or batch.use_case != name:
        msg = f"{visit.use_case.title} has no batch {batch_id}; nothing was released"
        raise UnknownIdError(msg)
    reason = Reason.of(visit.form, batch_id)
    if reason.fault:
        return _held(visit, reason)
    inference.release(name, batch_id, visit.principal.name, reason.text, as_of_now(name))
    said = f"{batch_id} is published: {batch.rows_scored:,} scores are visible now."
    return visit.go("held", said=said)


def _held(visit: UseCaseVisit, reason: Reason | None = None) -> Response:
    name = visit.use_case.use_case
    return visit.page(
        "held.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if reason else HTTPStatus.OK,
        batches=visit.database.held_batches(name),
        faulty=visit.database.faulty_loads(name, FOREVER),
        reason=reason,
    )
