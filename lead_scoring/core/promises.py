"""What a model promises to lose on leads whose outcome is not known yet.

Probabilities say it themselves. A predicted number does not, so a second model is fitted on the
losses of rows the first was not fitted on, and kept with it.

Source:
    J. Białek et al. (2024), Estimating model performance under covariate shift without labels,
    https://arxiv.org/abs/2401.08348, which for regression calls it direct loss estimation.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.model import Estimator
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PROMISED

FloatArray = npt.NDArray[np.float64]

_SAID: Final = "(margin)"
"""What the model says of a row, as one more feature of the model of its losses."""
_SETTINGS: Final = LightGBMConfig(
    n_estimators=60, learning_rate=0.1, num_leaves=15, min_child_samples=100
)


def fit_losses(
    use_case: UseCase, preparation: Pipeline, leads: pd.DataFrame, margins: FloatArray
) -> Mapping[str, Estimator]:
    """Fit a model of each loss that scores do not promise themselves, by the loss's name.

    Args:
        use_case: Says the kind of outcome, and the features.
        preparation: Fitted preparation of the model.
        leads: Rows it was fitted on, with their outcome.
        margins: Out-of-fold margins of these rows, shape (n_leads,).
    """
    outcomes = leads[OUTCOME].to_numpy(dtype=np.float64)
    losses = kind_of(use_case).unpromised_losses(outcomes, margins)
    if not losses:
        return {}
    prepared: pd.DataFrame = preparation.transform(leads[list(source_columns(use_case))])
    features = prepared.assign(**{_SAID: margins})
    kinds = FeaturesConfig(
        numeric=(*use_case.features.numeric, _SAID),
        categorical=use_case.features.categorical,
        high_cardinality=use_case.features.high_cardinality,
    )
    return {
        name: fit_candidate(
            _SETTINGS, features, loss, kinds, use_case.training.seed, task="regression"
        )
        for name, loss in losses.items()
    }


def with_promises(model: ScoringModel, leads: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores with a column of each loss that the model's models of losses promise.

    Args:
        model: The model.
        leads: Leads with the model's source columns, shape (n_leads, n_columns).
        scores: Their scores, same index.

    Returns:
        Columns ``promised_<loss>``, never negative, beside the scores; the scores themselves
        where there is no model of losses.
    """
    if not model.losses:
        return scores
    if leads.empty:
        return scores.assign(**{PROMISED + name: 0.0 for name in sorted(model.losses)})
    features = model.prepare(leads)
    features = features.assign(**{_SAID: model.estimator.margins(features)})
    return scores.assign(
        **{
            PROMISED + name: np.maximum(one.margins(features), 0.0)
            for name, one in sorted(model.losses.items())
        }
    )
