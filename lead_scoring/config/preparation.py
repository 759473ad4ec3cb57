"""How source columns become features: the steps that live inside the model."""

from collections.abc import Collection
from typing import Annotated
from typing import Literal

from pydantic import Field

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model
from lead_scoring.config.base import Name

Columns = Annotated[tuple[ColumnName, ...], Field(min_length=1)]
Pair = tuple[ColumnName, ColumnName]


class StepModel(Model):
    """A step of the preparation.

    Attributes:
        since: Moment of ``lead.moments`` from which on the step is part of the preparation
            (``from`` in the file); absent: always.
    """

    since: Name | None = Field(default=None, alias="from")


class FillMissing(StepModel):
    """Replace missing values of numeric columns by one value.

    Attributes:
        columns: Columns to fill.
        value: What stands for a missing value.
    """

    step: Literal["fill_missing"]
    columns: Columns
    value: float = 0.0


class MapLevels(StepModel):
    """Map the levels of a text column to numbers; unlisted and missing levels get ``default``.

    Attributes:
        column: Text column; it is dropped.
        output: Name of the numbers.
        levels: For each number the levels that map to it.
        default: Number of all other levels.
    """

    step: Literal["map_levels"]
    column: ColumnName
    output: ColumnName
    levels: Annotated[dict[float, tuple[str, ...]], Field(min_length=1)]
    default: float


class RareLevels(StepModel):
    """Merge rare levels of text columns into ``other``.

    Attributes:
        columns: Text columns.
        cumulative_share: The most frequent levels are kept while the sum of their shares stays
            at or below this; learned by training.
        levels: Levels to keep, fixed instead of learned, per column.
        other: Name of all rare levels together.
    """

    step: Literal["rare_levels"]
    columns: Columns
    cumulative_share: Fraction = 0.90
    levels: dict[ColumnName, tuple[str, ...]] = Field(default_factory=dict)
    other: str = "others"


class SumColumns(StepModel):
    """Sum groups of count columns; missing counts are 0. The inputs are dropped.

    Attributes:
        outputs: For each new column those it sums.
    """

    step: Literal["sum_columns"]
    outputs: Annotated[dict[ColumnName, Columns], Field(min_length=1)]


class DateParts(StepModel):
    """Add parts of a UTC timestamp column as ``<prefix>_<part>``; the timestamp is dropped.

    Attributes:
        column: Timestamp column.
        prefix: What the names of the parts begin with.
        parts: Parts to add; Monday is weekday 0.
    """

    step: Literal["date_parts"]
    column: ColumnName
    prefix: ColumnName
    parts: Annotated[tuple[Literal["hour", "weekday", "day", "month"], ...], Field(min_length=1)]


class DaysBetween(StepModel):
    """Add the days from one timestamp to another; negative where the second came first.

    Attributes:
        outputs: For each new column the two timestamps, the earlier one first.
    """

    step: Literal["days_between"]
    outputs: Annotated[dict[ColumnName, Pair], Field(min_length=1)]


class Ratios(StepModel):
    """Add one number divided by another; missing where the divisor is 0.

    Attributes:
        outputs: For each new column what is divided, and by what.
    """

    step: Literal["ratios"]
    outputs: Annotated[dict[ColumnName, Pair], Field(min_length=1)]


class SameLevel(StepModel):
    """Add 1 where two columns hold the same level, 0 where not, and missing where either is.

    Attributes:
        outputs: For each new column the two columns.
    """

    step: Literal["same_level"]
    outputs: Annotated[dict[ColumnName, Pair], Field(min_length=1)]


Derived = DaysBetween | Ratios | SameLevel
"""Steps that add columns made of two others, which stay."""

Step = Annotated[
    FillMissing | MapLevels | RareLevels | SumColumns | DateParts | Derived,
    Field(discriminator="step"),
]


class FeatureLists(Model):
    """Features by how they are encoded.

    Attributes:
        numeric: Numbers, and booleans as 1 and 0.
        categorical: Levels, each for itself; for a few dozen of them.
        high_cardinality: Levels as the mean outcome of their rows, of few rows near that of all;
            for hundreds of them.
    """

    numeric: tuple[ColumnName, ...] = ()
    categorical: tuple[ColumnName, ...] = ()
    high_cardinality: tuple[ColumnName, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """All features that are text, in the order the model expects."""
        return (*self.categorical, *self.high_cardinality)

    @property
    def names(self) -> tuple[str, ...]:
        """All features, numeric first, in the order the model expects."""
        return (*self.numeric, *self.levels)


class FeaturesConfig(FeatureLists):
    """What the estimator sees after preparation, and how each feature is encoded.

    Attributes:
        later: Further features from one of ``lead.moments`` on (``from`` in the file).
    """

    later: dict[Name, FeatureLists] = Field(default_factory=dict, alias="from")

    def at(self, moments: Collection[str]) -> "FeaturesConfig":
        """Return the features there are once these moments have come."""
        lists = [self, *(one for name, one in self.later.items() if name in moments)]
        return FeaturesConfig(
            numeric=tuple(name for one in lists for name in one.numeric),
            categorical=tuple(name for one in lists for name in one.categorical),
            high_cardinality=tuple(name for one in lists for name in one.high_cardinality),
        )

    def only(self, names: Collection[str]) -> "FeaturesConfig":
        """Return those of the features that are among these names."""
        return FeaturesConfig(
            numeric=tuple(name for name in self.numeric if name in names),
            categorical=tuple(name for name in self.categorical if name in names),
            high_cardinality=tuple(name for name in self.high_cardinality if name in names),
        )


def columns_of(step: Step) -> tuple[set[str], set[str], set[str]]:
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
        case "days_between" | "ratios" | "same_level":
            read = {column for pair in step.outputs.values() for column in pair}
            return read, set(), set(step.outputs)
