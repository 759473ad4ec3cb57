"""Leads to scores, the same for training, batches and replays."""

import pandas as pd

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.grading_records import Grading
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.ranking import grade_by
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import GRADE
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
        `Kind`, among them ``score`` from 0 to 100, ``margin`` and ``grade`` A to D; where grades
        go by rank there is no ``grade``.
    """
    scores = kind_by(rules).scores(model.calibration, model.margins(leads))
    return scores.set_axis(leads.index).assign(
        **{LEAD_ID: leads[LEAD_ID], CREATED_AT: leads[CREATED_AT]}
    )[[LEAD_ID, CREATED_AT, *scores.columns]]


def score_and_grade(
    model: ScoringModel, leads: pd.DataFrame, rules: ScoringRules, grading: Grading | None
) -> pd.DataFrame:
    """Score leads one by one and grade them as a batch was graded.

    Args:
        model: Fitted model.
        leads: As `score_leads` takes them.
        rules: What a score depends on beside the model.
        grading: What the newest published batch was graded by; ``None`` where there is none.

    Returns:
        What `score_leads` gives, always with ``grade``; it is ``None`` where grades go by rank and
        there is no batch to rank by.
    """
    scores = score_leads(model, leads, rules)
    if grading is not None:
        grades = pd.Series(grade_by(grading, scores, rules), scores.index, "str")
        return scores.assign(**{GRADE: grades})
    return scores if GRADE in scores else scores.assign(**{GRADE: None})
