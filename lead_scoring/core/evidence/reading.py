"""Outcomes and scores of each kind as what was promised, what happened and what is wanted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.ranking import rank_order
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.schema import SCORE

FloatArray = npt.NDArray[np.float64]

FIFTH: Final = 0.2


@dataclass(frozen=True, slots=True)
class Reading:
    """Leads of one model in words that suit every kind.

    Attributes:
        promised: What the model says of each lead, shape (n_leads,).
        happened: What happened, on the same scale.
        wanted: 1.0 for leads that should be called first, else 0.0.
        order: Positions from the first lead to call to the last.
        promise: What ``promised`` is called.
        result: What the mean of ``happened`` is called.
        wins: What the wanted leads are called, in the plural.
        is_share: ``promised`` and ``happened`` are shares, in [0, 1].
    """

    promised: FloatArray
    happened: FloatArray
    wanted: FloatArray
    order: npt.NDArray[np.intp]
    promise: str
    result: str
    wins: str
    is_share: bool


def read_scores(rules: ScoringRules, outcomes: FloatArray, scores: pd.DataFrame) -> Reading:
    """Read the scores of leads with an outcome.

    Args:
        rules: Kind of the outcome.
        outcomes: As snapshots keep them, shape (n_leads,).
        scores: As `lead_scoring.core.scoring.score_leads` gives them, same leads.
    """
    order = call_order(scores)
    match rules.task:
        case "binary":
            won = (outcomes == 1.0).astype(np.float64)
            return Reading(
                _floats(scores, PROBABILITY), won, won, order,
                "promised share", "share of conversions", "conversions", is_share=True,
            )  # fmt: skip
        case "regression":
            low = rules.call_first == "low"
            limit = np.quantile(outcomes, FIFTH if low else 1 - FIFTH) if len(outcomes) else 0.0
            wanted = outcomes <= limit if low else outcomes >= limit
            wins = f"outcomes of {limit:g} or {'less' if low else 'more'}"
            return Reading(
                _floats(scores, PREDICTION), outcomes, wanted.astype(np.float64), order,
                "mean prediction", "mean outcome", wins, is_share=False,
            )  # fmt: skip
        case "multiclass":
            names = np.asarray(rules.classes)[outcomes.astype(np.intp)]
            right = (scores[PREDICTED_CLASS].to_numpy(dtype=object) == names).astype(np.float64)
            first = (outcomes == 0.0).astype(np.float64)
            return Reading(
                _floats(scores, PROBABILITY), right, first, order,
                "promised share", "share predicted right", f"leads of {rules.classes[0]}",
                is_share=True,
            )  # fmt: skip


def call_order(scores: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return positions in the order of the lists people get: grade, score, margin, ``lead_id``.

    Grades by rank are in the order of the rest.
    """
    if GRADE not in scores:
        return rank_order(scores)
    return np.lexsort(
        (
            scores[LEAD_ID].to_numpy(dtype=object).astype(str),
            -_floats(scores, MARGIN),
            -_floats(scores, SCORE),
            scores[GRADE].to_numpy(dtype=object).astype(str),
        )
    )


def _floats(scores: pd.DataFrame, column: str) -> FloatArray:
    return scores[column].to_numpy(dtype=np.float64)
