"""The contract of a source: what each column may hold, and what happens when it does not."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from typing import Literal
from typing import Self

from pydantic import Field
from pydantic import field_validator
from pydantic import model_validator

from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model
from lead_scoring.config.base import Name
from lead_scoring.config.lead import ARRIVAL


class Rule(StrEnum):
    """Every rule a row can break, by the name that stands in ``quarantine``."""

    FIELDS = "fields"
    ENCODING = "encoding"
    TYPE = "type"
    NULLABLE = "nullable"
    RANGE = "range"
    ALLOWED = "allowed"
    PATTERN = "pattern"
    UNIQUE = "unique"
    CONTRADICTING_OUTCOME = "contradicting_outcome"
    NOT_YET = "not_yet"


class Action(StrEnum):
    """What is done with a row that breaks a rule."""

    WARN = "warn"
    QUARANTINE = "quarantine"
    FAIL = "fail"


class RuleConfig(Model):
    """What is done when a rule is broken, and how often before the load fails.

    Attributes:
        action: ``warn`` keeps the row, ``quarantine`` sets it apart, ``fail`` refuses the load.
        max_count: More broken rows than this fail the load; no limit if absent.
        max_rate: A larger share of the rows read than this fails the load, in [0, 1].
    """

    action: Action = Action.QUARANTINE
    max_count: Annotated[int, Field(ge=0)] | None = None
    max_rate: Fraction | None = None


ColumnType = Literal["string", "integer", "number", "boolean", "timestamp"]
Written = Literal["day_first", "month_first", "decimal_comma"]
Bound = datetime | float

_WRITTEN_TYPES: dict[Written, tuple[ColumnType, ...]] = {
    "day_first": ("timestamp",),
    "month_first": ("timestamp",),
    "decimal_comma": ("integer", "number"),
}


class ColumnConfig(Model):
    """What one source column may hold.

    Attributes:
        type: How its text is read. ``timestamp`` is ISO 8601, UTC where it names no offset.
        written: How its text is written in the source where that is another way: ``day_first``
            (31.12.2024 14:30), ``month_first`` (12/31/2024 14:30) or ``decimal_comma`` (1.234,50).
            Leads given as JSON are written the plain way all the same.
        required: The source must have the column.
        nullable: Values may be missing. Only an empty field is missing; ``NA`` is a value.
        minimum: Smallest value allowed (``min`` in the file).
        maximum: Largest value allowed (``max`` in the file).
        allowed: The only values allowed.
        pattern: Regular expression the whole text must match.
        unique: No two rows may hold the same value.
        known: When its value is known: ``arrival`` of the lead, one of ``lead.moments``, or only
            with the ``outcome``. What is known later than leads are scored cannot be read by a
            model.
        rules: What is done per rule, where it differs from ``contract.rules``.
    """

    type: ColumnType = "string"
    written: Written | None = None
    required: bool = True
    nullable: bool = True
    minimum: Bound | None = Field(default=None, alias="min")
    maximum: Bound | None = Field(default=None, alias="max")
    allowed: tuple[str | int | float | bool, ...] | None = None
    pattern: str | None = None
    unique: bool = False
    known: Name = ARRIVAL
    rules: dict[Rule, RuleConfig] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _checks_fit_the_type(self) -> Self:
        if self.written is not None and self.type not in _WRITTEN_TYPES[self.written]:
            fitting = " or ".join(_WRITTEN_TYPES[self.written])
            msg = f"written: {self.written} needs type {fitting}, not {self.type}"
            raise ValueError(msg)
        bounded = self.minimum is not None or self.maximum is not None
        if bounded and self.type not in {"integer", "number", "timestamp"}:
            msg = f"min and max need type integer, number or timestamp, not {self.type}"
            raise ValueError(msg)
        for bound in (self.minimum, self.maximum):
            if bound is not None and isinstance(bound, datetime) != (self.type == "timestamp"):
                msg = f"min and max of a {self.type} column cannot be {bound!r}"
                raise ValueError(msg)
        if self.pattern is not None and self.type != "string":
            msg = f"pattern needs type string, not {self.type}"
            raise ValueError(msg)
        return self

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            msg = f"{pattern!r} is no regular expression: {error}"
            raise ValueError(msg) from error
        return pattern


_DEFAULT_RULES: dict[Rule, RuleConfig] = {
    Rule.FIELDS: RuleConfig(max_rate=0.01),
    Rule.ENCODING: RuleConfig(action=Action.FAIL),
    Rule.TYPE: RuleConfig(max_rate=0.05),
    Rule.NULLABLE: RuleConfig(max_rate=0.05),
    Rule.RANGE: RuleConfig(max_rate=0.05),
    Rule.ALLOWED: RuleConfig(max_rate=0.05),
    Rule.PATTERN: RuleConfig(max_rate=0.05),
    Rule.UNIQUE: RuleConfig(max_rate=0.05),
    Rule.CONTRADICTING_OUTCOME: RuleConfig(max_rate=0.05),
    Rule.NOT_YET: RuleConfig(),
}


class ContractConfig(Model):
    """Rules that hold for the whole source.

    Attributes:
        columns: Every column the source may have, by its exact name.
        ignore_columns: Columns that may be there and are never kept, such as a row index.
            The empty name stands for a column without a header.
        rules: What is done per rule; rules not named keep their defaults.
        min_rows: Fewer rows read than this fail the load. 0 accepts an empty window.
    """

    columns: Annotated[dict[str, ColumnConfig], Field(min_length=1)]
    ignore_columns: tuple[str, ...] = ()
    rules: dict[Rule, RuleConfig] = Field(default_factory=dict)
    min_rows: Annotated[int, Field(ge=0)] = 1

    @model_validator(mode="after")
    def _ignored_columns_have_no_rules(self) -> Self:
        both = sorted(set(self.ignore_columns) & set(self.columns))
        if both:
            msg = f"columns cannot be both described and ignored: {both}"
            raise ValueError(msg)
        return self

    def rule(self, rule: Rule, column: str | None = None) -> RuleConfig:
        """Return what is done when ``rule`` is broken, in ``column`` if it has its own say."""
        own = self.columns[column].rules if column in self.columns else {}
        return own.get(rule) or self.rules.get(rule) or _DEFAULT_RULES[rule]
