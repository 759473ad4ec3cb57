"""A fitted model: from source columns to margins and their calibration, in one code path."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from lead_scoring.core.contributions import Contributions
from lead_scoring.core.profile import Profile
from lead_scoring.core.reference import Reference

FloatArray = npt.NDArray[np.float64]


class Estimator(Protocol):
    """A fitted candidate of one family, its encoder included."""

    @property
    def family(self) -> str:
        """Name of the family, such as ``lightgbm``."""

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return log-odds, shape (n_leads,); predictions where the outcome is a number.

        Of several classes, what a softmax turns into probabilities, shape (n_leads, n_classes).
        """

    def explained(self, features: pd.DataFrame) -> tuple[FloatArray, Contributions]:
        """Return the same margins as `margins`, and what each feature adds to them.

        Of several classes, to how far the first is ahead of the next; see `explained_margins`.
        """

    def importance(self) -> Mapping[str, float]:
        """Return how much each feature matters, never negative; the family's own unit."""


class Calibration(Protocol):
    """What turns margins into scores; fitted on margins of rows the model was not fitted on."""

    def to_dict(self) -> Mapping[str, object]:
        """Return plain values for JSON; floats survive the way there and back exactly."""


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """Everything a score depends on.

    Attributes:
        preparation: Fitted pipeline from source columns to features.
        estimator: Fitted candidate that gives margins.
        calibration: Turns margins into scores.
        profile: What the fitting rows and the test window looked like.
        reference: The rows it was judged on, in counts, for drift checks; ``None`` in a model
            of an earlier version, which had none.
        losses: Models of the losses its scores do not promise themselves, by name.
    """

    preparation: Pipeline
    estimator: Estimator
    calibration: Calibration
    profile: Profile
    reference: Reference | None = None
    losses: Mapping[str, Estimator] = field(default_factory=dict)

    @property
    def source_columns(self) -> tuple[str, ...]:
        """Columns of a snapshot the model reads, in the order it expects."""
        return tuple(str(name) for name in self.preparation.feature_names_in_)

    def prepare(self, leads: pd.DataFrame) -> pd.DataFrame:
        """Return the features of leads, with the same index.

        Args:
            leads: Frame with at least the `source_columns`; it may have no rows.

        Raises:
            ValueError: A column is not there.
        """
        missing = [column for column in self.source_columns if column not in leads.columns]
        if missing:
            msg = f"the leads lack columns the model reads: {missing[:10]}"
            raise ValueError(msg)
        features: pd.DataFrame = self.preparation.transform(leads[list(self.source_columns)])
        return features

    def margins(self, leads: pd.DataFrame) -> FloatArray:
        """Return what the estimator says, one row per lead; see `Estimator.margins`."""
        if leads.empty:
            return np.empty(0)
        return self.estimator.margins(self.prepare(leads))
