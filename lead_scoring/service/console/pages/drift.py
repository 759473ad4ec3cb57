"""Drift of a use case over its checks, one check, and the report on it."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.errors import UnknownIdError
from lead_scoring.service.console import drift_charts
from lead_scoring.service.console.kept_pages import kept_page
from lead_scoring.service.console.visit import Reader
from lead_scoring.tasks import looking

CHECKS: Final = 60
"""Checks that are shown, the newest."""
COLUMN_CHARTS: Final = 8
"""Columns whose charts are open; those of the others are folded."""

VERDICTS: Final = {
    Verdict.NO_CHAMPION: ("plain", "\N{EN DASH}", "no champion"),
    Verdict.STABLE: ("good", "\N{CHECK MARK}", "stable"),
    Verdict.VIRTUAL_DRIFT: ("warn", "~", "virtual drift"),
    Verdict.HARMFUL_DRIFT: ("bad", "!", "harmful drift"),
    Verdict.DATA_FAULT: ("bad", "\N{MULTIPLICATION SIGN}", "data fault"),
    Verdict.NOT_ENOUGH_DATA: ("plain", "\N{HORIZONTAL ELLIPSIS}", "not enough data"),
}
"""Tone, sign and words of each verdict: colour never says it alone."""
ACTIONS: Final = {
    Action.NONE: "nothing to do",
    Action.TRAIN: "a training was asked for",
    Action.WAIT: "held back by the governor",
    Action.ASK: "a person has to decide",
    Action.STOP: "kept apart: not trained on, not scored",
}

router = APIRouter()


@router.get("/{use_case}/drift", name="drift")
def drift(visit: Reader) -> Response:
    """Show the verdicts and what each chart says over the newest checks."""
    newest_first = visit.database.checks(visit.use_case.use_case, CHECKS)
    checks = tuple(reversed(newest_first))
    limit = visit.use_case.drift.effects.psi
    columns = drift_charts.column_charts(checks, limit) if checks else ()
    return visit.page(
        "drift.html",
        checks=newest_first,
        timeline=checks,
        reports=visit.database.reports([check.check_id for check in checks]),
        verdicts=VERDICTS,
        actions=ACTIONS,
        share=drift_charts.share_chart(checks),
        predictions=drift_charts.predictions_chart(checks, limit),
        missing=drift_charts.missing_chart(checks),
        performance=drift_charts.performance_charts(checks, metrics_of(visit.use_case.task)),
        columns=columns[:COLUMN_CHARTS],
        folded=columns[COLUMN_CHARTS:],
        limit=limit,
    )


@router.get("/{use_case}/drift/{check_id}", name="drift_check")
def drift_check(visit: Reader, check_id: str) -> Response:
    """Show one check: its verdict, its columns and its report."""
    check = _check(visit, check_id)
    return visit.page(
        "drift_check.html",
        check=check,
        has_report=check_id in visit.database.reports([check_id]),
        verdicts=VERDICTS,
        actions=ACTIONS,
        predicted=drift_charts.PREDICTED,
    )


@router.get("/{use_case}/drift/{check_id}/report", name="drift_report")
def drift_report(visit: Reader, check_id: str) -> Response:
    """Give the report on a check as Evidently drew it, for a frame or by itself."""
    page = looking.page_of_check(visit.use_case, visit.database, check_id)
    if page is None:
        words = "This check has no report: its rows were not compared, or it was not drawn yet."
        return visit.page("no_page.html", status=HTTPStatus.NOT_FOUND, words=words)
    return kept_page(visit.request, page, scripts=True)


def _check(visit: Reader, check_id: str) -> DriftCheck:
    found = visit.database.find_check(check_id)
    if found is None or found.use_case != visit.use_case.use_case:
        msg = f"{visit.use_case.title} has no drift check {check_id}"
        raise UnknownIdError(msg)
    return found
