"""Names of the columns that every frame shares; their one home."""

from collections.abc import Collection
from typing import Final

ROW_NUMBER: Final = "row_number"
LEAD_ID: Final = "lead_id"
CREATED_AT: Final = "created_at"
OUTCOME: Final = "outcome"
KNOWN_AT: Final = "known_at"

CONTENT: Final = "content"
"""Digest of a row while it is loaded; not kept in snapshots."""

PROBABILITY: Final = "probability"
SCORE: Final = "score"
MARGIN: Final = "margin"
GRADE: Final = "grade"
GRADES: Final = ("A", "B", "C", "D")

PREDICTION: Final = "prediction"
INTERVAL_LOW: Final = "interval_low"
INTERVAL_HIGH: Final = "interval_high"
PREDICTED_CLASS: Final = "predicted_class"
CLASS_PROBABILITIES: Final = "class_probabilities"
"""JSON text: an object of class and probability."""
REASONS: Final = "reasons"
"""JSON text: an array of objects, see `lead_scoring.core.reasons`."""

OUTCOME_CLASS: Final = "outcome_class"
"""The outcome as people call it, where there are several classes."""

NEW: Final = "new"
IMPROVING: Final = "improving"
STEADY: Final = "steady"
DECLINING: Final = "declining"
"""How a score moved since the one before."""

PROMISED: Final = "promised_"
"""Begins the name of a column with the loss that a model of losses promises; not stored."""

NUMBER: Final = "number"
TEXT: Final = "text"


def watched(columns: Collection[str]) -> str:
    """Return which column of scores is watched for drift: the prediction, else the probability."""
    return PREDICTION if PREDICTION in columns else PROBABILITY
