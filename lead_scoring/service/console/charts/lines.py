"""Lines over checks, batches or months, with bands of uncertainty and limits."""

import math
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lead_scoring.core.words import number
from lead_scoring.service.console.charts.axis import Scale
from lead_scoring.service.console.charts.axis import chosen
from lead_scoring.service.console.charts.axis import finite
from lead_scoring.service.console.charts.axis import runs
from lead_scoring.service.console.charts.axis import ticks
from lead_scoring.service.console.charts.figure import Frame
from lead_scoring.service.console.charts.figure import figure
from lead_scoring.service.console.charts.figure import joined
from lead_scoring.service.console.charts.figure import legend
from lead_scoring.service.console.charts.figure import picture
from lead_scoring.service.console.charts.figure import point
from lead_scoring.service.console.charts.figure import table

Values = tuple[float | None, ...]

LABELS = 6
"""Places that are named below the axis, at most."""
SMALL = Frame(width=320, height=130, left=46, bottom=24, top=8, right=12)


@dataclass(frozen=True, slots=True)
class Line:
    """One series.

    Attributes:
        name: What it is called.
        values: One value per place; ``None`` leaves a gap.
        low: Lower bound of each value's interval; empty for no band.
        high: Upper bound.
        marked: Whether a point stands out, place by place; empty for none.
        marked_as: What that means, in words.
    """

    name: str
    values: Values
    low: Values = ()
    high: Values = ()
    marked: tuple[bool, ...] = ()
    marked_as: str = ""


@dataclass(frozen=True, slots=True)
class LineChart:
    """Series over the same places.

    Attributes:
        key: Name that no other chart of the page has; letters, digits and hyphens.
        title: What is shown.
        description: What can be seen, in a sentence, for those who cannot see it.
        places: What is along the horizontal axis, in order, such as days.
        lines: At most four series.
        place_name: What a place is, for the table.
        limit: A value drawn across, and what it is called.
        shown: Writes a value.
        from_zero: Whether the axis begins at 0.
    """

    key: str
    title: str
    description: str
    places: tuple[str, ...]
    lines: tuple[Line, ...]
    place_name: str = "as of"
    limit: tuple[float, str] | None = None
    shown: Callable[[float], str] = number
    from_zero: bool = True


def line_chart(chart: LineChart, *, small: bool = False) -> Markup:
    """Draw a chart; where nothing can be drawn a sentence says so.

    Args:
        chart: What is drawn.
        small: Draw one of many, without points that are not marked and with few ticks.
    """
    drawn = finite(value for line in chart.lines for value in line.values)
    if not drawn:
        nothing = Markup('<p class="quiet">Nothing was measured yet.</p>')
        return figure(chart.title, [nothing], small=small)
    frame = SMALL if small else Frame()
    image = picture(
        chart.key, chart.title, chart.description, frame, joined(_content(chart, frame, small))
    )
    parts = [image, legend([line.name for line in chart.lines]), _table(chart)]
    return figure(chart.title, parts, small=small)


def _content(chart: LineChart, frame: Frame, small: bool) -> Iterator[Markup]:  # noqa: FBT001
    marks = ticks(*_range(chart), about=2 if small else 4)
    across = Scale(0, max(1, len(chart.places) - 1), frame.left + 8, frame.width - frame.right - 8)
    up = Scale(marks[0], marks[-1], frame.height - frame.bottom, frame.top)
    yield from _grid(chart, frame, up, marks)
    yield from _names(chart.places, frame, across, 2 if small else LABELS)
    if chart.limit is not None and marks[0] <= chart.limit[0] <= marks[-1]:
        yield _limit(chart.limit, frame, up)
    for series, line in enumerate(chart.lines, start=1):
        yield from _band(series, line, across, up)
        yield from _path(series, line, across, up)
    for series, line in enumerate(chart.lines, start=1):
        yield from _points(chart, series, line, across, up, small=small)


def _range(chart: LineChart) -> tuple[float, float]:
    values = [value for line in chart.lines for value in (*line.values, *line.low, *line.high)]
    known = finite(values)
    low, high = min(known), max(known)
    if chart.limit is not None:
        low, high = min(low, chart.limit[0]), max(high, chart.limit[0])
    if chart.from_zero:
        return min(0.0, low), max(high, 1e-9)
    room = (high - low) * 0.15 or abs(high) * 0.02 or 1.0
    return low - room, high + room


def _grid(chart: LineChart, frame: Frame, up: Scale, marks: Sequence[float]) -> Iterator[Markup]:
    for mark in marks:
        yield Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
            '<text class="tick" x="{}" y="{y}" dy="0.32em" text-anchor="end">{}</text>'
        ).format(
            frame.left, frame.width - frame.right, frame.left - 8, chart.shown(mark), y=up(mark)
        )


def _names(places: Sequence[str], frame: Frame, across: Scale, most: int) -> Iterator[Markup]:
    last = len(places) - 1
    for place in chosen(len(places), most):
        anchor = "end" if place == last and last else "middle"
        x = frame.width - frame.right + 4 if anchor == "end" else across(place)
        yield Markup('<text class="tick" x="{}" y="{}" text-anchor="{}">{}</text>').format(
            x, frame.height - 10, anchor, places[place]
        )


def _limit(limit: tuple[float, str], frame: Frame, up: Scale) -> Markup:
    value, name = limit
    return Markup(
        '<line class="limit" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
        '<text class="tick limit-name" x="{}" y="{}">{}</text>'
    ).format(
        frame.left, frame.width - frame.right, frame.left + 6, up(value) - 5, name, y=up(value)
    )


def _band(series: int, line: Line, across: Scale, up: Scale) -> Iterator[Markup]:
    whole = [
        None if low is None or high is None else (low, high)
        for low, high in zip(line.low, line.high, strict=True)
    ]
    for run in runs([None if bounds is None else sum(bounds) for bounds in whole]):
        bounds = [(across(place), *(whole[place] or (0.0, 0.0))) for place in run]
        upper = [f"{x},{up(high)}" for x, _, high in bounds]
        lower = [f"{x},{up(low)}" for x, low, _ in reversed(bounds)]
        corners = " ".join([*upper, *lower])
        yield Markup('<polygon class="band series-{}" points="{}"/>').format(series, corners)


def _path(series: int, line: Line, across: Scale, up: Scale) -> Iterator[Markup]:
    for run in runs(line.values):
        corners = " ".join(f"{across(place)},{up(line.values[place] or 0.0)}" for place in run)
        yield Markup('<polyline class="line series-{}" points="{}"/>').format(series, corners)


def _points(
    chart: LineChart, series: int, line: Line, across: Scale, up: Scale, *, small: bool
) -> Iterator[Markup]:
    for run in runs(line.values):
        for place in run:
            marked = bool(line.marked) and line.marked[place]
            if small and not marked and len(run) > 1:
                continue
            x, y = across(place), up(line.values[place] or 0.0)
            ring = Markup('<circle class="mark" cx="{}" cy="{}" r="7"/>').format(x, y)
            yield Markup("<g>{}{}<title>{}: {}</title></g>").format(
                ring if marked else "",
                point(series, x, y),
                chart.places[place],
                _said(chart, line, place),
            )


def _said(chart: LineChart, line: Line, place: int) -> str:
    value = line.values[place]
    if value is None or not math.isfinite(value):
        return "n/a"
    words = chart.shown(value)
    low = line.low[place] if line.low else None
    high = line.high[place] if line.high else None
    if low is not None and high is not None:
        words += f" ({chart.shown(low)} to {chart.shown(high)})"
    if line.marked and line.marked[place]:
        words += f", {line.marked_as}"
    return words


def _table(chart: LineChart) -> Markup:
    rows = (
        (name, *(_said(chart, line, place) for line in chart.lines))
        for place, name in enumerate(chart.places)
    )
    return table(chart.title, (chart.place_name, *(line.name for line in chart.lines)), rows)
