"""Figures of the profile of training data."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lead_scoring.core.document import Document
from lead_scoring.core.eda.columns import Column
from lead_scoring.core.eda.data import DataProfile
from lead_scoring.core.eda.page import ASSOCIATIONS
from lead_scoring.core.eda.page import LEVELS
from lead_scoring.core.eda.page import NUMBERS
from lead_scoring.core.eda.page import TIME
from lead_scoring.core.eda.page import drawn_levels
from lead_scoring.core.eda.page import drawn_numbers
from lead_scoring.io.plots.axes import COLOURS
from lead_scoring.io.plots.axes import plain_figure

_ACROSS: Final = 4
_LONGEST: Final = 22
_WIDTH: Final = 1.9
_LEGEND: Final = 0.3
_LETTER: Final = 0.062
"""Width of a letter of a label, in inches."""


def profile_figures(profile: DataProfile, page: Document) -> Mapping[str, Figure]:
    """Return the figures of a page by file."""
    return {picture.file: _DRAW[picture.file](profile) for picture in page.pictures}


def _grid(count: int, height: float, left: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with so many axes, a few in each row.

    Args:
        count: How many.
        height: Of each with its title, in inches.
        left: Room for labels at the left of each, in inches.
    """
    across = min(_ACROSS, count)
    down = -(-count // across)
    width, whole = (left + _WIDTH + 0.15) * across, height * down + _LEGEND
    figure = plain_figure(width, whole)
    axes = [
        figure.add_axes(
            (
                ((left + _WIDTH + 0.15) * (place % across) + left) / width,
                (height * (down - 1 - place // across) + 0.3) / whole,
                _WIDTH / width,
                (height - 0.65) / whole,
            )
        )
        for place in range(count)
    ]
    return figure, axes


def _time(profile: DataProfile) -> Figure:
    figure = plain_figure(9, 3.6)
    rows = figure.add_axes((0.09, 0.24, 0.81, 0.66))
    places = np.arange(len(profile.periods))
    rows.bar(places, [one.rows for one in profile.periods], color="0.8")
    rows.set(ylabel="leads (bars)", title=f"Leads and {profile.signal} per {profile.unit}")
    step = max(1, len(places) // 12)
    shown = [one.begins for one in profile.periods][::step]
    rows.set_xticks(places[::step], shown, rotation=35, ha="right", fontsize=8)
    values = rows.twinx()
    values.plot(places, [one.value for one in profile.periods], color=COLOURS[0], marker="o",
                markersize=3)  # fmt: skip
    values.set_ylabel(f"{profile.signal} (line)")
    return figure


def _numbers(profile: DataProfile) -> Figure:
    drawn = drawn_numbers(profile)
    figure, all_axes = _grid(len(drawn), 2.6, 0.5)
    for axes, column in zip(all_axes, drawn, strict=True):
        _violins(axes, column, list(profile.groups))
    return figure


def _violins(axes: Axes, column: Column, groups: list[str]) -> None:
    numbers = column.numbers
    if numbers is None:
        return
    for place, group in enumerate(groups):
        if group in numbers.densities:
            widths = 0.4 * np.asarray(numbers.densities[group])
            axes.fill_betweenx(numbers.grid, place - widths, place + widths,
                               color=COLOURS[place % len(COLOURS)], linewidth=0)  # fmt: skip
            low, high = numbers.grid[0], numbers.grid[-1]
            middle = float(np.clip(numbers.quantiles[group][2], low, high))
            axes.plot([place - 0.3, place + 0.3], [middle, middle], color="0.1", linewidth=1.5)
    axes.set_xticks(range(len(groups)), [_short(one) for one in groups], fontsize=7)
    axes.tick_params(axis="y", labelsize=7)
    axes.set_title(_short(column.name), fontsize=9)


def _levels(profile: DataProfile) -> Figure:
    drawn = drawn_levels(profile)
    groups = list(profile.groups)
    names = [_short(name) for one in drawn if one.levels for name in one.levels.rows]
    figure, all_axes = _grid(len(drawn), 2.7, 0.15 + _LETTER * max(map(len, names)))
    for axes, column in zip(all_axes, drawn, strict=True):
        _bars(axes, column, groups)
    handles, labels = all_axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", ncols=len(groups), fontsize=8)
    return figure


def _bars(axes: Axes, column: Column, groups: list[str]) -> None:
    levels = column.levels
    if levels is None:
        return
    names = list(levels.rows)
    begun = np.zeros(len(names))
    for place, group in enumerate(groups):
        widths = np.array([levels.shares[name].get(group, 0.0) for name in names])
        colour = COLOURS[place % len(COLOURS)]
        axes.barh(range(len(names)), widths, left=begun, color=colour, label=group)
        begun += widths
    axes.set_yticks(range(len(names)), [_short(name) for name in names], fontsize=7)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.tick_params(axis="x", labelsize=7)
    axes.set_title(_short(column.name), fontsize=9)


def _associations(profile: DataProfile) -> Figure:
    names = [_short(name) for name in profile.names]
    room, side = 0.3 + 0.075 * max(map(len, names)), 0.45 * len(names) + 0.4
    figure = plain_figure(room + side + 0.2, room + side + 0.4)
    width, height = figure.get_size_inches()
    axes = figure.add_axes((room / width, room / height, side / width, side / height))
    matrix = np.asarray(profile.matrix)
    axes.imshow(matrix, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*matrix.shape):
        colour = "white" if matrix[row, column] > 0.5 else "black"  # noqa: PLR2004 dark below
        text = "" if row == column else f"{matrix[row, column]:.2f}"
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_title("Cramér's V")
    return figure


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


_DRAW: Final[Mapping[str, Callable[[DataProfile], Figure]]] = {
    TIME: _time,
    NUMBERS: _numbers,
    LEVELS: _levels,
    ASSOCIATIONS: _associations,
}
