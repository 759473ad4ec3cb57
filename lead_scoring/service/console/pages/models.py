"""The model of a use case: champion, versions, cards, decisions; and deciding about them."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.approval import crowned
from lead_scoring.core.card.page import PROFILE
from lead_scoring.core.churn import churn_from
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.standing import Dated
from lead_scoring.core.words import number
from lead_scoring.errors import UnknownIdError
from lead_scoring.io import clock
from lead_scoring.service.console.charts.lines import Line
from lead_scoring.service.console.charts.lines import LineChart
from lead_scoring.service.console.charts.lines import line_chart
from lead_scoring.service.console.kept_pages import kept_page
from lead_scoring.service.console.reasons import Reason
from lead_scoring.service.console.reasons import as_of_now
from lead_scoring.service.console.visit import Decider
from lead_scoring.service.console.visit import Reader
from lead_scoring.tasks import approval
from lead_scoring.tasks import looking

VERSIONS: Final = 50
"""Versions that are listed, the newest."""
PAGES: Final = {"card": "model_card.html", "profile": PROFILE}
"""Pages that are kept with a version, by the last part of their address."""
KINDS: Final = {
    DecisionKind.PROMOTION: ("good", "promoted"),
    DecisionKind.HOLD: ("warn", "held for approval"),
    DecisionKind.APPROVAL: ("good", "approved"),
    DecisionKind.REFUSAL: ("bad", "refused"),
    DecisionKind.ROLLBACK: ("warn", "rolled back to"),
    DecisionKind.RELEASE: ("info", "released"),
    DecisionKind.OVERRIDE: ("warn", "overridden"),
}
"""Tone and words of each kind of decision."""

router = APIRouter()


@router.get("/{use_case}/model", name="model")
def model(visit: Reader, registry: str = "") -> Response:
    """Show the champion, all versions, what waits for approval and every decision.

    Args:
        visit: Who asks for which use case.
        registry: ``ask`` to hear from the registry, too, who is champion; it may take a while.
    """
    return _model(visit, ask=registry == "ask")


@router.get("/{use_case}/model/{version}", name="version")
def version(visit: Reader, version: int) -> Response:
    """Show one version: its figures, its card and the decisions on it."""
    name = visit.use_case.use_case
    found = visit.database.find_model(name, version)
    if found is None:
        msg = f"{visit.use_case.title} has no model version {version}"
        raise UnknownIdError(msg)
    decisions = visit.database.newest_decisions(name, looking.DECISIONS)
    return visit.page(
        "version.html",
        version=found,
        figure=looking.figure_of(visit.use_case, found),
        figures=_figures(visit.use_case, found),
        decisions=[one for one in decisions if one.record.subject == str(version)],
        kinds=KINDS,
    )


@router.get("/{use_case}/model/{version}/page/{page}", name="model_page")
def model_page(visit: Reader, version: int, page: str) -> Response:
    """Give a page that was kept with a version, for a frame or by itself."""
    if page not in PAGES:
        msg = f"no page {page!r} is kept with a version; there are: {', '.join(PAGES)}"
        raise UnknownIdError(msg)
    found = looking.page_of_version(visit.use_case, visit.database, version, PAGES[page])
    if found is None:
        words = "This page is not kept with the version: it was trained before there was one."
        return visit.page("no_page.html", status=HTTPStatus.NOT_FOUND, words=words)
    return kept_page(visit.request, found)


@router.post("/{use_case}/model/{version}/answer", name="answer")
def answer(visit: Decider, version: int) -> Response:
    """Approve or reject a version that waits, in the name of who is logged in."""
    approve = visit.form.get("answer") == "approve"
    reason = Reason.of(visit.form, f"answer-{version}")
    if reason.fault:
        return _model(visit, reason)
    settled = approval.settle(
        visit.use_case.use_case,
        version,
        approve=approve,
        by=visit.principal.name,
        reason=reason.text,
    )
    said = f"Version {version} was rejected; nothing else changes."
    if approve:
        said = f"Version {version} was approved; version {settled['champion']} is champion."
    return visit.go("model", said=said)


@router.post("/{use_case}/model/rollback", name="roll_back")
def roll_back(visit: Decider) -> Response:
    """Make the champion before champion again, in the name of who is logged in."""
    reason = Reason.of(visit.form, "rollback")
    if reason.fault:
        return _model(visit, reason)
    name = visit.use_case.use_case
    done = approval.rollback(name, visit.principal.name, reason.text, as_of_now(name))
    said = (
        f"Version {done.champion.version} is champion again; {len(done.published)} batches of"
        f" scores were put back, {len(done.held)} are held."
    )
    return visit.go("model", said=said)


def _model(visit: Reader, reason: Reason | None = None, *, ask: bool = False) -> Response:
    name, config = visit.use_case.use_case, visit.use_case
    stands = looking.standing(config, visit.database, clock.now())
    versions = visit.database.versions(name, VERSIONS)
    decisions = visit.database.newest_decisions(name, looking.DECISIONS)
    made = crowned(one.record for one in reversed(decisions))
    return visit.page(
        "model.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if reason else HTTPStatus.OK,
        stands=stands,
        doubt=looking.doubt(config, visit.database, stands.champion) if ask else None,
        versions=[(one, looking.figure_of(config, one.record)) for one in versions],
        decisions=decisions,
        kinds=KINDS,
        waiting=[(hold, churn_from(hold.evidence)) for hold in stands.waiting],
        before=None if made is None or str(made.champion) == made.subject else made.champion,
        chart=_chart(config, versions) if versions else "",
        reason=reason,
    )


def _figures(use_case: UseCase, version: ModelVersion) -> list[tuple[str, str, str]]:
    """Return each metric of a version: its words, its value, and which way is better."""
    return [
        (
            metric.words,
            number(version.metrics[name]),
            "more" if metric.higher_is_better else "less",
        )
        for name, metric in metrics_of(use_case.task).items()
        if name in version.metrics
    ]


def _chart(use_case: UseCase, versions: tuple[Dated[ModelVersion], ...]) -> Markup:
    found = [(one.record, looking.figure_of(use_case, one.record)) for one in reversed(versions)]
    known = [(version, figure) for version, figure in found if figure is not None]
    words = known[0][1].words if known else "metric"
    return line_chart(
        LineChart(
            "versions",
            f"{words} of each version on its test window, with its 95 % interval",
            f"{words} of {len(known)} versions, each on the window it was judged on.",
            tuple(f"v{version.version}" for version, _ in known),
            (
                Line(
                    words,
                    tuple(figure.value for _, figure in known),
                    low=tuple(figure.low for _, figure in known),
                    high=tuple(figure.high for _, figure in known),
                ),
            ),
            place_name="version",
            from_zero=False,
        )
    )
