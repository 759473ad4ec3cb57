"""Charts as people get them: a picture, what is read out in its place, and the numbers."""

import itertools
import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.core.words import percent
from lead_scoring.service.console.charts.axis import ticks
from lead_scoring.service.console.charts.bars import BarChart
from lead_scoring.service.console.charts.bars import Bars
from lead_scoring.service.console.charts.bars import bar_chart
from lead_scoring.service.console.charts.lines import Line
from lead_scoring.service.console.charts.lines import LineChart
from lead_scoring.service.console.charts.lines import line_chart

LINE = Line(
    "visits", (0.1, None, 0.3, 0.2), marked=(False, False, True, False), marked_as="drifted"
)
CHART = LineChart(
    "psi-visits", "PSI of visits", "It rises.", ("1 Jan", "8 Jan", "15 Jan", "22 Jan"), (LINE,)
)
BARS = BarChart(
    "grades",
    "By grade",
    "A holds.",
    ("A", "B"),
    (Bars("promised", (0.8, 0.5)), Bars("came", (0.7, None), (0.6, None), (0.75, None))),
    "grade",
    percent,
)


def parsed(markup):
    """Read a chart as XML, which it is."""
    return ET.fromstring(f"<x>{markup}</x>")  # noqa: S314 our own


def texts(markup, tag):
    """Return the text of every element of a kind."""
    return ["".join(one.itertext()) for one in parsed(markup).iter(tag)]


@given(low=st.floats(-1e6, 1e6), width=st.floats(0, 1e6))
def test_ticks_enclose_what_is_shown(low, width):
    """First and last tick lie at or beyond it, and the steps are equal."""
    found = ticks(low, low + width)
    slack = 1e-6 * max(1.0, abs(low), width)
    steps = [b - a for a, b in itertools.pairwise(found)]

    assert found[0] <= low + slack
    assert found[-1] >= low + width - slack
    assert max(steps) - min(steps) <= slack
    assert 2 <= len(found) <= 8


@pytest.mark.parametrize("markup", [line_chart(CHART), bar_chart(BARS)], ids=["lines", "bars"])
def test_a_picture_is_read_out_as_its_title_and_description(markup):
    """Both are named by the picture's label."""
    picture = parsed(markup).find(".//svg[@role='img']")
    named = picture.get("aria-labelledby").split()
    found = {one.get("id"): one.text for one in picture}

    assert [found[name] for name in named] in (
        ["PSI of visits", "It rises."],
        ["By grade", "A holds."],
    )


def test_every_number_stands_in_the_table():
    """A gap is a dash, a marked point says what it is marked as."""
    cells = texts(line_chart(CHART), "td")

    assert cells == ["0.1", "n/a", "0.3, drifted", "0.2"]


def test_an_interval_stands_in_the_table():
    """Beside the value, in the same words as on the axis."""
    cells = texts(bar_chart(BARS), "td")

    assert cells == ["80 %", "70 % (60 % to 75 %)", "50 %", "n/a"]


def test_a_gap_is_not_drawn_across():
    """The line is in two pieces, the second with two points."""
    pieces = [one.get("points").split() for one in parsed(line_chart(CHART)).iter("polyline")]

    assert [len(piece) for piece in pieces] == [1, 2]


def test_a_greater_value_is_higher_up():
    """Coordinates run downwards."""
    chart = LineChart("up", "Up", "It rises.", ("a", "b"), (Line("x", (1.0, 2.0)),))
    first, second = next(parsed(line_chart(chart)).iter("polyline")).get("points").split()

    assert float(second.split(",")[1]) < float(first.split(",")[1])


@pytest.mark.parametrize("small", [False, True])
def test_nothing_leaves_the_picture(small):
    """Every coordinate of points lies within its frame, whatever the values."""
    values = (-3.0, 1e6, 0.0, math.nan)
    line = Line("x", values, low=(-4.0, 0.0, 0.0, None), high=(0.0, 2e6, 1.0, None))
    chart = LineChart("k", "T", "D", ("a", "b", "c", "d"), (line,), limit=(5.0, "limit"))
    picture = parsed(line_chart(chart, small=small)).find(".//svg[@role='img']")
    width, height = map(float, picture.get("viewBox").split()[2:])
    drawn = " ".join(one.get("points", "") for one in picture.iter())
    corners = re.findall(r"(-?[\d.]+),(-?[\d.]+)", drawn)

    assert corners
    assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in corners)


def test_names_cannot_become_markup():
    """A column may be called anything."""
    evil = '<script>alert("x")</script>'
    chart = LineChart("k", evil, evil, (evil,), (Line(evil, (1.0,)), Line("b", (2.0,))))

    markup = line_chart(chart)

    assert "<script" not in markup
    assert texts(markup, "figcaption") == [evil]


def test_nothing_measured_is_said_in_words():
    """No picture without a value."""
    chart = LineChart("k", "T", "D", ("a",), (Line("x", (None,)),))
    bars = BarChart("k", "T", "D", ("A",), (Bars("x", (None,)),), "grade")

    assert "Nothing was measured yet" in line_chart(chart)
    assert "Nothing was measured yet" in bar_chart(bars)


def test_one_place_is_a_point():
    """A single check can be drawn."""
    chart = LineChart("k", "T", "D", ("a",), (Line("x", (1.0,)),))

    assert len(list(parsed(line_chart(chart, small=True)).iter("circle"))) == 1


def test_no_style_stands_in_the_markup():
    """The console's policy allows none, and colours follow light and dark."""
    assert "style=" not in line_chart(CHART) + bar_chart(BARS)
