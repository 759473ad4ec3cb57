"""Bars beside each other by group, with intervals: what was promised, and what came of it."""

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from lead_scoring.core.words import number
from lead_scoring.service.console.charts.axis import Scale
from lead_scoring.service.console.charts.axis import finite
from lead_scoring.service.console.charts.axis import ticks
from lead_scoring.service.console.charts.figure import Frame
from lead_scoring.service.console.charts.figure import figure
from lead_scoring.service.console.charts.figure import joined
from lead_scoring.service.console.charts.figure import picture
from lead_scoring.service.console.charts.figure import table

Values = tuple[float | None, ...]
_FILLED: Final = 0.7
"""Share of a group's width that its bars take."""


@dataclass(frozen=True, slots=True)
class Bars:
    """One series.

    Attributes:
        name: What it is called.
        values: One value per group; ``None`` leaves a gap.
        low: Lower bound of each value's interval; empty for none.
        high: Upper bound.
    """

    name: str
    values: Values
    low: Values = ()
    high: Values = ()


@dataclass(frozen=True, slots=True)
class BarChart:
    """Series over groups.

    Attributes:
        key: Name that no other chart of the page has; letters, digits and hyphens.
        title: What is shown.
        description: What can be seen, in a sentence, for those who cannot see it.
        groups: What is along the horizontal axis.
        bars: At most four series.
        group_name: What a group is, for the table.
        shown: Writes a value.
    """

    key: str
    title: str
    description: str
    groups: tuple[str, ...]
    bars: tuple[Bars, ...]
    group_name: str
    shown: Callable[[float], str] = number


def bar_chart(chart: BarChart) -> Markup:
    """Draw a chart; where nothing can be drawn a sentence says so."""
    values = finite(v for one in chart.bars for v in (*one.values, *one.low, *one.high))
    if not values:
        nothing = Markup('<p class="quiet">Nothing was measured yet.</p>')
        return figure(chart.title, [nothing])
    frame = Frame()
    marks = ticks(min(0.0, *values, 0.0), max(*values, 1e-9))
    up = Scale(marks[0], marks[-1], frame.height - frame.bottom, frame.top)
    content = joined([*_grid(chart, frame, up, marks), *_groups(chart, frame, up)])
    image = picture(chart.key, chart.title, chart.description, frame, content)
    return figure(chart.title, [image, _legend(chart), _table(chart)])


def _grid(chart: BarChart, frame: Frame, up: Scale, marks: tuple[float, ...]) -> Iterator[Markup]:
    for mark in marks:
        yield Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
            '<text class="tick" x="{}" y="{y}" dy="0.32em" text-anchor="end">{}</text>'
        ).format(
            frame.left, frame.width - frame.right, frame.left - 8, chart.shown(mark), y=up(mark)
        )


def _groups(chart: BarChart, frame: Frame, up: Scale) -> Iterator[Markup]:
    room = (frame.width - frame.left - frame.right) / len(chart.groups)
    width = min(room * _FILLED / len(chart.bars), 56.0)
    for place, group in enumerate(chart.groups):
        middle = frame.left + (place + 0.5) * room
        yield Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            round(middle, 1), frame.height - 10, group
        )
        for series in range(1, len(chart.bars) + 1):
            left = middle + (series - 1 - len(chart.bars) / 2) * width
            yield from _bar(chart, (series, place), (left, width), up)


def _bar(
    chart: BarChart, which: tuple[int, int], extent: tuple[float, float], up: Scale
) -> Iterator[Markup]:
    series, place = which
    bars = chart.bars[series - 1]
    value = bars.values[place]
    if value is None:
        return
    left, width = extent
    top, foot = min(up(value), up(0)), max(up(value), up(0))
    yield Markup(
        '<g><rect class="bar series-{}" x="{}" y="{}" width="{}" height="{}"/>{}'
        "<title>{}, {}: {}</title></g>"
    ).format(
        series,
        round(left + 1, 1),
        top,
        round(width - 2, 1),
        round(max(foot - top, 1), 1),
        _whisker(bars, place, left + width / 2, up),
        chart.groups[place],
        bars.name,
        _said(chart, bars, place),
    )


def _whisker(bars: Bars, place: int, x: float, up: Scale) -> Markup:
    bounds = _bounds(bars, place)
    if bounds is None:
        return Markup("")
    low, high = up(bounds[0]), up(bounds[1])
    return Markup('<path class="whisker" d="M{l} {h}H{r}M{m} {h}V{b}M{l} {b}H{r}"/>').format(
        l=round(x - 6, 1), r=round(x + 6, 1), m=round(x, 1), h=high, b=low
    )


def _bounds(bars: Bars, place: int) -> tuple[float, float] | None:
    if not bars.low:
        return None
    low, high = bars.low[place], bars.high[place]
    return None if low is None or high is None else (low, high)


def _legend(chart: BarChart) -> Markup:
    items = joined(
        Markup(
            '<li><svg class="key" viewBox="0 0 28 12" aria-hidden="true" focusable="false">'
            '<rect class="bar series-{}" x="6" y="1" width="16" height="10"/></svg>{}</li>'
        ).format(series, bars.name)
        for series, bars in enumerate(chart.bars, start=1)
    )
    return Markup('<ul class="legend">{}</ul>').format(items)


def _said(chart: BarChart, bars: Bars, place: int) -> str:
    value, bounds = bars.values[place], _bounds(bars, place)
    if value is None:
        return "n/a"
    between = "" if bounds is None else " ({} to {})".format(*map(chart.shown, bounds))
    return f"{chart.shown(value)}{between}"


def _table(chart: BarChart) -> Markup:
    rows = (
        (group, *(_said(chart, bars, place) for bars in chart.bars))
        for place, group in enumerate(chart.groups)
    )
    return table(chart.title, (chart.group_name, *(bars.name for bars in chart.bars)), rows)
