"""One use case: everything ``configs/<use_case>.yaml`` may say."""

from typing import Annotated
from typing import Any
from typing import Literal
from typing import Self

from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Duration
from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model
from lead_scoring.config.base import Name
from lead_scoring.config.base import PositiveInt
from lead_scoring.config.contract import ContractConfig
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.preparation import Step

STANDARD_COLUMNS = ("row_number", "lead_id", "created_at", "outcome", "known_at")
"""Columns every snapshot has; a source column of the same name must hold the same thing."""


class FileSource(Model):
    """A CSV or Parquet file, or a folder of Parquet files.

    Attributes:
        location: Path below the data folder of the platform, an absolute path or an fsspec URL.
        delimiter: CSV only.
        encoding: CSV only; the file is refused where it is not in this encoding.
        window: ``whole`` reads everything; ``interval`` keeps rows whose event time is in the
            run's window ``[from, to)``.
    """

    kind: Literal["csv", "parquet"]
    location: Annotated[str, Field(min_length=1)]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "latin-1", "cp1252", "utf-16"] = "utf-8"
    window: Literal["whole", "interval"] = "whole"


class SqlSource(Model):
    """A SQL query; ``:window_from`` and ``:window_to`` are bound to the run's window.

    Attributes:
        connection: Name of a connection; its URL comes from ``LEAD_SCORING_CONNECTION_<NAME>``.
        query: A single SELECT. Values are bound, never formatted into the text.
        parameters: Further bound values.
        window: ``interval`` binds the run's window; ``whole`` binds nothing.
    """

    kind: Literal["sql"]
    connection: Name
    query: Annotated[str, Field(min_length=1)]
    parameters: dict[Name, str | int | float | bool | None] = Field(default_factory=dict)
    window: Literal["whole", "interval"] = "whole"


Source = Annotated[FileSource | SqlSource, Field(discriminator="kind")]


class LeadConfig(Model):
    """What makes a row a lead.

    Attributes:
        id_column: Column that identifies a lead. Absent: the id is derived from the row's content
            without ignored columns and outcome.
        created_column: Timestamp column with the event time; absent where the source has none.
    """

    id_column: ColumnName | None = None
    created_column: ColumnName | None = None


class OutcomeConfig(Model):
    """Where the outcome stands and when it is known.

    Attributes:
        column: Column with the outcome; empty while it is not known.
        positive: Value that counts as a conversion.
        maturity: Time from the event until the outcome is final.
    """

    column: ColumnName
    positive: str | int | float | bool = 1
    maturity: Duration


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
        calibration_folds: Folds that make the out-of-fold margins.
        max_training_rows: More mature rows than this are sampled down, deterministically.
        min_positives: Fewer positives than this refuse the training.
        min_negatives: Fewer negatives than this refuse the training.
    """

    seed: int = 20
    test_share: Annotated[float, Field(gt=0, lt=0.9)] = 0.15
    calibration_folds: Annotated[int, Field(ge=2, le=20)] = 5
    max_training_rows: PositiveInt = 1_000_000
    min_positives: PositiveInt = 50
    min_negatives: PositiveInt = 50
    candidates: CandidatesConfig = CandidatesConfig(
        logistic_regression=LogisticRegressionConfig(), lightgbm=LightGBMConfig()
    )
    gate: GateConfig = GateConfig()


class DriftConfig(Model):
    """When new rows differ enough from the champion's reference to train again.

    Attributes:
        max_drifted_share: A larger share of drifted columns asks for a training.
        min_rows: Fewer new rows than this are not enough to tell.
        min_values: A column with fewer values than this, on either side, is judged by its share
            of missing values alone.
        sample_rows: Rows compared at most, on either side.
    """

    max_drifted_share: Fraction = 0.5
    min_rows: PositiveInt = 500
    min_values: PositiveInt = 200
    sample_rows: PositiveInt = 10_000


class GradesConfig(Model):
    """Fixed cut-offs: a lead gets the first grade whose least probability it reaches; else D."""

    A: Fraction = 0.75
    B: Fraction = 0.50
    C: Fraction = 0.25

    @model_validator(mode="after")
    def _cut_offs_fall(self) -> Self:
        if not self.A > self.B > self.C:
            msg = f"cut-offs must fall from A to C, got A={self.A}, B={self.B}, C={self.C}"
            raise ValueError(msg)
        return self


class HoldConfig(Model):
    """When a batch looks so unlike the champion's training that it waits for a release.

    Attributes:
        max_unseen_share: Largest share of rows with a level never seen in training, per column;
            columns read by ``map_levels`` are left out, as a mapping has a default.
        max_out_of_range_share: Largest share outside the training range, per numeric column.
        max_missing_shift: Largest change of the missing share, per column.
        max_grade_shift: Largest total variation distance between the grade shares of the batch
            and of the champion's reference, in [0, 1].
        min_rows: Smaller batches are not held for their shares.
    """

    max_unseen_share: Fraction = 0.05
    max_out_of_range_share: Fraction = 0.05
    max_missing_shift: Fraction = 0.20
    max_grade_shift: Fraction = 0.35
    min_rows: PositiveInt = 100


class InferenceConfig(Model):
    """How leads are scored.

    Attributes:
        chunk_rows: Rows in memory at a time.
    """

    chunk_rows: PositiveInt = 50_000
    grades: GradesConfig = GradesConfig()
    hold: HoldConfig = HoldConfig()


class UseCase(Model):
    """One scoring problem.

    Attributes:
        use_case: Its name; also the file's.
        sample: Name of the generator that makes its sample data, if there is one.
        schedule: Cron expression of the data pipeline, UTC.
        definitions: Free space for YAML anchors; never read.
    """

    use_case: Name
    title: Annotated[str, Field(min_length=1)]
    description: Annotated[str, Field(min_length=1)]
    owner: Annotated[str, Field(min_length=1)] = "lead-scoring"
    task: Literal["binary"] = "binary"
    schedule: Annotated[str, Field(pattern=r"^\S+( \S+){4}$")] = "0 5 * * *"
    sample: Name | None = None
    source: Source
    lead: LeadConfig = LeadConfig()
    outcome: OutcomeConfig
    contract: ContractConfig
    preparation: tuple[Step, ...] = ()
    features: FeaturesConfig
    training: TrainingConfig = TrainingConfig()
    drift: DriftConfig = DriftConfig()
    inference: InferenceConfig = InferenceConfig()
    definitions: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _columns_exist(self) -> Self:
        columns = self.contract.columns
        roles = {
            "outcome.column": self.outcome.column,
            "lead.id_column": self.lead.id_column,
            "lead.created_column": self.lead.created_column,
        }
        for key, column in roles.items():
            if column is not None and column not in columns:
                msg = f"{key}: {column!r} is not in contract.columns"
                raise ValueError(msg)
        created = self.lead.created_column
        if created is not None and columns[created].type != "timestamp":
            msg = f"lead.created_column: {created!r} is a {columns[created].type}, not a timestamp"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _standard_names_are_kept(self) -> Self:
        own = {
            self.lead.id_column: "lead_id",
            self.lead.created_column: "created_at",
            self.outcome.column: "outcome",
        }
        for column in self.contract.columns:
            if column in STANDARD_COLUMNS and own.get(column) != column:
                msg = f"contract.columns: the name {column!r} is taken by the platform"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _features_come_from_somewhere(self) -> Self:
        available = prepared_columns(self)
        missing = [name for name in self.features.names if name not in available]
        if missing:
            msg = f"features: {missing} is neither a column of the contract nor made by a step"
            raise ValueError(msg)
        if self.outcome.column in self.features.names:
            msg = f"features: {self.outcome.column!r} is the outcome"
            raise ValueError(msg)
        if not self.features.names:
            msg = "features: name at least one numeric or categorical feature"
            raise ValueError(msg)
        return self


def prepared_columns(use_case: UseCase) -> frozenset[str]:
    """Return the columns that exist after all preparation steps.

    Raises:
        ValueError: A step reads a column that is not there.
    """
    available = set(use_case.contract.columns) - {use_case.outcome.column}
    for number, step in enumerate(use_case.preparation, start=1):
        reads, drops, makes = _columns_of(step)
        unknown = sorted(reads - available)
        if unknown:
            msg = f"preparation step {number} ({step.step}) reads {unknown}, which is not there"
            raise ValueError(msg)
        available = (available - drops) | makes
    return frozenset(available)


def _columns_of(step: Step) -> tuple[set[str], set[str], set[str]]:
    """Return what a step reads, drops and makes."""
    match step.step:
        case "map_levels":
            return {step.column}, {step.column}, {step.output}
        case "sum_columns":
            inputs = {column for group in step.outputs.values() for column in group}
            return inputs, inputs, set(step.outputs)
        case "date_parts":
            made = {f"{step.prefix}_{part}" for part in step.parts}
            return {step.column}, {step.column}, made
        case "fill_missing" | "rare_levels":
            return set(step.columns), set(), set()
