"""What makes a row a lead, and at which moment it is scored."""

from collections.abc import Mapping
from typing import Any
from typing import Final
from typing import Self

from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Model
from lead_scoring.config.base import Name

ARRIVAL: Final = "arrival"
WITH_OUTCOME: Final = "outcome"


class LeadConfig(Model):
    """What makes a row a lead.

    Attributes:
        id_column: Column that identifies a lead. Absent: the id is derived from the row's content
            without ignored columns and outcome.
        derive_missing_ids: Where the column holds no id, derive one from the row's content too,
            instead of setting the row apart.
        created_column: Timestamp column with the event time; absent where the source has none.
        moments: Moments at which a lead may be scored, the earliest first. Columns say with
            ``known`` from which moment on their value is there.
        moment: The moment at which leads are scored; whatever is known later is refused.
        created_columns: Timestamp column with the event time of each moment, instead of
            ``created_column``; a row where it is empty has not come to the moment and is no lead
            yet.
    """

    id_column: ColumnName | None = None
    derive_missing_ids: bool = False
    created_column: ColumnName | None = None
    moments: tuple[Name, ...] = ()
    moment: Name | None = None
    created_columns: dict[Name, ColumnName] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _moment_has_its_column(cls, given: Any) -> Any:
        """Take the event time of the chosen moment for the event time."""
        if not isinstance(given, Mapping) or not given.get("created_columns"):
            return given
        columns, moment = given["created_columns"], given.get("moment")
        if not isinstance(columns, Mapping) or moment not in columns:
            return given
        if given.get("created_column", columns[moment]) != columns[moment]:
            msg = "created_column: give it or created_columns, which has one for each moment"
            raise ValueError(msg)
        return {**given, "created_column": columns[moment]}

    @model_validator(mode="after")
    def _moments_fit(self) -> Self:
        if len(set(self.moments)) < len(self.moments) or {ARRIVAL, WITH_OUTCOME} & {*self.moments}:
            msg = (
                f"moments: {list(self.moments)}; each has a name of its own, and {ARRIVAL} and"
                f" {WITH_OUTCOME} are taken"
            )
            raise ValueError(msg)
        if self.moments and self.moment not in self.moments:
            msg = f"moment: {self.moment!r} is none of moments; allowed: {', '.join(self.moments)}"
            raise ValueError(msg)
        if self.moment is not None and not self.moments:
            msg = f"moment: {self.moment!r} means nothing without moments; list them in order"
            raise ValueError(msg)
        if self.created_columns and {*self.created_columns} != {*self.moments}:
            msg = (
                "created_columns: name the timestamp of each moment and no other;"
                f" moments are {', '.join(self.moments) or 'none'}"
            )
            raise ValueError(msg)
        return self

    @property
    def known(self) -> tuple[str, ...]:
        """What ``known`` of a column may say, the earliest first."""
        return (ARRIVAL, *self.moments, WITH_OUTCOME)

    @property
    def come(self) -> tuple[str, ...]:
        """The moments that have come when a lead is scored."""
        if self.moment is None:
            return ()
        return self.moments[: self.moments.index(self.moment) + 1]

    def is_late(self, known: str) -> bool:
        """Return whether what is known from a moment on is not there when a lead is scored."""
        chosen = ARRIVAL if self.moment is None else self.moment
        return self.known.index(known) > self.known.index(chosen)

    @property
    def may_be_unborn(self) -> bool:
        """Whether a row without event time is one that has not come to the moment yet."""
        return bool(self.created_columns)
