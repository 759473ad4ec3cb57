"""Charts of drift checks over time; pure, from records to pictures."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from markupsafe import Markup

from lead_scoring.core.drift_records import ColumnDrift
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.words import percent
from lead_scoring.service.console.charts.axis import finite
from lead_scoring.service.console.charts.lines import Line
from lead_scoring.service.console.charts.lines import LineChart
from lead_scoring.service.console.charts.lines import line_chart

PREDICTED: Final = (PROBABILITY, PREDICTION, PREDICTED_CLASS)
"""Columns of what the champion says, compared beside those it reads."""
MISSING_SHOWN: Final = 4


def labels(instants: Sequence[datetime]) -> tuple[str, ...]:
    """Return days as they stand below an axis; with the year where there are several.

    >>> from datetime import UTC
    >>> labels([datetime(2022, 2, 1, tzinfo=UTC)])
    ('1 Feb',)
    """
    form = "%b %Y" if len({one.year for one in instants}) > 1 else "%b"
    return tuple(f"{one.day} {one.strftime(form)}" for one in instants)


def share_chart(checks: Sequence[DriftCheck]) -> Markup:
    """Draw the share of columns that drifted.

    Args:
        checks: Oldest first, as in every chart here.
    """
    shares = tuple(_share(check) for check in checks)
    known = [share for share in shares if share is not None]
    newest = percent(known[-1]) if known else "not known"
    return line_chart(
        LineChart(
            "drifted-share",
            "Share of columns that drifted",
            f"In the newest check {newest} of the columns had drifted.",
            labels([check.as_of for check in checks]),
            (Line("drifted", shares),),
            shown=percent,
        )
    )


def predictions_chart(checks: Sequence[DriftCheck], limit: float) -> Markup:
    """Draw how far what the champion says has moved.

    Args:
        checks: Oldest first.
        limit: PSI from which a change is large enough to matter.
    """
    columns = _by_column(checks)
    known = [name for name in PREDICTED if name in columns]
    lines = tuple(_psi_line(name, columns[name]) for name in known)
    return line_chart(
        LineChart(
            "predictions",
            "Drift of the predictions, PSI",
            "Population stability index of what the champion says; 0 is no change.",
            labels([check.as_of for check in checks]),
            lines,
            limit=(limit, "matters from here"),
        )
    )


def column_charts(checks: Sequence[DriftCheck], limit: float) -> tuple[Markup, ...]:
    """Draw one small chart per column that a model reads, the most drifted ones first.

    Args:
        checks: Oldest first.
        limit: PSI from which a change is large enough to matter.
    """
    columns = {name: found for name, found in _by_column(checks).items() if name not in PREDICTED}
    ordered = sorted(columns, key=lambda name: (*_rank(columns[name]), name))
    places = labels([check.as_of for check in checks])
    return tuple(
        line_chart(
            LineChart(
                f"column-{number}",
                name,
                _described(columns[name]),
                places,
                (_psi_line("PSI", columns[name]),),
                limit=(limit, ""),
            ),
            small=True,
        )
        for number, name in enumerate(ordered, start=1)
    )


def missing_chart(checks: Sequence[DriftCheck]) -> Markup:
    """Draw how the missing shares moved against the reference, where they moved most."""
    columns = _by_column(checks)
    moved = sorted(columns, key=lambda name: (-_missing_moved(columns[name]), name))
    shown = [name for name in moved if _missing_moved(columns[name]) > 0][:MISSING_SHOWN]
    return line_chart(
        LineChart(
            "missing",
            "Missing values: change of their share",
            "Share of missing values less that of the reference, of the columns in which it moved"
            " most.",
            labels([check.as_of for check in checks]),
            tuple(Line(name, tuple(map(_change, columns[name]))) for name in shown),
            shown=_points,
        )
    )


def performance_charts(
    checks: Sequence[DriftCheck], metrics: Mapping[str, Metric]
) -> tuple[Markup, ...]:
    """Draw each metric the champion was judged by: what came beside what was promised.

    Args:
        checks: Oldest first.
        metrics: Metrics by name, for the words people use.
    """
    judged = dict.fromkeys(one.metric for check in checks for one in check.performance)
    words = {name: metrics[name].words if name in metrics else name for name in judged}
    return tuple(_performance(name, words[name], checks) for name in judged)


def _performance(metric: str, words: str, checks: Sequence[DriftCheck]) -> Markup:
    realised = [_judged(check, metric, Evidence.REALISED) for check in checks]
    estimated = [_judged(check, metric, Evidence.ESTIMATED) for check in checks]
    lines = (
        _judged_line("realised", realised, "worse than promised"),
        Line(
            "promised for the same leads",
            tuple(None if one is None else one.promised for one in realised),
        ),
        _judged_line("estimated", estimated, "worse than on the reference"),
        Line(
            "reference",
            tuple(
                next((one.reference for one in judged if one is not None), None)
                for judged in zip(realised, estimated, strict=True)
            ),
        ),
    )
    known = tuple(line for line in lines if any(value is not None for value in line.values))
    return line_chart(
        LineChart(
            f"performance-{metric.replace('_', '-')}",
            f"Promises kept: {words}",
            f"{words} of the champion on new leads beside what was promised. Points in a ring are"
            " worse than the band allows.",
            labels([check.as_of for check in checks]),
            known,
            from_zero=False,
        )
    )


def _judged_line(name: str, found: Sequence[Performance | None], marked_as: str) -> Line:
    return Line(
        name,
        tuple(None if one is None else one.value for one in found),
        marked=tuple(one is not None and one.worse for one in found),
        marked_as=marked_as,
    )


def _judged(check: DriftCheck, metric: str, evidence: Evidence) -> Performance | None:
    own = (one for one in check.performance if one.metric == metric)
    return next((one for one in own if one.evidence is evidence), None)


def _by_column(checks: Sequence[DriftCheck]) -> dict[str, list[ColumnDrift | None]]:
    """Return what each check said of each column; ``None`` where it did not look at it."""
    said = [{column.column: column for column in check.columns} for check in checks]
    names = dict.fromkeys(name for one in said for name in one)
    return {name: [one.get(name) for one in said] for name in names}


def _psi_line(name: str, found: Sequence[ColumnDrift | None]) -> Line:
    return Line(
        name,
        tuple(None if one is None else one.psi for one in found),
        marked=tuple(one is not None and one.drifted for one in found),
        marked_as="drifted",
    )


def _share(check: DriftCheck) -> float | None:
    if not check.columns:
        return None
    return sum(column.drifted for column in check.columns) / len(check.columns)


def _known(found: Iterable[ColumnDrift | None]) -> list[ColumnDrift]:
    return [one for one in found if one is not None]


def _rank(found: Sequence[ColumnDrift | None]) -> tuple[bool, float]:
    """Order by the newest check that looked: drifted ones first, then by PSI."""
    known = _known(found)
    newest = known[-1]
    return not newest.drifted, -newest.psi if newest.psi == newest.psi else 0.0


def _described(found: Sequence[ColumnDrift | None]) -> str:
    known = _known(found)
    drifted = sum(one.drifted for one in known)
    return (
        f"Population stability index in {len(known)} checks, {drifted} of which say that it"
        f" drifted; {known[-1].psi:.3f} in the newest."
    )


def _change(one: ColumnDrift | None) -> float | None:
    return None if one is None else one.missing_current - one.missing_reference


def _points(share: float) -> str:
    """Return a change of a share in percentage points, signed."""
    return f"{100 * share:+.3g} pp" if share else "0"


def _missing_moved(found: Sequence[ColumnDrift | None]) -> float:
    return max(map(abs, finite(map(_change, found))), default=0.0)
