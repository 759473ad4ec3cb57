"""The what-if: a lead that is typed in, or changed, and what it would score."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.core.plain import instant
from lead_scoring.io import clock
from lead_scoring.service.console.visit import Scorer
from lead_scoring.service.console.what_if_form import spelled
from lead_scoring.service.console.what_if_form import what_if_groups
from lead_scoring.service.console.what_if_form import written
from lead_scoring.tasks.lead_values import lead_values

router = APIRouter()


@router.get("/{use_case}/what-if", name="what_if")
def what_if(visit: Scorer, lead: str = "") -> Response:
    """Show the form, filled with what is known of a lead where one is named."""
    name = visit.use_case.use_case
    scorer = visit.console.champions.newest(name)
    known = lead_values(name, lead) if lead and "\0" not in lead else {}
    values = {column: spelled(value) for column, value in known.items()}
    created = visit.use_case.lead.created_column
    if not known and created is not None:
        values[created] = instant(visit.console.as_of or clock.now().replace(microsecond=0))
    return visit.page(
        "what_if.html",
        groups=what_if_groups(visit.use_case, scorer.fields, values),
        version=scorer.version,
        lead=lead if known else "",
        unknown=lead if lead and not known else "",
        found=None,
        faults=(),
        before=None,
    )


@router.post("/{use_case}/what-if", name="try")
def score(visit: Scorer) -> Response:
    """Score what was typed in; nothing is kept."""
    name, values = visit.use_case.use_case, written(visit.form)
    scorer = visit.console.champions.newest(name)
    (row,) = scorer.score([values])
    lead = visit.form.get("lead", "")
    before = visit.database.lead(name, lead) if lead and "\0" not in lead else None
    return visit.page(
        "what_if.html",
        status=HTTPStatus.OK if row.score else HTTPStatus.UNPROCESSABLE_ENTITY,
        groups=what_if_groups(visit.use_case, scorer.fields, values, row.findings),
        version=scorer.version,
        lead=lead,
        unknown="",
        found=row.score and _found(row.score),
        faults=[one for one in row.findings if not one.field],
        before=before,
    )


def _found(score: Mapping[str, object]) -> dict[str, object]:
    """Return a score with every name that a page asks for."""
    names = ("prediction", "predicted_class", "probability", "reasons", "grade")
    return {**dict.fromkeys(names), **score}
