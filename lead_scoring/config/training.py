"""How a model is trained and judged."""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Annotated
from typing import Final
from typing import Literal
from typing import Self

from pydantic import AwareDatetime
from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.approval import ApprovalConfig
from lead_scoring.config.approval import ChurnConfig
from lead_scoring.config.base import Duration
from lead_scoring.config.base import Model
from lead_scoring.config.base import PositiveInt
from lead_scoring.config.gate import GateConfig
from lead_scoring.config.leakage import LeakageConfig
from lead_scoring.config.outcome import Task
from lead_scoring.config.search_space import Value
from lead_scoring.config.tuning import TuningConfig

MAX_FOREST_LEAVES: Final = 1_000_000
"""Leaves of all trees of a forest together; a million take about 150 MB."""

ClassWeight = Literal["balanced"] | None
"""``balanced``: both outcomes weigh the same in the fit, however rare one is. Probabilities are
still those of real rates, as calibration counts every row once."""


class LightGBMConfig(Model):
    """Hyperparameters of the LightGBM candidate, under LightGBM's own names.

    Attributes:
        steady_trees: Trees grown first, on all leads alike whatever their age; the
            ``n_estimators`` after them count leads by ``half_life`` and learn only what is other
            of late. Not LightGBM's own.
    """

    n_estimators: PositiveInt = 300
    steady_trees: Annotated[int, Field(ge=0, le=5000)] = 0
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    num_leaves: Annotated[int, Field(ge=2)] = 31
    min_child_samples: PositiveInt = 50
    colsample_bytree: Annotated[float, Field(gt=0, le=1)] = 0.8
    subsample: Annotated[float, Field(gt=0, le=1)] = 0.8
    reg_lambda: Annotated[float, Field(ge=0)] = 1.0
    class_weight: ClassWeight = None


class LogisticRegressionConfig(Model):
    """Hyperparameters of the logistic regression candidate, under scikit-learn's own names."""

    C: Annotated[float, Field(gt=0)] = 1.0
    max_iter: PositiveInt = 1000
    class_weight: ClassWeight = None


class RidgeConfig(Model):
    """Hyperparameters of ridge regression, under scikit-learn's own names."""

    alpha: Annotated[float, Field(gt=0)] = 1.0


class RandomForestConfig(Model):
    """Hyperparameters of the random forest candidate, under scikit-learn's own names.

    Attributes:
        max_features: Features tried at each split, as a share of all, or their root or logarithm.
        max_samples: Share of the rows each tree draws; ``None`` draws as many as there are.
    """

    n_estimators: Annotated[int, Field(gt=0, le=2000)] = 300
    criterion: Literal["gini", "entropy"] = "gini"
    max_depth: Annotated[int, Field(gt=0, le=64)] | None = None
    max_leaf_nodes: Annotated[int, Field(ge=2)] = 1000
    min_samples_leaf: PositiveInt = 10
    max_features: Literal["sqrt", "log2"] | Annotated[float, Field(gt=0, le=1)] = "sqrt"
    max_samples: Annotated[float, Field(gt=0, le=1)] | None = None
    class_weight: ClassWeight = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        leaves = self.n_estimators * self.max_leaf_nodes
        if leaves > MAX_FOREST_LEAVES:
            msg = (
                f"n_estimators {self.n_estimators} times max_leaf_nodes {self.max_leaf_nodes} is"
                f" {leaves} leaves; at most {MAX_FOREST_LEAVES} are allowed, lower either"
            )
            raise ValueError(msg)
        return self


class HistGradientBoostingConfig(Model):
    """Hyperparameters of histogram gradient boosting, under scikit-learn's own names.

    Attributes:
        max_features: Share of the features tried at each split.
    """

    max_iter: Annotated[int, Field(gt=0, le=5000)] = 200
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    max_leaf_nodes: Annotated[int, Field(ge=2, le=1024)] = 31
    max_depth: Annotated[int, Field(gt=0, le=64)] | None = None
    min_samples_leaf: PositiveInt = 50
    l2_regularization: Annotated[float, Field(ge=0)] = 1.0
    max_features: Annotated[float, Field(gt=0, le=1)] = 0.8
    max_bins: Annotated[int, Field(ge=2, le=255)] = 255
    class_weight: ClassWeight = None


class CandidatesConfig(Model):
    """Model families that compete; a family left out does not.

    ``logistic_regression`` predicts classes and ``ridge`` numbers; the others do either.
    """

    logistic_regression: LogisticRegressionConfig | None = None
    ridge: RidgeConfig | None = None
    random_forest: RandomForestConfig | None = None
    hist_gradient_boosting: HistGradientBoostingConfig | None = None
    lightgbm: LightGBMConfig | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> Self:
        families = type(self).model_fields
        if all(getattr(self, family) is None for family in families):
            msg = f"name at least one candidate: {', '.join(families)}"
            raise ValueError(msg)
        return self

    def competing(self, task: Task) -> Mapping[str, Mapping[str, Value]]:
        """Return the hyperparameters of the families that compete and fit the task."""
        return {
            family: settings.model_dump()
            for family, settings in self
            if settings is not None and family != _unfit_family(task)
        }

    def misfits(self, task: Task) -> Iterator[str]:
        """Iterate over what does not fit the task, in words."""
        wrong = _unfit_family(task)
        right = "ridge" if task == "regression" else "logistic_regression"
        if getattr(self, wrong) is not None:
            yield f"training.candidates.{wrong} does not fit task: {task}; name {right} instead"
        for family, settings in self:
            for key, neutral in (("class_weight", None), ("criterion", "gini")):
                if task == "regression" and getattr(settings, key, neutral) != neutral:
                    yield (
                        f"training.candidates.{family}.{key} is for classes, this is"
                        " task: regression; drop it"
                    )


def _unfit_family(task: Task) -> str:
    return "logistic_regression" if task == "regression" else "ridge"


GATE_METRICS: Final[dict[Task, tuple[str, ...]]] = {
    "binary": ("roc_auc", "pr_auc", "brier", "log_loss"),
    "regression": ("rmse", "mse", "mae", "r2"),
    "multiclass": ("log_loss", "macro_f1", "accuracy"),
}
"""Metrics a gate may compare, by task; the first is the default."""


class TrainingConfig(Model):
    """How a model is trained and judged.

    Attributes:
        test_share: Share of the mature rows, newest by event time, that judge the model.
        max_test_rows: More rows than this do not judge it where there are event times: the test
            window is not fitted on, so every day of it makes the model a day older.
        calibration_folds: Folds that make the out-of-fold margins.
        since: Leads created before this instant are neither trained nor judged on, as where
            outcomes were not recorded yet.
        half_life: A lead this much older than the newest counts half in the fit, one twice as old
            a quarter; absent: all count the same. Calibration and figures count each lead once.
        max_training_rows: More mature rows than this are sampled down, deterministically.
        min_positives: Fewer positives than this refuse the training.
        min_negatives: Fewer negatives than this refuse the training.
        min_rows: Fewer rows than this refuse the training of a regression.
        min_per_class: Fewer rows of any class refuse the training of several classes.
        candidates: Families that compete; absent: the linear one that fits the task, and LightGBM.
        tuning: How hyperparameters are searched before the training; absent: they are not.
        interval_level: Share of outcomes that the interval of a predicted number is to hold.
        threshold: Least probability that counts as a predicted conversion in accuracy, precision,
            recall, F1 and the confusion matrix; no score depends on it.
    """

    seed: int = 20
    test_share: Annotated[float, Field(gt=0, lt=0.9)] = 0.15
    max_test_rows: Annotated[int, Field(ge=100)] = 10_000
    calibration_folds: Annotated[int, Field(ge=2, le=20)] = 5
    since: AwareDatetime | None = None
    half_life: Duration | None = None
    max_training_rows: PositiveInt = 1_000_000
    min_positives: PositiveInt = 50
    min_negatives: PositiveInt = 50
    min_rows: Annotated[int, Field(ge=20)] = 100
    min_per_class: Annotated[int, Field(ge=2)] = 2
    interval_level: Annotated[float, Field(ge=0.5, lt=1)] = 0.9
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    candidates: CandidatesConfig = CandidatesConfig(
        logistic_regression=LogisticRegressionConfig(),
        ridge=RidgeConfig(),
        lightgbm=LightGBMConfig(),
    )
    leakage: LeakageConfig = LeakageConfig()
    gate: GateConfig = GateConfig()
    tuning: TuningConfig | None = None
    churn: ChurnConfig = ChurnConfig()
    approval: ApprovalConfig = ApprovalConfig()

    def misfits(self, task: Task) -> Iterator[str]:
        """Iterate over what does not fit the task, in words."""
        if self.candidates != type(self)().candidates:
            yield from self.candidates.misfits(task)
        boosted = self.candidates.lightgbm
        if boosted is not None and boosted.steady_trees and self.half_life is None:
            yield (
                f"training.candidates.lightgbm.steady_trees: {boosted.steady_trees} asks for trees"
                " on leads of all ages alike, and without training.half_life all trees are; name"
                " a half_life, or more n_estimators instead"
            )
        known = GATE_METRICS[task]
        if self.gate.metric is not None and self.gate.metric not in known:
            yield (
                f"training.gate.metric: {self.gate.metric!r} is no metric of task: {task};"
                f" allowed are {', '.join(known)}"
            )
        if self.tuning is not None:
            yield from self.tuning.misfits(self.candidates.competing(task), task)
