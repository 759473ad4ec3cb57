"""Tries hyperparameters on the folds of the fit rows, and puts the best ones into a use case."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.search_space import Dimension
from lead_scoring.config.search_space import searched
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.candidates.families import Settings
from lead_scoring.core.candidates.families import configured
from lead_scoring.core.fitting import Fold
from lead_scoring.core.fitting import fold_margins
from lead_scoring.core.fitting import prepared_folds
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.trials import Judged
from lead_scoring.core.trials import Proposal

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PreparedFolds:
    """The fit rows, prepared once for all trials: no hyperparameter plays a part in that.

    Attributes:
        leads: ``lead_id`` and ``outcome`` of the fit rows.
        folds: Their folds; each row is outside of one.
    """

    use_case: UseCase
    leads: pd.DataFrame
    folds: tuple[Fold, ...]

    @classmethod
    def of(cls, use_case: UseCase, split: Split) -> Self:
        """Prepare the fit rows of a split, which holds them about as often as there are folds."""
        leads = split.fit[[LEAD_ID, OUTCOME]]
        return cls(use_case, leads, tuple(prepared_folds(use_case, split)))

    def judge(self, proposal: Proposal, is_hopeless: Callable[[Sequence[float]], bool]) -> Judged:
        """Fit beside each fold and judge on all folds so far.

        Args:
            proposal: Hyperparameters to try.
            is_hopeless: Asked after each fold but the last, with the course so far; where it says
                yes, the rest is not fitted.
        """
        kind = kind_of(self.use_case)
        settings = settings_of(self.use_case, proposal)
        outcomes = self.leads[OUTCOME].to_numpy(dtype=np.float64)
        seen = np.zeros(len(outcomes), dtype=bool)
        margins = np.empty(0)
        course: list[float] = []
        for number, fold in enumerate(self.folds, start=1):
            found = fold_margins(self.use_case, settings, fold)
            if number == 1:
                margins = np.full((len(outcomes), *found.shape[1:]), np.nan)
            margins[fold.outside] = found
            seen[fold.outside] = True
            if kind.cannot_judge(outcomes[seen]):
                continue
            course.append(kind.quality(outcomes[seen], margins[seen]))
            if number < len(self.folds) and is_hopeless(course):
                return Judged(tuple(course))
        return Judged(tuple(course), course[-1], self._figures(margins))

    def _figures(self, margins: FloatArray) -> Mapping[str, float]:
        """Return the metrics of margins as if they were calibrated on these very rows."""
        kind = kind_of(self.use_case)
        outcomes = self.leads[OUTCOME].to_numpy(dtype=np.float64)
        scores = kind.scores(kind.calibrate(outcomes, margins), margins)
        figures = kind.evaluate(
            outcomes,
            scores.assign(**{LEAD_ID: self.leads[LEAD_ID].to_numpy()}),
            self.use_case.training,
        )
        names = metrics_of(self.use_case.task)
        return {name: figures[name] for name in names if np.isfinite(figures.get(name, np.nan))}


def search_spaces(use_case: UseCase) -> Mapping[str, Mapping[str, Dimension]]:
    """Return what is searched, by family and hyperparameter; empty if nothing is."""
    tuning = use_case.training.tuning
    if tuning is None:
        return {}
    return {
        family: searched(
            family, settings.model_dump(), tuning.ranges.get(family, {}), use_case.task
        )
        for family, settings in _families(use_case)
        if tuning.families is None or family in tuning.families
    }


def configured_proposals(use_case: UseCase) -> tuple[Proposal, ...]:
    """Return what is configured of each family that is searched, the simplest family first."""
    families = dict(_families(use_case))
    return tuple(
        Proposal(family, {name: getattr(families[family], name) for name in space})
        for family, space in search_spaces(use_case).items()
    )


def settings_of(use_case: UseCase, proposal: Proposal) -> Settings:
    """Return the hyperparameters of a family with the proposed ones in their place."""
    settings = dict(_families(use_case))[proposal.family]
    return type(settings).model_validate({**settings.model_dump(), **proposal.settings})


def with_proposals(use_case: UseCase, proposals: Sequence[Proposal]) -> UseCase:
    """Return a use case whose candidates have the proposed hyperparameters."""
    found = {one.family: settings_of(use_case, one) for one in proposals}
    training = use_case.training
    candidates = training.candidates.model_copy(update=found)
    return use_case.model_copy(
        update={"training": training.model_copy(update={"candidates": candidates})}
    )


def _families(use_case: UseCase) -> Iterator[tuple[str, Settings]]:
    return configured(use_case.training.candidates, use_case.task)
