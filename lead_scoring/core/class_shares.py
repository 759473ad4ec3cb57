"""Probabilities of classes as they stand in a score, and back."""

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.schema import CLASS_PROBABILITIES

FloatArray = npt.NDArray[np.float64]


def spell_shares(probabilities: FloatArray, classes: Sequence[str]) -> list[str]:
    """Return the probabilities of each lead as JSON, by class, in the order of the classes.

    Args:
        probabilities: Shape (n_leads, n_classes); floats survive the way there and back exactly.
        classes: Their names, shape (n_classes,).

    >>> spell_shares(np.array([[0.75, 0.25]]), ["gold", "tin"])
    ['{"gold": 0.75, "tin": 0.25}']
    """
    return [
        json.dumps(dict(zip(classes, row, strict=True)), ensure_ascii=False)
        for row in probabilities.tolist()
    ]


def read_shares(scores: pd.DataFrame) -> FloatArray:
    """Return the probabilities that stand in scores, shape (n_leads, n_classes).

    Raises:
        ValueError: There are no scores, so the classes are not known.
    """
    if scores.empty:
        msg = "there are no scores to read the probabilities of classes from"
        raise ValueError(msg)
    rows = [list(json.loads(text).values()) for text in scores[CLASS_PROBABILITIES]]
    return np.asarray(rows, dtype=np.float64)
