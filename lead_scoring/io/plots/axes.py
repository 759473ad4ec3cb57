"""What all figures are drawn on, and how they become files."""

import io
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#999999")
"""Okabe and Ito's, which colour-blind people tell apart: https://jfly.uni-koeln.de/color/"""


def plain_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches."""
    figure = Figure(figsize=(width, height), dpi=100)
    FigureCanvasAgg(figure)
    return figure


def titled(title: str, x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes and a light grid."""
    figure = plain_figure(6, 4.6)
    axes = figure.add_axes((0.13, 0.12, 0.83, 0.79))
    axes.set(title=title, xlabel=x_label, ylabel=y_label)
    axes.grid(visible=True, alpha=0.3)
    return figure, axes


def diagonal(axes: Axes, low: float = 0.0, high: float = 1.0) -> None:
    """Draw where the two sides are equal."""
    axes.plot([low, high], [low, high], color="0.6", linestyle="--", linewidth=1)


def level(axes: Axes, height: float) -> None:
    """Draw what is reached without knowing anything."""
    axes.axhline(height, color="0.6", linestyle="--", linewidth=1)


def as_png(figure: Figure) -> bytes:
    """Return a figure as the bytes of a PNG file, the same for the same figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
