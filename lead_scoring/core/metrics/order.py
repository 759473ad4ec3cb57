"""The order in which people get leads, and what the first of them hold."""

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def ranking(
    probabilities: FloatArray, margins: FloatArray, lead_ids: npt.NDArray[np.object_]
) -> npt.NDArray[np.intp]:
    """Return positions from best to worst: by probability, then margin, then ``lead_id``.

    >>> ranking(np.array([0.5, 0.9, 0.5]), np.array([0.0, 2.0, 0.0]), np.array(["b", "c", "a"]))
    array([1, 2, 0])
    """
    return np.lexsort((lead_ids.astype(str), -margins, -probabilities))


def captured_share(ranked_outcomes: FloatArray, share: float) -> float:
    """Return the share of all conversions among the best leads.

    Args:
        ranked_outcomes: 1.0 or 0.0 from best to worst lead, shape (n_leads,), with a 1.0.
        share: Share of leads taken, rounded up to a whole lead, in (0, 1].

    >>> captured_share(np.array([1.0, 1.0, 0.0, 1.0]), 0.5)
    0.6666666666666666
    """
    return float(
        ranked_outcomes[: top_rows(len(ranked_outcomes), share)].sum() / ranked_outcomes.sum()
    )


def top_rows(rows: int, share: float) -> int:
    """Return how many leads a share is, rounded up to a whole lead, at least one."""
    return max(1, math.ceil(round(rows * share, 9)))
