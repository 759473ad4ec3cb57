"""Whether two computations of the same scores came to the same."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from typing import Final
from typing import cast

import numpy as np
import pandas as pd

from lead_scoring.core.schema import CLASS_PROBABILITIES
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import NUMBER

TOLERANCE: Final = 1e-9
"""What numbers may differ by, in their own unit; of numbers above 1 this share of them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one lead that is not the same.

    Attributes:
        lead_id: The lead.
        column: The figure.
        one: What it was; ``None`` where there is no such score.
        other: What it is.
    """

    lead_id: str
    column: str
    one: object
    other: object

    def __str__(self) -> str:
        return f"{self.column} of lead {self.lead_id} is {self.one!r} and {self.other!r}"


def find_differences(
    scores: pd.DataFrame, others: pd.DataFrame, columns: Mapping[str, str]
) -> list[Difference]:
    """Return every figure in which scores of the same leads differ.

    Args:
        scores: The columns of a `Kind`, by ``lead_id`` in the index.
        others: The same leads in the same order.
        columns: Which columns, each ``number`` or ``text``; a column that either has not is not
            compared.

    Raises:
        ValueError: They are not of the same leads.
    """
    if not scores.index.equals(others.index):
        msg = "scores of other leads cannot be compared"
        raise ValueError(msg)
    found = []
    for name, kind in {**columns, GRADE: "text"}.items():
        if name not in scores or name not in others:
            continue
        one, other = scores[name], others[name]
        if name == CLASS_PROBABILITIES:
            differ = [not _same_shares(*pair) for pair in zip(one, other, strict=True)]
        elif kind == NUMBER:
            numbers = one.to_numpy(dtype=np.float64), other.to_numpy(dtype=np.float64)
            differ = (~np.isclose(*numbers, rtol=TOLERANCE, atol=TOLERANCE)).tolist()
        else:
            differ = [left != right for left, right in zip(one, other, strict=True)]
        found += [
            Difference(str(scores.index[row]), name, *pair)
            for row, pair in enumerate(zip(one.tolist(), other.tolist(), strict=True))
            if differ[row]
        ]
    return found


def _same_shares(one: object, other: object) -> bool:
    first, second = _shares(one), _shares(other)
    return first.keys() == second.keys() and all(
        math.isclose(first[name], second[name], rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        for name in first
    )


def _shares(given: object) -> dict[str, float]:
    """Return probabilities of classes, whether they stand there as JSON text or not."""
    shares: dict[str, float] = json.loads(given) if isinstance(given, str) else cast("Any", given)
    return shares
