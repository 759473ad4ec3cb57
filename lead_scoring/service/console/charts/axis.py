"""Where things stand in a chart: scales and the ticks people read them by."""

import math
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

TICKS: Final = 4
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def ticks(low: float, high: float, about: int = TICKS) -> tuple[float, ...]:
    """Return round numbers, equally far apart, that enclose a range.

    Args:
        low: Least value shown.
        high: Greatest value shown, at least ``low``.
        about: How many steps to aim at, at least 1.

    >>> ticks(0.03, 0.41)
    (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
    >>> ticks(7.0, 7.0)
    (7.0, 7.25, 7.5, 7.75, 8.0)
    """
    if high <= low:
        high = low + 1
    rough = (high - low) / about
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * one for one in _STEPS if unit * one >= rough * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return tuple(round(place * step, digits) for place in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values to coordinates.

    Attributes:
        low: Value at ``start``.
        high: Value at ``end``, not ``low``.
        start: Coordinate of ``low``, in units of the picture.
        end: Coordinate of ``high``.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the coordinate of a value, to a tenth of a unit."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def finite(values: Iterable[float | None]) -> tuple[float, ...]:
    """Return the values that can be drawn."""
    return tuple(one for one in values if one is not None and math.isfinite(one))


def chosen(count: int, most: int) -> tuple[int, ...]:
    """Return at most so many positions, equally far apart, the last among them.

    >>> chosen(9, 4), chosen(2, 4), chosen(0, 4)
    ((2, 5, 8), (0, 1), ())
    """
    step = max(1, math.ceil(count / most))
    return tuple(reversed(range(count - 1, -1, -step)))


def runs(values: Sequence[float | None]) -> tuple[tuple[int, ...], ...]:
    """Return the positions of values without a gap between them, run by run.

    >>> runs([1.0, 2.0, None, 3.0])
    ((0, 1), (3,))
    """
    found: list[list[int]] = [[]]
    for place, value in enumerate(values):
        if value is None or not math.isfinite(value):
            found.append([])
        else:
            found[-1].append(place)
    return tuple(tuple(run) for run in found if run)
