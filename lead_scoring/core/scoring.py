"""Leads to scores, the same for training, batches and replays."""

import pandas as pd

from lead_scoring.config.reasons import ReasonsConfig
from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.model import FloatArray
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.reasons import spell_reasons
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import REASONS


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
    return _scores(model, leads, model.margins(leads), rules)


def score_with_reasons(
    model: ScoringModel, leads: pd.DataFrame, rules: ScoringRules, reasons: ReasonsConfig
) -> pd.DataFrame:
    """Score leads as `score_leads` does, and say what their scores go with.

    Args:
        model: Fitted model.
        leads: As for `score_leads`.
        rules: What a score depends on beside the model.
        reasons: How many reasons, and the words.

    Returns:
        What `score_leads` gives, and ``reasons``: JSON text, see `spell_reasons`.
    """
    if leads.empty:
        nothing = pd.Series([], index=leads.index, dtype="str")
        return score_leads(model, leads, rules).assign(**{REASONS: nothing})
    features = model.prepare(leads)
    scores = _scores(model, leads, model.estimator.margins(features), rules)
    explained = kind_by(rules).speaks_for(model.estimator.contributions(features))
    return scores.assign(**{REASONS: spell_reasons(explained, features, reasons)})


def _scores(
    model: ScoringModel, leads: pd.DataFrame, margins: FloatArray, rules: ScoringRules
) -> pd.DataFrame:
    scores = kind_by(rules).scores(model.calibration, margins)
    return scores.set_axis(leads.index).assign(
        **{LEAD_ID: leads[LEAD_ID], CREATED_AT: leads[CREATED_AT]}
    )[[LEAD_ID, CREATED_AT, *scores.columns]]
