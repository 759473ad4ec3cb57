"""Fits candidates, compares them on margins from outside their own fit, and picks one."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.calibration import Calibration
from lead_scoring.core.calibration import fit_calibration
from lead_scoring.core.candidates.families import Settings
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.model import Estimator
from lead_scoring.core.preparation.building import build_preparation
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.split import folds

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family fitted on all fit rows and calibrated on margins of folds it was not fitted on.

    Attributes:
        out_of_fold_roc_auc: ROC AUC of those margins on the fit rows; it picks the family.
    """

    preparation: Pipeline
    estimator: Estimator
    calibration: Calibration
    out_of_fold_roc_auc: float


def fit(use_case: UseCase, settings: Settings, leads: pd.DataFrame) -> tuple[Pipeline, Estimator]:
    """Fit preparation and estimator of one family on leads with an outcome."""
    preparation = build_preparation(use_case)
    features = preparation.fit_transform(leads[list(source_columns(use_case))])
    outcomes = leads[OUTCOME].to_numpy(dtype=np.float64)
    seed = use_case.training.seed
    return preparation, fit_candidate(settings, features, outcomes, use_case.features, seed)


def fit_calibrated(use_case: UseCase, settings: Settings, split: Split) -> Candidate:
    """Fit one family on all fit rows, and once per fold for its calibration.

    Raises:
        ValueError: The rows left to fit on beside a fold all have the same outcome.
    """
    outcomes = split.fit[OUTCOME].to_numpy(dtype=np.float64)
    margins = out_of_fold_margins(use_case, settings, split)
    preparation, estimator = fit(use_case, settings, split.fit)
    return Candidate(
        preparation,
        estimator,
        fit_calibration(margins, outcomes),
        float(roc_auc_score(outcomes, margins)),
    )


def out_of_fold_margins(use_case: UseCase, settings: Settings, split: Split) -> FloatArray:
    """Return for each fit row the margin of a model that was not fitted on it.

    Raises:
        ValueError: The rows left to fit on beside a fold all have the same outcome.
    """
    columns = list(source_columns(use_case))
    margins = np.full(len(split.fit), np.nan)
    for inside, outside in folds(split, use_case.training.calibration_folds):
        leads = split.fit.iloc[inside]
        if leads[OUTCOME].nunique() < 2:  # noqa: PLR2004 two classes
            msg = f"all {len(leads)} rows beside one fold have the same outcome"
            raise ValueError(msg)
        preparation, estimator = fit(use_case, settings, leads)
        features = preparation.transform(split.fit.iloc[outside][columns])
        margins[outside] = estimator.margins(features)
    return margins


def pick(candidates: Mapping[str, Candidate], order: Sequence[str]) -> str:
    """Return the family with the best out-of-fold ROC AUC; of equals the first in ``order``."""
    return max(order, key=lambda family: candidates[family].out_of_fold_roc_auc)
