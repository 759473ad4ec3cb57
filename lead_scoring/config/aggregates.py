"""What many rows with one key become: aggregates of them, or one of them."""

from typing import Final
from typing import Literal
from typing import Self

from pydantic import model_validator

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Model

OF_NUMBERS: Final = frozenset({"sum", "mean"})
OF_ORDERED: Final = frozenset({"min", "max"})
_IN_ORDER: Final = frozenset({"first", "last"})
_COUNTS: Final = frozenset({"count", "nunique"})


class Aggregate(Model):
    """What many rows with one key become.

    Attributes:
        by: ``count`` of rows, or of values where ``of`` is given, and ``nunique`` are 0 where
            no row has the key; everything else is missing there. ``mode`` is the most frequent
            value, of equals the smallest. Missing values never count.
        of: Column of this file, or one that its own joins add.
        ordered_by: Column that says which row is ``first`` or ``last``; of equals, the row that
            comes first in the file is the first.
    """

    by: Literal["count", "nunique", "sum", "mean", "min", "max", "mode", "first", "last"]
    of: ColumnName | None = None
    ordered_by: ColumnName | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.of is None and self.by != "count":
            msg = f"{self.by} needs of: the column it is taken of"
            raise ValueError(msg)
        if (self.ordered_by is not None) != (self.by in _IN_ORDER):
            wanted = "needs ordered_by" if self.by in _IN_ORDER else "takes no ordered_by"
            msg = f"{self.by} {wanted}; only first and last depend on an order"
            raise ValueError(msg)
        return self

    @property
    def counts(self) -> bool:
        """Whether it counts, so that nothing is 0 and not missing."""
        return self.by in _COUNTS


class Keep(Model):
    """Which of several rows with one key is joined; the others are counted, not lost silently.

    Attributes:
        newest: The row with the largest value of this column.
        oldest: The row with the smallest.
    """

    newest: ColumnName | None = None
    oldest: ColumnName | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.newest is None) == (self.oldest is None):
            msg = "say either newest or oldest, with the column to go by"
            raise ValueError(msg)
        return self

    @property
    def column(self) -> str:
        """The column to go by."""
        return str(self.newest or self.oldest)
