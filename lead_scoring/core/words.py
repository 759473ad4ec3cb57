"""Numbers as people read them."""

import math
from typing import Final

_LARGE: Final = 1000


def percent(share: float) -> str:
    """Return a share as per cent; n/a for NaN.

    >>> percent(0.5814), percent(0.0004), percent(1.0)
    ('58.1 %', '0.04 %', '100 %')
    """
    if not math.isfinite(share):
        return "n/a"
    value = 100 * share
    digits = 2 if 0 < abs(value) < 0.1 else 1  # noqa: PLR2004 one digit would say 0.0
    return f"{value:.{digits}f} %".replace(".0 %", " %")


def number(value: float) -> str:
    """Return a number with as many digits as matter; n/a for NaN.

    >>> number(0.79412), number(1234567.0), number(12.5)
    ('0.7941', '1,234,567', '12.5')
    """
    if not math.isfinite(value):
        return "n/a"
    if abs(value) >= _LARGE:
        return f"{value:,.0f}"
    return f"{value:.4g}"
