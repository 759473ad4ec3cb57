"""The interval of a share."""

import math
from typing import Final

Z: Final = 1.959963984540054
"""Normal quantile of a two-sided level of 95 %."""


def wilson(share: float, rows: int) -> tuple[float, float]:
    """Return the 95 % interval of a share that was seen in some rows, within [0, 1].

    Args:
        share: In [0, 1].
        rows: At least 1.

    Source:
        E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference,
        Journal of the American Statistical Association 22.

    >>> [round(end, 3) for end in wilson(0.2, 100)]
    [0.133, 0.289]
    """
    middle = (share + Z**2 / (2 * rows)) / (1 + Z**2 / rows)
    half = Z * math.sqrt(share * (1 - share) / rows + Z**2 / (4 * rows**2))
    half /= 1 + Z**2 / rows
    # Rounding must not leave a share of 0 or 1 outside its own interval.
    return min(max(0.0, middle - half), share), max(min(1.0, middle + half), share)
