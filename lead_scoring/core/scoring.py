"""Leads to scores, the same for training, batches and replays."""

import pandas as pd

from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.grading import grade
from lead_scoring.core.grading import to_score
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.schema import SCORE


def score_leads(model: ScoringModel, leads: pd.DataFrame, grades: GradesConfig) -> pd.DataFrame:
    """Score leads; a lead's score does not depend on the others.

    Args:
        model: Fitted model.
        leads: Frame with ``lead_id``, ``created_at`` and the model's source columns; it may have
            no rows.
        grades: Cut-offs.

    Returns:
        A frame with the index of ``leads``: ``lead_id``, ``created_at``, ``probability`` in
        (0, 1), ``score`` from 0 to 100, ``margin`` (log-odds), ``grade`` A to D.
    """
    margins = model.margins(leads)
    probabilities = model.probabilities(margins)
    return pd.DataFrame(
        {
            LEAD_ID: leads[LEAD_ID],
            CREATED_AT: leads[CREATED_AT],
            PROBABILITY: probabilities,
            SCORE: to_score(probabilities),
            MARGIN: margins,
            GRADE: pd.Series(grade(probabilities, grades), index=leads.index, dtype="str"),
        },
        index=leads.index,
    )
