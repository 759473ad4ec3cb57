"""Whether a model explains its scores exactly."""

from typing import Final

import pandas as pd

from lead_scoring.core.contributions import gap
from lead_scoring.core.model import ScoringModel

EXPLANATION_GAP: Final = "explanation_gap"
"""Name of the metric: how far reasons are from adding up to the margin, at most."""
EXPLAINED_ROWS: Final = 1_000
"""Rows of the test window that it is measured on."""
MAX_GAP: Final = 1e-6
"""Where it is larger, the reasons are not those of the model; units of the margin."""


def explanation_gap(model: ScoringModel, leads: pd.DataFrame) -> float:
    """Return how far base and contributions are from the margins of leads, at most.

    Args:
        model: Fitted model.
        leads: Leads with its source columns.

    Returns:
        In units of the margin; NaN where a margin is.
    """
    if leads.empty:
        return 0.0
    margins, explained = model.estimator.explained(model.prepare(leads))
    return gap(explained, margins)
