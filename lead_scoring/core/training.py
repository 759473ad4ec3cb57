"""From mature leads to a calibrated model and the figures it is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.training import TrainingConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.candidates.families import configured
from lead_scoring.core.fitting import Candidate
from lead_scoring.core.fitting import fit_calibrated
from lead_scoring.core.fitting import pick
from lead_scoring.core.metrics import evaluate
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.performance import chunk_performance
from lead_scoring.core.preparation.building import mapped_columns
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.profile import Profile
from lead_scoring.core.profile import fit_profile
from lead_scoring.core.reference import Reference
from lead_scoring.core.reference import fit_reference
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.scoring import score_leads
from lead_scoring.core.split import Split
from lead_scoring.core.split import folds

FloatArray = npt.NDArray[np.float64]

BASELINE: Final = "baseline"
_NUMBERS: Final = frozenset({"integer", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and how its recipe did on the test window.

    Attributes:
        model: The chosen family fitted on everything before the test window.
        metrics: Of the chosen family fitted only on what was known when the test window began,
            which is the lag of real use, and ``baseline_roc_auc``.
        comparisons: Of the baseline and every candidate, by ``<family>_<metric>``; with
            ``<family>_out_of_fold_roc_auc`` on the fit rows, which picked the family.
        tested: ``lead_id``, ``outcome``, ``probability`` and ``margin`` of the test rows.
    """

    model: ScoringModel
    metrics: Mapping[str, float]
    comparisons: Mapping[str, float]
    tested: pd.DataFrame


def shortage(split: Split, training: TrainingConfig) -> str:
    """Return what the rows lack to train and judge a model, in words; empty if nothing."""
    positives, negatives = _counts(split.fit)
    if positives < training.min_positives or negatives < training.min_negatives:
        return (
            f"{positives} positives and {negatives} negatives to fit on, at least"
            f" {training.min_positives} and {training.min_negatives} are needed"
        )
    if 0 in _counts(split.test):
        return f"the {len(split.test)} rows of the test window all have the same outcome"
    for inside, outside in folds(split, training.calibration_folds):
        if 0 in _counts(split.fit.iloc[inside]):
            return f"beside the {len(outside)} rows of one fold all have the same outcome"
    return ""


def train_model(use_case: UseCase, split: Split) -> Trained:
    """Fit all candidates, pick one on the fit rows, look at the test rows once, fit it again.

    The candidates are judged with the lag of real use: no outcome that became known after the
    test window had begun. The model that scores need not be that old, so the family that was
    picked is fitted again on every row before the test window.

    Args:
        use_case: Preparation, features and training settings.
        split: Rows without a `shortage`.
    """
    candidates = {
        family: fit_calibrated(use_case, settings, split)
        for family, settings in configured(use_case.training.candidates)
    }
    chosen = candidates[pick(candidates, list(candidates))]
    family = chosen.estimator.family
    closed = split.closed()
    settings = dict(configured(use_case.training.candidates))[family]
    served = chosen if closed is split else fit_calibrated(use_case, settings, closed)
    profile = _profile(use_case, closed.fit)
    scores = {
        family: score_leads(_model(one, profile), split.test, use_case.inference.grades)
        for family, one in candidates.items()
    }
    threshold = use_case.training.threshold
    figures = {family: _evaluate(split.test, one, threshold) for family, one in scores.items()}
    figures[BASELINE] = _baseline(split, threshold)
    tested = scores[family].assign(**{OUTCOME: split.test[OUTCOME]})
    promised = score_leads(_model(served, profile), split.test, use_case.inference.grades)
    model = _model(served, profile.with_scores(promised))
    return Trained(
        model=replace(model, reference=_reference(use_case, split.test, promised, tested)),
        metrics={**figures[family], "baseline_roc_auc": figures[BASELINE]["roc_auc"]},
        comparisons=_flat(figures)
        | {
            f"{name}_out_of_fold_roc_auc": one.out_of_fold_roc_auc
            for name, one in candidates.items()
        },
        tested=tested[[LEAD_ID, OUTCOME, PROBABILITY, MARGIN]],
    )


def _model(candidate: Candidate, profile: Profile) -> ScoringModel:
    return ScoringModel(candidate.preparation, candidate.estimator, candidate.calibration, profile)


def _profile(use_case: UseCase, leads: pd.DataFrame) -> Profile:
    return fit_profile(leads, *_columns(use_case), mapped_columns(use_case))


def _reference(
    use_case: UseCase, test: pd.DataFrame, promised: pd.DataFrame, tested: pd.DataFrame
) -> Reference:
    """Count the test rows, with what the served model promises and how the judged one did."""
    return fit_reference(
        test,
        *_columns(use_case),
        mapped_columns(use_case),
        probabilities=promised[PROBABILITY].to_numpy(dtype=np.float64),
        chunks=chunk_performance(
            tested[PROBABILITY].to_numpy(dtype=np.float64),
            tested[OUTCOME].to_numpy(dtype=np.float64),
        ),
    )


def _columns(use_case: UseCase) -> tuple[list[str], list[str]]:
    """Return the source columns of numbers and those of text; instants are neither."""
    kinds = {column: use_case.contract.columns[column].type for column in source_columns(use_case)}
    return (
        [column for column, kind in kinds.items() if kind in _NUMBERS],
        [column for column, kind in kinds.items() if kind == "string"],
    )


def _evaluate(test: pd.DataFrame, scores: pd.DataFrame, threshold: float) -> Mapping[str, float]:
    return evaluate(
        test[OUTCOME].to_numpy(dtype=np.float64),
        scores[PROBABILITY].to_numpy(dtype=np.float64),
        scores[MARGIN].to_numpy(dtype=np.float64),
        test[LEAD_ID].to_numpy(dtype=object),
        threshold,
    )


def _baseline(split: Split, threshold: float) -> Mapping[str, float]:
    """Return the metrics of promising every lead the base rate of the fit rows."""
    rate = float(split.fit[OUTCOME].mean())
    constant = pd.DataFrame(
        {PROBABILITY: rate, MARGIN: np.log(rate / (1 - rate))}, index=split.test.index
    )
    return _evaluate(split.test, constant, threshold)


def _counts(leads: pd.DataFrame) -> tuple[int, int]:
    positives = int((leads[OUTCOME] == 1.0).sum())
    return positives, len(leads) - positives


def _flat(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {
        f"{family}_{name}": value
        for family, metrics in figures.items()
        for name, value in metrics.items()
    }
