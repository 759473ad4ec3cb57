"""Leads to scores, the same for training, batches and replays."""

import pandas as pd

from lead_scoring.config.reasons import ReasonsConfig
from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.grading_records import Grading
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.ranking import grade_by
from lead_scoring.core.reasons import spell_reasons
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import REASONS


def score_leads(
    model: ScoringModel,
    leads: pd.DataFrame,
    rules: ScoringRules,
    reasons: ReasonsConfig | None = None,
) -> pd.DataFrame:
    """Score leads; a lead's score does not depend on the others.

    Args:
        model: Fitted model.
        leads: Frame with ``lead_id``, ``created_at`` and the model's source columns; it may have
            no rows.
        rules: What a score depends on beside the model.
        reasons: How what a score goes with is said; nothing is said if absent.

    Returns:
        A frame with the index of ``leads``: ``lead_id``, ``created_at``, and the columns of its
        `Kind`, among them ``score`` from 0 to 100, ``margin`` and ``grade`` A to D; where grades
        go by rank there is no ``grade``. With ``reasons`` there is a column of them, JSON text,
        see `spell_reasons`.
    """
    kind = kind_by(rules)
    if reasons is None or leads.empty:
        scores = kind.scores(model.calibration, model.margins(leads)).set_axis(leads.index)
        said = {} if reasons is None else {REASONS: pd.Series(index=leads.index, dtype="str")}
    else:
        features = model.prepare(leads)
        margins, explained = model.estimator.explained(features)
        scores = kind.scores(model.calibration, margins).set_axis(leads.index)
        said = {REASONS: spell_reasons(kind.speaks_for(explained), features, reasons)}
    standard = {LEAD_ID: leads[LEAD_ID], CREATED_AT: leads[CREATED_AT]}
    return pd.DataFrame({**standard, **scores, **said}, index=leads.index)


def score_and_grade(
    model: ScoringModel,
    leads: pd.DataFrame,
    rules: ScoringRules,
    grading: Grading | None,
    reasons: ReasonsConfig | None = None,
) -> pd.DataFrame:
    """Score leads one by one and grade them as a batch was graded.

    Args:
        model: Fitted model.
        leads: As `score_leads` takes them.
        rules: What a score depends on beside the model.
        grading: What the newest published batch was graded by; ``None`` where there is none.
        reasons: As `score_leads` takes them.

    Returns:
        What `score_leads` gives, always with ``grade``; it is ``None`` where grades go by rank and
        there is no batch to rank by.
    """
    scores = score_leads(model, leads, rules, reasons)
    if grading is not None:
        grades = pd.Series(grade_by(grading, scores, rules), scores.index, "str")
        return scores.assign(**{GRADE: grades})
    return scores if GRADE in scores else scores.assign(**{GRADE: None})
