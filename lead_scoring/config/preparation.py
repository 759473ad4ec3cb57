"""How source columns become features: the steps that live inside the model."""

from typing import Annotated
from typing import Literal

from pydantic import Field

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model

Columns = Annotated[tuple[ColumnName, ...], Field(min_length=1)]


class FillMissing(Model):
    """Replace missing values of numeric columns by one value."""

    step: Literal["fill_missing"]
    columns: Columns
    value: float = 0.0


class MapLevels(Model):
    """Map the levels of a text column to numbers; unlisted and missing levels get ``default``.

    Attributes:
        levels: For each number the levels that map to it.
    """

    step: Literal["map_levels"]
    column: ColumnName
    output: ColumnName
    levels: Annotated[dict[float, tuple[str, ...]], Field(min_length=1)]
    default: float


class RareLevels(Model):
    """Merge rare levels of text columns into ``other``.

    Attributes:
        cumulative_share: The most frequent levels are kept while the sum of their shares stays
            at or below this; learned by training.
        levels: Levels to keep, fixed instead of learned, per column.
    """

    step: Literal["rare_levels"]
    columns: Columns
    cumulative_share: Fraction = 0.90
    levels: dict[ColumnName, tuple[str, ...]] = Field(default_factory=dict)
    other: str = "others"


class SumColumns(Model):
    """Sum groups of count columns; missing counts are 0. The inputs are dropped."""

    step: Literal["sum_columns"]
    outputs: Annotated[dict[ColumnName, Columns], Field(min_length=1)]


class DateParts(Model):
    """Add parts of a UTC timestamp column as ``<prefix>_<part>``; the timestamp is dropped."""

    step: Literal["date_parts"]
    column: ColumnName
    prefix: ColumnName
    parts: Annotated[tuple[Literal["hour", "weekday", "day", "month"], ...], Field(min_length=1)]


Step = Annotated[
    FillMissing | MapLevels | RareLevels | SumColumns | DateParts, Field(discriminator="step")
]


class FeaturesConfig(Model):
    """What the estimator sees after preparation, and how each feature is encoded."""

    numeric: tuple[ColumnName, ...] = ()
    categorical: tuple[ColumnName, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All features, numeric first, in the order the model expects."""
        return (*self.numeric, *self.categorical)
