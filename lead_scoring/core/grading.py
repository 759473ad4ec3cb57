"""Probabilities to grades and to the score people read; `ranking` grades by rank."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import GRADES

FloatArray = npt.NDArray[np.float64]


def grade(probabilities: FloatArray, cutoffs: GradesConfig) -> npt.NDArray[np.str_]:
    """Return the first grade whose cut-off is reached, else ``D``.

    Args:
        probabilities: Shape (n_leads,), in [0, 1], not NaN.
        cutoffs: Least probability of A, B and C.

    >>> grade(np.array([0.9, 0.5, 0.1]), GradesConfig(A=0.75, B=0.50, C=0.25)).tolist()
    ['A', 'B', 'D']
    """
    falling = np.array([cutoffs.A, cutoffs.B, cutoffs.C])
    reached = (probabilities[:, np.newaxis] >= falling).sum(axis=1)
    grades: npt.NDArray[np.str_] = np.asarray(GRADES)[len(GRADES) - 1 - reached]
    return grades


def grade_column(probabilities: FloatArray, cutoffs: GradesConfig) -> dict[str, pd.Series]:
    """Return the column ``grade`` by name; nothing where grades need the whole batch."""
    if cutoffs.ranked:
        return {}
    return {GRADE: pd.Series(grade(probabilities, cutoffs), dtype="str")}


def without_grade(columns: Mapping[str, str]) -> Mapping[str, str]:
    """Return columns but for ``grade``."""
    return {name: form for name, form in columns.items() if name != GRADE}


def to_score(probabilities: FloatArray) -> FloatArray:
    """Return probabilities as scores from 0 to 100 with two decimals, for people."""
    return np.round(probabilities * 100, 2)
