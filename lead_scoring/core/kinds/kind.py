"""What differs between the kinds of outcomes, as one protocol, and which kind a use case has."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.config.training import TrainingConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.kinds.binary import Binary
from lead_scoring.core.kinds.multiclass import Multiclass
from lead_scoring.core.kinds.regression import Regression
from lead_scoring.core.model import Calibration
from lead_scoring.core.performance import Chunk

FloatArray = npt.NDArray[np.float64]


class Kind(Protocol):
    """One kind of outcome: what is fitted, scored, measured and promised.

    Outcomes have shape (n_leads,). Margins are what an estimator gives: shape (n_leads,) for two
    classes and for numbers, (n_leads, n_classes) for more classes. Scores are a frame with one
    row per lead: the columns of this kind, then ``score``, ``margin`` and ``grade``; where grades
    go by rank, which needs the whole batch, there is no ``grade``.
    """

    @property
    def quality_name(self) -> str:
        """Name of what `quality` gives."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Columns of `scores` in order, each ``number`` or ``text``."""

    def too_few(self, outcomes: FloatArray, training: TrainingConfig, purpose: str) -> str:
        """Return what rows lack for a purpose, such as "to fit on", in words; empty if nothing."""

    def cannot_fit(self, outcomes: FloatArray) -> str:
        """Return why nothing can be fitted on rows, such as "all have the same outcome"."""

    def cannot_judge(self, outcomes: FloatArray) -> str:
        """Return why nothing can be judged on rows; empty if it can."""

    def quality(self, outcomes: FloatArray, margins: FloatArray) -> float:
        """Return how good out-of-fold margins are: greater is better; it picks the family."""

    @property
    def skill_name(self) -> str:
        """Name of the metric that `skill` gives."""

    def skill(self, outcomes: FloatArray, margins: FloatArray) -> float:
        """Return how well margins tell outcomes apart: 1 is best, chance is 0.5 or less."""

    def sides(self, outcomes: FloatArray) -> Mapping[str, FloatArray]:
        """Return outcomes as one or more questions with the answers 1.0 and 0.0.

        The key says in words, after a figure, which question it is; it is empty where there is
        only one.
        """

    def calibrate(self, outcomes: FloatArray, margins: FloatArray) -> Calibration:
        """Fit what turns margins into scores, on margins of rows the model was not fitted on."""

    def read_calibration(self, values: Mapping[str, object]) -> Calibration:
        """Return the calibration whose ``to_dict`` gave these values.

        Raises:
            KeyError: A value is missing.
            ValueError: A value cannot be.
        """

    def scores(self, calibration: Calibration, margins: FloatArray) -> pd.DataFrame:
        """Return the scores of margins, with a plain index; there may be no rows."""

    def speaks_for(self, explained: Contributions) -> Contributions:
        """Return contributions to what an estimator says as those to the ``margin`` of scores."""

    def baseline(self, outcomes: FloatArray, rows: int) -> pd.DataFrame:
        """Return the scores of so many leads of whom nothing is known but others' outcomes."""

    def evaluate(
        self, outcomes: FloatArray, scores: pd.DataFrame, training: TrainingConfig
    ) -> Mapping[str, float]:
        """Return every figure by name; one that cannot be computed is NaN.

        Args:
            outcomes: Outcomes of the leads.
            scores: Their scores, and ``lead_id``.
            training: Says the threshold.
        """

    def unpromised_losses(
        self, outcomes: FloatArray, margins: FloatArray
    ) -> Mapping[str, FloatArray]:
        """Return the loss of each row by name, where scores do not say what to expect of it.

        A model of these losses is fitted and kept. Empty where probabilities promise the loss.
        """

    def few_outcomes(self, outcomes: FloatArray, least: int) -> str:
        """Return what outcomes of new leads lack to judge by, in words; empty if nothing."""

    def measure(self, outcomes: FloatArray, scores: pd.DataFrame) -> Chunk:
        """Return how rows turned out beside what was promised for them; at least two rows.

        What a model of losses promises stands in ``scores`` too; see `with_promises`.
        """

    def promise(self, scores: pd.DataFrame) -> Mapping[str, float]:
        """Return the metrics that were promised for rows, by name; at least one row."""


def kind_of(use_case: UseCase) -> Kind:
    """Return the kind of outcome a use case has."""
    return kind_by(use_case.scoring)


def kind_by(rules: ScoringRules) -> Kind:
    """Return the kind of outcome that scoring rules are for."""
    match rules.task:
        case "binary":
            return Binary(rules)
        case "multiclass":
            return Multiclass(rules)
        case "regression":
            return Regression(rules)
