"""Numbers as people read them."""

import math
from typing import Final

_LARGE: Final = 1000


def percent(share: float) -> str:
    """Return a share as per cent; n/a for NaN.

    >>> percent(0.5814), percent(0.9996), percent(1.0)
    ('58.1 %', '99.96 %', '100 %')
    """
    if not math.isfinite(share):
        return "n/a"
    value = 100 * share
    near = min(abs(value), abs(100 - value))
    digits = 2 if 0 < near < 0.1 else 1  # noqa: PLR2004 one digit would say 0 or 100
    return f"{value:.{digits}f}".removesuffix(".0") + " %"


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
