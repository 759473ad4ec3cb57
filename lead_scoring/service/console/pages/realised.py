"""What was promised beside what came of it, by grade, month or class."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from lead_scoring.core.realised import Group
from lead_scoring.core.words import number
from lead_scoring.core.words import percent
from lead_scoring.pipelines.realised import WAYS
from lead_scoring.pipelines.realised import Report
from lead_scoring.pipelines.realised import report
from lead_scoring.service.console.charts.bars import BarChart
from lead_scoring.service.console.charts.bars import Bars
from lead_scoring.service.console.charts.bars import bar_chart
from lead_scoring.service.console.charts.lines import Line
from lead_scoring.service.console.charts.lines import LineChart
from lead_scoring.service.console.charts.lines import line_chart
from lead_scoring.service.console.visit import Reader

YES: Final = "yes"

KEPT: Final = 64
"""Reports that are kept in memory until a promise or an outcome changes."""

router = APIRouter()
_kept: Final[dict[tuple[str, ...], tuple[tuple[object, ...], Report]]] = {}


@router.get("/{use_case}/realised", name="realised")
def realised(visit: Reader, by: str = "grade", every: str = "") -> Response:
    """Show whether promises were kept.

    Args:
        visit: Who asks for which use case.
        by: ``grade``, ``month`` or ``class``.
        every: ``yes`` to count batches whose outcomes are not all due yet.
    """
    config = visit.use_case
    found = _report(visit, by, every=every == YES)
    shown = number if config.task == "regression" else percent
    return visit.page(
        "realised.html",
        found=found,
        ways=WAYS if config.task == "multiclass" else WAYS[:2],
        every=every == YES,
        yes=YES,
        shown=shown,
        chart=_by_month(found, shown) if by == "month" else _by_group(found, shown),
        calibration=_calibration(found.bands) if found.bands else "",
    )


def _report(visit: Reader, by: str, *, every: bool) -> Report:
    """Return the report, from memory where nothing it rests on has changed."""
    database, config = visit.database, visit.use_case
    key = (str(database.engine.url), config.use_case, by, str(every), config.model_dump_json())
    stamp = database.outcome_stamp(config.use_case)
    known = _kept.get(key)
    if known is not None and known[0] == stamp:
        return known[1]
    found = report(config, by, store=database, every=every)
    while len(_kept) >= KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = (stamp, found)
    return found


def _by_group(found: Report, shown: Callable[[float], str]) -> Markup:
    groups = found.groups
    return bar_chart(
        BarChart(
            "realised",
            f"Promised and realised, by {found.by}",
            _in_words(groups),
            tuple(one.name for one in groups),
            (
                Bars(
                    "promised, and what to expect",
                    tuple(one.promised for one in groups),
                    tuple(one.promised_low for one in groups),
                    tuple(one.promised_high for one in groups),
                ),
                Bars(
                    "realised, with its 95 % interval",
                    tuple(one.realised for one in groups),
                    tuple(one.low for one in groups),
                    tuple(one.high for one in groups),
                ),
            ),
            found.by,
            shown,
        )
    )


def _by_month(found: Report, shown: Callable[[float], str]) -> Markup:
    groups = found.groups
    return line_chart(
        LineChart(
            "realised",
            "Promised and realised, by month of the promise",
            _in_words(groups),
            tuple(one.name for one in groups),
            (
                Line(
                    "promised, and what to expect",
                    tuple(one.promised for one in groups),
                    low=tuple(one.promised_low for one in groups),
                    high=tuple(one.promised_high for one in groups),
                ),
                _realised(groups),
            ),
            place_name="month",
            shown=shown,
        )
    )


def _calibration(bands: Sequence[Group]) -> Markup:
    return line_chart(
        LineChart(
            "calibration",
            "Realised share by promised probability",
            "Where promises hold, both lines run together.",
            tuple(one.name.replace(" % to ", "\N{EN DASH}") for one in bands),
            (
                Line("promised", tuple(one.promised for one in bands)),
                _realised(bands),
            ),
            place_name="promised",
            shown=percent,
        )
    )


def _realised(groups: Sequence[Group]) -> Line:
    return Line(
        "realised, with its 95 % interval",
        tuple(one.realised for one in groups),
        low=tuple(one.low for one in groups),
        high=tuple(one.high for one in groups),
        marked=tuple(one.kept is False for one in groups),
        marked_as="not what was promised",
    )


def _in_words(groups: Sequence[Group]) -> str:
    judged = [one for one in groups if one.kept is not None]
    if not judged:
        return "What was predicted and what came of it."
    broken = [one.name for one in judged if not one.kept]
    if not broken:
        return "Every promise was kept."
    return f"Not what was promised: {', '.join(broken)}."
