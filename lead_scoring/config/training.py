"""How a model is trained and judged."""

from typing import Annotated
from typing import Self

from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model
from lead_scoring.config.base import PositiveInt
from lead_scoring.config.leakage import LeakageConfig


class LightGBMConfig(Model):
    """Hyperparameters of the LightGBM candidate, under LightGBM's own names."""

    n_estimators: PositiveInt = 300
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    num_leaves: Annotated[int, Field(ge=2)] = 31
    min_child_samples: PositiveInt = 50
    colsample_bytree: Annotated[float, Field(gt=0, le=1)] = 0.8
    subsample: Annotated[float, Field(gt=0, le=1)] = 0.8
    reg_lambda: Annotated[float, Field(ge=0)] = 1.0


class LogisticRegressionConfig(Model):
    """Hyperparameters of the logistic regression candidate, under scikit-learn's own names."""

    C: Annotated[float, Field(gt=0)] = 1.0
    max_iter: PositiveInt = 1000


class CandidatesConfig(Model):
    """Model families that compete; a family left out does not."""

    logistic_regression: LogisticRegressionConfig | None = None
    lightgbm: LightGBMConfig | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        if self.logistic_regression is None and self.lightgbm is None:
            msg = "name at least one candidate: logistic_regression, lightgbm"
            raise ValueError(msg)
        return self


class GateConfig(Model):
    """Limits a challenger must meet to become champion.

    Attributes:
        min_gain_over_baseline: Least gain in ROC AUC over the base rate's 0.5.
        min_gain_over_champion: Least gain in ROC AUC over the champion on the same rows.
        max_calibration_error: Largest expected calibration error.
    """

    min_gain_over_baseline: Fraction = 0.02
    min_gain_over_champion: Fraction = 0.0
    max_calibration_error: Fraction = 0.1


class TrainingConfig(Model):
    """How a model is trained and judged.

    Attributes:
        test_share: Share of the mature rows, newest by event time, that judge the model.
        max_test_rows: More rows than this do not judge it where there are event times: the test
            window is not fitted on, so every day of it makes the model a day older.
        calibration_folds: Folds that make the out-of-fold margins.
        max_training_rows: More mature rows than this are sampled down, deterministically.
        min_positives: Fewer positives than this refuse the training.
        min_negatives: Fewer negatives than this refuse the training.
    """

    seed: int = 20
    test_share: Annotated[float, Field(gt=0, lt=0.9)] = 0.15
    max_test_rows: Annotated[int, Field(ge=100)] = 10_000
    calibration_folds: Annotated[int, Field(ge=2, le=20)] = 5
    max_training_rows: PositiveInt = 1_000_000
    min_positives: PositiveInt = 50
    min_negatives: PositiveInt = 50
    candidates: CandidatesConfig = CandidatesConfig(
        logistic_regression=LogisticRegressionConfig(), lightgbm=LightGBMConfig()
    )
    leakage: LeakageConfig = LeakageConfig()
    gate: GateConfig = GateConfig()
