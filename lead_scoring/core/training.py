"""From mature leads to a calibrated model and the figures it is judged by."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.candidates.families import configured
from lead_scoring.core.explanation import EXPLAINED_ROWS
from lead_scoring.core.explanation import EXPLANATION_GAP
from lead_scoring.core.explanation import explanation_gap
from lead_scoring.core.fitting import Candidate
from lead_scoring.core.fitting import fit_calibrated
from lead_scoring.core.fitting import pick
from lead_scoring.core.kinds.kind import Kind
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.merit import BASELINE
from lead_scoring.core.merit import own_merit
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.performance import Chunk
from lead_scoring.core.performance import chunk_positions
from lead_scoring.core.preparation.building import mapped_columns
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.profile import Profile
from lead_scoring.core.profile import fit_profile
from lead_scoring.core.promises import fit_losses
from lead_scoring.core.promises import with_promises
from lead_scoring.core.reference import Reference
from lead_scoring.core.reference import fit_reference
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.schema import watched
from lead_scoring.core.scoring import score_leads
from lead_scoring.core.split import Split
from lead_scoring.core.split import folds

FloatArray = npt.NDArray[np.float64]

_NUMBERS: Final = frozenset({"integer", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and how its recipe did on the test window.

    Attributes:
        model: The chosen family fitted on everything before the test window.
        metrics: Of the chosen family fitted only on what was known when the test window began,
            which is the lag of real use; what `own_merit` adds; and the `explanation_gap` of
            the model.
        comparisons: Of the baseline and every candidate, by ``<family>_<metric>``; with
            ``<family>_out_of_fold_<quality>`` on the fit rows, which picked the family.
        tested: ``lead_id``, ``outcome`` and the columns of `Kind.scores` of the test rows.
        judged: The same without ``outcome`` of the baseline and every candidate, the chosen one
            among them, by family.
    """

    model: ScoringModel
    metrics: Mapping[str, float]
    comparisons: Mapping[str, float]
    tested: pd.DataFrame
    judged: Mapping[str, pd.DataFrame]


def shortage(split: Split, use_case: UseCase) -> str:
    """Return what the rows lack to train and judge a model, in words; empty if nothing."""
    kind, training = kind_of(use_case), use_case.training
    missing = kind.too_few(_outcomes(split.fit), training, "to fit on")
    if missing:
        return missing
    missing = kind.cannot_judge(_outcomes(split.test))
    if missing:
        return f"the {len(split.test)} rows of the test window {missing}"
    for inside, outside in folds(split, training.calibration_folds):
        missing = kind.cannot_fit(_outcomes(split.fit.iloc[inside]))
        if missing:
            return f"the rows beside the {len(outside)} of one fold {missing}"
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
    kind, rules = kind_of(use_case), use_case.scoring
    families = dict(configured(use_case.training.candidates, use_case.task))
    candidates = {
        family: fit_calibrated(use_case, settings, split) for family, settings in families.items()
    }
    chosen = candidates[pick(candidates, list(candidates))]
    family = chosen.estimator.family
    closed = split.closed()
    served = chosen if closed is split else fit_calibrated(use_case, families[family], closed)
    profile = _profile(use_case, closed.fit)
    scores = {
        name: score_leads(_model(one, profile), split.test, rules)
        for name, one in candidates.items()
    }
    scores[BASELINE] = _baseline(kind, split)
    figures = {name: _evaluate(use_case, split.test, one) for name, one in scores.items()}
    merit = own_merit(use_case, _outcomes(split.test), scores[family], scores[BASELINE])
    tested = scores[family].assign(**{OUTCOME: split.test[OUTCOME]})
    judged = _with_losses(use_case, _model(chosen, profile), split, chosen)
    model = _model(served, profile)
    model = judged if served is chosen else _with_losses(use_case, model, closed, served)
    promised = score_leads(model, split.test, rules)
    chunks = _chunks(kind, judged, split.test, tested)
    model = replace(model, profile=profile.with_scores(promised))
    explained = {EXPLANATION_GAP: explanation_gap(model, split.test.head(EXPLAINED_ROWS))}
    return Trained(
        model=replace(model, reference=_reference(use_case, split.test, promised, chunks)),
        metrics={**figures[family], **merit, **explained},
        comparisons=_flat(figures) | _out_of_fold(kind, split, candidates),
        tested=tested[[LEAD_ID, OUTCOME, *kind.columns]],
        judged={family: one[[LEAD_ID, *kind.columns]] for family, one in scores.items()},
    )


def _out_of_fold(
    kind: Kind, split: Split, candidates: Mapping[str, Candidate]
) -> dict[str, float]:
    """Return what picked the family, and how well margins tell outcomes apart."""
    outcomes = _outcomes(split.fit)
    skills = {
        f"{name}_out_of_fold_{kind.skill_name}": kind.skill(outcomes, one.margins)
        for name, one in candidates.items()
    }
    return skills | {
        f"{name}_out_of_fold_{kind.quality_name}": one.quality for name, one in candidates.items()
    }


def _model(candidate: Candidate, profile: Profile) -> ScoringModel:
    return ScoringModel(candidate.preparation, candidate.estimator, candidate.calibration, profile)


def _with_losses(
    use_case: UseCase, model: ScoringModel, split: Split, candidate: Candidate
) -> ScoringModel:
    losses = fit_losses(use_case, candidate.preparation, split.fit, candidate.margins)
    return replace(model, losses=losses)


def _chunks(
    kind: Kind, judged: ScoringModel, test: pd.DataFrame, tested: pd.DataFrame
) -> tuple[Chunk, ...]:
    """Measure how the judged model did on stretches of the test rows, beside its promises."""
    scores, outcomes = with_promises(judged, test, tested), _outcomes(test)
    return tuple(
        kind.measure(outcomes[part], scores.iloc[part]) for part in chunk_positions(len(test))
    )


def _profile(use_case: UseCase, leads: pd.DataFrame) -> Profile:
    return fit_profile(leads, *_columns(use_case), mapped_columns(use_case))


def _reference(
    use_case: UseCase, test: pd.DataFrame, promised: pd.DataFrame, chunks: Sequence[Chunk]
) -> Reference:
    """Count the test rows, with what the served model promises and how the judged one did."""
    watch = watched(promised.columns)
    return fit_reference(
        test,
        *_columns(use_case),
        mapped_columns(use_case),
        probabilities=promised[watch].to_numpy(dtype=np.float64),
        chunks=chunks,
        watched=watch,
        classes=promised.get(PREDICTED_CLASS),
    )


def _columns(use_case: UseCase) -> tuple[list[str], list[str]]:
    """Return the source columns of numbers and those of text; instants are neither."""
    kinds = {column: use_case.contract.columns[column].type for column in source_columns(use_case)}
    return (
        [column for column, kind in kinds.items() if kind in _NUMBERS],
        [column for column, kind in kinds.items() if kind == "string"],
    )


def _evaluate(use_case: UseCase, test: pd.DataFrame, scores: pd.DataFrame) -> Mapping[str, float]:
    return kind_of(use_case).evaluate(_outcomes(test), scores, use_case.training)


def _baseline(kind: Kind, split: Split) -> pd.DataFrame:
    """Return the scores of the test rows by the outcomes of the fit rows alone."""
    scores = kind.baseline(_outcomes(split.fit), len(split.test)).set_axis(split.test.index)
    return scores.assign(**{LEAD_ID: split.test[LEAD_ID]})


def _outcomes(leads: pd.DataFrame) -> FloatArray:
    return leads[OUTCOME].to_numpy(dtype=np.float64)


def _flat(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {
        f"{family}_{name}": value
        for family, metrics in figures.items()
        for name, value in metrics.items()
    }
