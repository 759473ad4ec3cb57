"""Fits candidates, compares them on margins from outside their own fit, and picks one."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.candidates.families import Settings
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.model import Calibration
from lead_scoring.core.model import Estimator
from lead_scoring.core.preparation.building import build_preparation
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.recency import row_weights
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.split import folds

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family fitted on all fit rows and calibrated on margins of folds it was not fitted on.

    Attributes:
        margins: Those margins, one row per fit row.
        quality: How good they are by `Kind.quality`; the greatest picks the family.
    """

    preparation: Pipeline
    estimator: Estimator
    calibration: Calibration
    margins: FloatArray
    quality: float


@dataclass(frozen=True, slots=True)
class Fold:
    """Fit rows, prepared by a preparation that was fitted beside one fold of them.

    Attributes:
        beside: Features of the rows to fit on.
        outcomes: Outcomes of these rows.
        weights: How much each of these rows counts; all the same if absent.
        outside: Positions of the other rows.
        features: Features of the other rows.
    """

    beside: pd.DataFrame
    outcomes: FloatArray
    weights: FloatArray | None
    outside: IntArray
    features: pd.DataFrame


def fit(use_case: UseCase, settings: Settings, leads: pd.DataFrame) -> tuple[Pipeline, Estimator]:
    """Fit preparation and estimator of one family on leads with an outcome."""
    preparation = build_preparation(use_case)
    features = preparation.fit_transform(leads[list(source_columns(use_case))])
    outcomes = leads[OUTCOME].to_numpy(dtype=np.float64)
    seed = use_case.training.seed
    return preparation, fit_candidate(
        settings,
        features,
        outcomes,
        use_case.features,
        seed,
        task=use_case.task,
        weights=row_weights(leads, use_case.training.half_life),
    )


def fit_calibrated(use_case: UseCase, settings: Settings, split: Split) -> Candidate:
    """Fit one family on all fit rows, and once per fold for its calibration.

    Raises:
        ValueError: Nothing can be fitted on the rows beside a fold.
    """
    outcomes = split.fit[OUTCOME].to_numpy(dtype=np.float64)
    margins = out_of_fold_margins(use_case, settings, split)
    preparation, estimator = fit(use_case, settings, split.fit)
    kind = kind_of(use_case)
    return Candidate(
        preparation,
        estimator,
        kind.calibrate(outcomes, margins),
        margins,
        kind.quality(outcomes, margins),
    )


def out_of_fold_margins(use_case: UseCase, settings: Settings, split: Split) -> FloatArray:
    """Return for each fit row the margins of a model that was not fitted on it.

    Raises:
        ValueError: Nothing can be fitted on the rows beside a fold.
    """
    found = [
        (fold.outside, fold_margins(use_case, settings, fold))
        for fold in prepared_folds(use_case, split)
    ]
    margins = np.full((len(split.fit), *found[0][1].shape[1:]), np.nan)
    for outside, some in found:
        margins[outside] = some
    return margins


def prepared_folds(use_case: UseCase, split: Split) -> Iterator[Fold]:
    """Iterate over the folds of the fit rows; no hyperparameter plays a part in them.

    Raises:
        ValueError: Nothing can be fitted on the rows beside a fold.
    """
    columns = list(source_columns(use_case))
    kind = kind_of(use_case)
    for inside, outside in folds(split, use_case.training.calibration_folds):
        leads = split.fit.iloc[inside]
        outcomes = leads[OUTCOME].to_numpy(dtype=np.float64)
        missing = kind.cannot_fit(outcomes)
        if missing:
            msg = f"the {len(leads)} rows beside one fold {missing}"
            raise ValueError(msg)
        preparation = build_preparation(use_case)
        beside = preparation.fit_transform(leads[columns])
        features = preparation.transform(split.fit.iloc[outside][columns])
        weights = row_weights(leads, use_case.training.half_life)
        yield Fold(beside, outcomes, weights, outside, features)


def fold_margins(use_case: UseCase, settings: Settings, fold: Fold) -> FloatArray:
    """Return the margins of the rows outside of the model fitted on the rows beside."""
    estimator = fit_candidate(
        settings,
        fold.beside,
        fold.outcomes,
        use_case.features,
        use_case.training.seed,
        task=use_case.task,
        weights=fold.weights,
    )
    return estimator.margins(fold.features)


def pick(candidates: Mapping[str, Candidate], order: Sequence[str]) -> str:
    """Return the family with the best out-of-fold quality; of equals the first in ``order``."""
    return max(order, key=lambda family: candidates[family].quality)
