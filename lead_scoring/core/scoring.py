"""Leads to scores, the same for training, batches and replays."""

import pandas as pd

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import LEAD_ID


def score_leads(model: ScoringModel, leads: pd.DataFrame, rules: ScoringRules) -> pd.DataFrame:
    """Score leads; a lead's score does not depend on the others.

    Args:
        model: Fitted model.
        leads: Frame with ``lead_id``, ``created_at`` and the model's source columns; it may have
            no rows.
        rules: What a score depends on beside the model.

    Returns:
        A frame with the index of ``leads``: ``lead_id``, ``created_at``, and the columns of its
        `Kind`, among them ``score`` from 0 to 100, ``margin`` and ``grade`` A to D.
    """
    scores = kind_by(rules).scores(model.calibration, model.margins(leads))
    return scores.set_axis(leads.index).assign(
        **{LEAD_ID: leads[LEAD_ID], CREATED_AT: leads[CREATED_AT]}
    )[[LEAD_ID, CREATED_AT, *scores.columns]]
