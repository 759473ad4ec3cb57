"""One use case: everything ``configs/<use_case>.yaml`` may say."""

from collections.abc import Iterator
from typing import Annotated
from typing import Any
from typing import Self

from pydantic import AwareDatetime
from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.alerts import AlertsConfig
from lead_scoring.config.base import Model
from lead_scoring.config.base import Name
from lead_scoring.config.contract import ContractConfig
from lead_scoring.config.cron import Cron
from lead_scoring.config.drift import DriftConfig
from lead_scoring.config.export import ExportConfig
from lead_scoring.config.inference import InferenceConfig
from lead_scoring.config.joins import JoinedSource
from lead_scoring.config.lead import WITH_OUTCOME
from lead_scoring.config.lead import LeadConfig
from lead_scoring.config.outcome import OutcomeConfig
from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.preparation import Step
from lead_scoring.config.preparation import columns_of
from lead_scoring.config.scoring import ScoringRules
from lead_scoring.config.source import Source
from lead_scoring.config.spelling import did_you_mean
from lead_scoring.config.summary import SummaryConfig
from lead_scoring.config.training import TrainingConfig

STANDARD_COLUMNS = ("row_number", "lead_id", "created_at", "outcome", "known_at")
"""Columns every snapshot has; a source column of the same name must hold the same thing."""


class UseCase(Model):
    """One scoring problem.

    Attributes:
        use_case: Its name; also the file's.
        title: Its name for people.
        description: What its scores are for, in a sentence.
        owner: Who answers for it.
        task: What is predicted: whether a lead converts, a number, or one of several classes.
        preparation: Steps that make features of columns, in order.
        sample: Name of the generator that makes its sample data, if there is one.
        schedule: Cron expression of the data pipeline, UTC.
        as_of: Instant runs compute for unless they are given one or the platform fixes one; for
            sources that are history, of which nothing is open today.
        definitions: Free space for YAML anchors; never read.
    """

    use_case: Name
    title: Annotated[str, Field(min_length=1)]
    description: Annotated[str, Field(min_length=1)]
    owner: Annotated[str, Field(min_length=1)] = "lead-scoring"
    task: Task = "binary"
    schedule: Cron = "0 5 * * *"
    as_of: AwareDatetime | None = None
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
    alerts: AlertsConfig = AlertsConfig()
    export: ExportConfig | None = None
    summary: SummaryConfig | None = None
    definitions: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _words_are_of_columns(self) -> Self:
        made = {name for step in self.preparation for name in columns_of(step)[2]}
        features = self.features.at(self.features.later).names
        for misfit in self.inference.reasons.misfits({*self.contract.columns, *made, *features}):
            raise ValueError(misfit)
        return self

    @model_validator(mode="after")
    def _is_of_its_moment(self) -> Self:
        """Leave out steps and features of moments that come after the chosen one."""
        named = {step.since for step in self.preparation} | {*self.features.later}
        for moment in sorted(filter(None, named - {*self.lead.moments})):
            msg = (
                f"lead.moments: a step or a feature is from {moment!r} on, which is none of them;"
                f" they are {', '.join(self.lead.moments) or 'none'}"
            )
            raise ValueError(msg)
        come = self.lead.come
        steps = tuple(step for step in self.preparation if step.since in {None, *come})
        return self.model_copy(update={"preparation": steps, "features": self.features.at(come)})

    @model_validator(mode="after")
    def _columns_exist(self) -> Self:
        columns = self.contract.columns
        roles = {
            "outcome.column": self.outcome.column,
            "lead.id_column": self.lead.id_column,
            "lead.created_column": self.lead.created_column,
            "outcome.known_column": self.outcome.known_column,
        }
        columns_of_moments = self.lead.created_columns.items()
        roles |= {f"lead.created_columns.{name}": one for name, one in columns_of_moments}
        for key, column in roles.items():
            if column is not None and column not in columns:
                meant = did_you_mean(column, columns)
                msg = f"{key}: {column!r} is not in contract.columns{meant}"
                raise ValueError(msg)
            timed = key not in {"outcome.column", "lead.id_column"}
            if timed and column is not None and columns[column].type != "timestamp":
                msg = f"{key}: {column!r} is a {columns[column].type}, not a timestamp"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _moments_are_known(self) -> Self:
        for name, column in self.contract.columns.items():
            if column.known not in self.lead.known:
                msg = (
                    f"contract.columns.{name}.known: got {column.known!r}; allowed:"
                    f" {', '.join(self.lead.known)} (lead.moments adds to them)"
                )
                raise ValueError(msg)
        timed = {
            "training.since": self.training.since,
            "training.half_life": self.training.half_life,
            "outcome.window": self.outcome.window,
        }
        for key, given in timed.items():
            if given and self.lead.created_column is None:
                msg = f"{key}: needs an event time; name it in lead.created_column"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _joined_columns_are_described(self) -> Self:
        if isinstance(self.source, JoinedSource):
            columns = self.contract.columns.items()
            self.source.check_columns({name: column.type for name, column in columns})
        return self

    @model_validator(mode="after")
    def _parts_fit_the_task(self) -> Self:
        column = self.contract.columns[self.outcome.column].type
        for misfit in (
            *self.outcome.misfits(self.task, column),
            *self.training.misfits(self.task),
            *self.drift.misfits(self.task),
            *_misfits_of_call_first(self),
            *_misfits_of_grades(self),
            *_misfits_of_costs(self),
            *_misfits_of_slices(self),
        ):
            raise ValueError(misfit)
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
            meant = did_you_mean(missing[0], available)
            msg = (
                f"features: {missing} is neither a column of the contract nor made by a step"
                f"{meant}"
            )
            raise ValueError(msg)
        if self.outcome.column in self.features.names:
            msg = f"features: {self.outcome.column!r} is the outcome"
            raise ValueError(msg)
        if not self.features.names:
            msg = "features: name at least one feature"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _what_is_read_is_known_in_time(self) -> Self:
        columns = self.contract.columns
        late = {name for name, column in columns.items() if self.lead.is_late(column.known)}
        late |= {column for column in (self.outcome.known_column,) if column is not None}
        reads = {
            f"preparation step {number} ({step.step})": columns_of(step)[0]
            for number, step in enumerate(self.preparation, start=1)
        }
        reads |= {
            "features.numeric": set(self.features.numeric),
            "features.categorical": set(self.features.categorical),
            "features.high_cardinality": set(self.features.high_cardinality),
        }
        for key, read in reads.items():
            if late & read:
                column = min(late & read)
                msg = f"{key}: {_why_late(self, column)}"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _allowed_columns_exist(self) -> Self:
        for allowed in self.training.leakage.allow:
            if allowed.column not in {*self.contract.columns, *self.features.names}:
                msg = (
                    f"training.leakage.allow: {allowed.column!r} is neither a column of the"
                    " contract nor a feature"
                )
                raise ValueError(msg)
        return self

    @property
    def scoring(self) -> ScoringRules:
        """What a score depends on beside the model."""
        rules = ScoringRules(
            task=self.task, grades=self.inference.grades, classes=self.outcome.class_names
        )
        if self.task != "regression":
            return rules
        numbers = {
            "minimum": self.outcome.minimum,
            "maximum": self.outcome.maximum,
            "interval_level": self.training.interval_level,
            "call_first": self.inference.call_first,
        }
        return rules.model_copy(update=numbers)


def _why_late(use_case: UseCase, column: str) -> str:
    known, moment = use_case.contract.columns[column].known, use_case.lead.moment
    if column == use_case.outcome.known_column:
        return f"{column!r} is outcome.known_column, known only with the outcome; drop it there"
    place = f"(contract.columns.{column}.known: {known})"
    if known == WITH_OUTCOME:
        return (
            f"{column!r} is known only with the outcome {place}; a model cannot read it."
            " Drop it there, or say known: arrival if it is there before the outcome"
        )
    return (
        f"{column!r} is known only from {known} on {place}, and leads are scored at {moment}"
        f" (lead.moment); drop it there, or score at {known}"
    )


def _misfits_of_call_first(use_case: UseCase) -> Iterator[str]:
    if use_case.task != "regression" and use_case.inference.call_first != "high":
        yield (
            f"inference.call_first is for task: regression, this is task: {use_case.task};"
            " drop it: the first class, or a conversion, is called first"
        )


def _misfits_of_grades(use_case: UseCase) -> Iterator[str]:
    grades = use_case.inference.grades
    if use_case.task == "multiclass" and grades.ranked:
        rule = "quantiles" if grades.quantiles else "capacity"
        yield (
            f"inference.grades.{rule} is for task: binary and task: regression, this is task:"
            " multiclass; drop it: grades are the classes in the order of outcome.classes"
        )


def _misfits_of_costs(use_case: UseCase) -> Iterator[str]:
    if use_case.task == "regression" and use_case.inference.costs is not None:
        yield (
            "inference.costs is for task: binary and task: multiclass, this is task: regression;"
            " drop it: a number is no conversion that could be worth something"
        )


def _misfits_of_slices(use_case: UseCase) -> Iterator[str]:
    columns, outcome = use_case.contract.columns, use_case.outcome.column
    for column in use_case.training.gate.slices:
        if column not in columns:
            yield f"training.gate.slices: {column!r} is not in contract.columns"
        elif column == outcome:
            yield f"training.gate.slices: {column!r} is the outcome; name other columns"
        elif columns[column].type == "timestamp":
            yield (
                f"training.gate.slices: {column!r} is a timestamp, which has no levels; name a"
                " string, a number, an integer or a boolean"
            )


def prepared_columns(use_case: UseCase) -> frozenset[str]:
    """Return the columns that exist after all preparation steps.

    Raises:
        ValueError: A step reads a column that is not there.
    """
    available = set(use_case.contract.columns) - {use_case.outcome.column}
    for number, step in enumerate(use_case.preparation, start=1):
        reads, drops, makes = columns_of(step)
        unknown = sorted(reads - available)
        if unknown:
            meant = did_you_mean(unknown[0], available)
            msg = (
                f"preparation step {number} ({step.step}) reads {unknown}, which is not there"
                f"{meant}"
            )
            raise ValueError(msg)
        available = (available - drops) | makes
    return frozenset(available)
