"""Ridge regression on scaled numbers and one column per level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge

from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import RidgeConfig
from lead_scoring.core.candidates.linear import largest_coefficients
from lead_scoring.core.candidates.linear import products
from lead_scoring.core.candidates.rows import explained_in_chunks
from lead_scoring.core.candidates.rows import margins_in_chunks
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.encoding import fit_encoded
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import linear_encoder

FloatArray = npt.NDArray[np.float64]

RIDGE: Final = "ridge"


@dataclass(frozen=True, slots=True)
class RidgeEstimator:
    """Ridge regression on scaled numbers and one column per level."""

    encoder: ColumnTransformer
    regression: Ridge
    family: str = RIDGE

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return predictions, shape (n_leads,)."""
        return margins_in_chunks(self.regression.predict, self.encoder, features)

    def explained(self, features: pd.DataFrame) -> tuple[FloatArray, Contributions]:
        """Return predictions, and coefficients times encoded values, summed by feature."""
        coefficients = np.atleast_2d(self.regression.coef_)
        explain = products(self.encoder, coefficients, np.atleast_1d(self.regression.intercept_))
        return explained_in_chunks(self.regression.predict, explain, self.encoder, features)

    def importance(self) -> Mapping[str, float]:
        """Return the largest absolute coefficient of each feature; numbers are scaled."""
        return largest_coefficients(self.encoder, np.atleast_2d(self.regression.coef_))


def fit_ridge(
    settings: RidgeConfig,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    weights: FloatArray | None = None,
) -> RidgeEstimator:
    """Fit a ridge regression in closed form; arguments as those of `fit_candidate`."""
    encoder = linear_encoder(kinds, level_means(outcomes, "regression", seed))
    matrix = fit_encoded(encoder, features, outcomes)
    regression = Ridge(alpha=settings.alpha, solver="cholesky")
    regression.fit(matrix, outcomes, sample_weight=weights)
    return RidgeEstimator(encoder, regression)
