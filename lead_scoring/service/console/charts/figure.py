"""What every chart has beside its picture: a caption, a legend, and the numbers as a table."""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from markupsafe import escape

SERIES: Final = 4
"""Series a chart tells apart: by colour, by dashes and by the form of their points."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture with axes, in units of its own that scale with the page.

    Attributes:
        width: Width of the whole.
        height: Height of the whole.
        left: Room for what stands left of the vertical axis.
        bottom: Room for what stands below the horizontal axis.
        top: Room above.
        right: Room on the right.
    """

    width: int = 640
    height: int = 250
    left: int = 62
    bottom: int = 34
    top: int = 14
    right: int = 18


def joined(parts: Iterable[Markup]) -> Markup:
    """Return pieces of a page one after another."""
    return Markup("").join(parts)


def picture(key: str, title: str, description: str, frame: Frame, content: Markup) -> Markup:
    """Return an SVG that is read out as its title and description.

    Args:
        key: Name that no other chart of the page has; letters, digits and hyphens.
        title: What is shown.
        description: What can be seen, for those who cannot see it.
        frame: Its size.
        content: What is drawn.
    """
    return Markup(
        '<svg class="chart-picture" role="img" aria-labelledby="{key}-t {key}-d" '
        'viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid meet">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>'
        "{content}</svg>"
    ).format(
        key=key,
        title=title,
        description=description,
        width=frame.width,
        height=frame.height,
        content=content,
    )


def legend(names: Sequence[str]) -> Markup:
    """Return which series is which; nothing where there is one alone."""
    if len(names) <= 1:
        return Markup("")
    items = joined(
        Markup(
            '<li><svg class="key" viewBox="0 0 28 12" aria-hidden="true" focusable="false">'
            '<line x1="1" y1="6" x2="27" y2="6" class="line series-{}"/>{}</svg>{}</li>'
        ).format(place, point(place, 14, 6), name)
        for place, name in enumerate(names, start=1)
    )
    return Markup('<ul class="legend">{}</ul>').format(items)


def point(series: int, x: float, y: float, radius: float = 3.5) -> Markup:
    """Return the point of a series: a circle, a square, a diamond or a triangle."""
    known = (series - 1) % SERIES
    left, right, up, down = (
        round(value, 1) for value in (x - radius, x + radius, y - radius, y + radius)
    )
    corners = (
        "",
        f"M{left} {up}H{right}V{down}H{left}Z",
        f"M{x} {up}L{right} {y}L{x} {down}L{left} {y}Z",
        f"M{x} {up}L{right} {down}H{left}Z",
    )[known]
    if not corners:
        circle = Markup('<circle class="point series-1" cx="{}" cy="{}" r="{}"/>')
        return circle.format(x, y, radius)
    return Markup('<path class="point series-{}" d="{}"/>').format(known + 1, corners)


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """Return the numbers of a chart, closed until someone opens them."""
    names = joined(Markup('<th scope="col">{}</th>').format(name) for name in header)
    lines = joined(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            row[0], joined(Markup('<td class="num">{}</td>').format(cell) for cell in row[1:])
        )
        for row in rows
    )
    return Markup(
        "<details><summary>{caption} as a table</summary>"
        '<div class="scroll" role="region" aria-label="{caption}" tabindex="0"><table>'
        "<caption>{caption}</caption><thead><tr>{names}</tr></thead><tbody>{lines}</tbody>"
        "</table></div></details>"
    ).format(caption=caption, names=names, lines=lines)


def figure(title: str, parts: Iterable[Markup], *, small: bool = False) -> Markup:
    """Return a chart with its caption above it."""
    kind = "chart chart-small" if small else "chart"
    caption = Markup("<figcaption>{}</figcaption>").format(escape(title))
    return Markup('<figure class="{}">{}{}</figure>').format(kind, caption, joined(parts))
