"""How many leads were predicted to convert, and how many did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

THRESHOLD: Final = 0.5


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many leads were predicted to convert, or not to, and how many did.

    Attributes:
        true_positives: Predicted to convert, and they did.
        false_positives: Predicted to convert, and they did not.
        true_negatives: Predicted not to convert, and they did not.
        false_negatives: Predicted not to convert, and they did.
    """

    true_positives: int
    false_positives: int
    true_negatives: int
    false_negatives: int

    def metrics(self) -> Mapping[str, float]:
        """Return the counts and what follows from them, all finite; 1 is best for the shares.

        A share of nothing is left out: ``precision`` where no lead is predicted to convert,
        ``recall`` where none converted, ``f1`` where neither occurs, ``accuracy`` without leads.
        ``f1`` is 0 where leads converted and none was predicted to.
        """
        hits, false_alarms = self.true_positives, self.false_positives
        right, missed = self.true_negatives, self.false_negatives
        shares = {
            "accuracy": (hits + right, hits + right + false_alarms + missed),
            "precision": (hits, hits + false_alarms),
            "recall": (hits, hits + missed),
            "f1": (2 * hits, 2 * hits + false_alarms + missed),
        }
        counts = {
            "true_positives": float(hits),
            "false_positives": float(false_alarms),
            "true_negatives": float(right),
            "false_negatives": float(missed),
        }
        return {name: part / whole for name, (part, whole) in shares.items() if whole} | counts


def confusion(
    outcomes: FloatArray, probabilities: FloatArray, threshold: float = THRESHOLD
) -> Confusion:
    """Count outcomes by whether the probability reaches the threshold.

    Args:
        outcomes: 1.0 or 0.0, shape (n_leads,).
        probabilities: In [0, 1], same shape.
        threshold: Least probability that predicts a conversion, in (0, 1).

    Raises:
        ValueError: A probability is NaN, which predicts nothing.

    >>> confusion(np.array([1.0, 1.0, 0.0]), np.array([0.9, 0.5, 0.1])).metrics()["recall"]
    1.0
    """
    if np.isnan(probabilities).any():
        msg = f"{int(np.isnan(probabilities).sum())} probabilities are NaN; they predict nothing"
        raise ValueError(msg)
    predicted, won = probabilities >= threshold, outcomes == 1.0
    return Confusion(
        true_positives=int((predicted & won).sum()),
        false_positives=int((predicted & ~won).sum()),
        true_negatives=int((~predicted & ~won).sum()),
        false_negatives=int((~predicted & won).sum()),
    )
