"""How much a row counts in a fit: the older, the less."""

from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.schema import CREATED_AT

FloatArray = npt.NDArray[np.float64]


def row_weights(leads: pd.DataFrame, half_life: timedelta | None) -> FloatArray | None:
    """Return how much each row counts, halved with each half-life it is older than the newest.

    Args:
        leads: Rows with a UTC ``created_at``, at least one.
        half_life: Age at which a row counts half; ``None``: all rows count the same.

    Returns:
        Shape (n_leads,), above 0, with a mean of 1 so that regularisation keeps its meaning;
        ``None`` where all rows count the same.

    >>> created = pd.to_datetime(["2024-01-01", "2024-01-11"], utc=True)
    >>> row_weights(pd.DataFrame({"created_at": created}), timedelta(days=10)).round(3).tolist()
    [0.667, 1.333]
    """
    if half_life is None:
        return None
    age = (leads[CREATED_AT].max() - leads[CREATED_AT]) / half_life
    weights = np.exp2(-age.to_numpy(dtype=np.float64))
    scaled: FloatArray = weights / weights.mean()
    return scaled
