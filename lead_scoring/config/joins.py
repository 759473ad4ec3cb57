"""Files joined to the rows of a source by their keys."""

from collections.abc import Iterator
from typing import Annotated
from typing import Any
from typing import Literal
from typing import Self

from pydantic import BeforeValidator
from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.aggregates import OF_NUMBERS
from lead_scoring.config.aggregates import OF_ORDERED
from lead_scoring.config.aggregates import Aggregate
from lead_scoring.config.aggregates import Keep
from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Model
from lead_scoring.config.base import Name
from lead_scoring.config.contract import ColumnType
from lead_scoring.config.data_file import DataFile

OrderedType = Literal["integer", "number", "timestamp"]
"""Types whose values have an order beyond that of their text."""


def _named_by_themselves(value: object) -> object:
    """Take ``column`` and ``[column, …]`` for columns that keep their name."""
    if isinstance(value, str):
        return {value: value}
    if isinstance(value, list | tuple):
        return {name: name for name in value}
    return value


ColumnMap = Annotated[
    dict[ColumnName, ColumnName],
    BeforeValidator(
        _named_by_themselves, json_schema_input_type=str | list[str] | dict[ColumnName, ColumnName]
    ),
]
"""Columns by another name; a list of columns keeps their names."""


class Join(DataFile):
    """A file joined to rows by its key: its one row per key, or its many as aggregates.

    Attributes:
        name: Short name for messages.
        key: The key: a column, a list of columns, or ``{column of the rows: column of this file}``
            where they are spelled differently. Keys are compared as text, exactly; an empty key
            matches nothing.
        take: Columns of this file to add, or ``{new name: column}``. A key that stands twice
            refuses the load, unless ``keep`` says which row counts.
        keep: Which row counts where a key stands more than once.
        aggregate: Columns to add that many rows come to, by their new name.
        matched_as: Column to add that says whether the key is in this file.
        types: How columns are read that are aggregated as numbers or instants, or ordered by;
            others are text, and ``sum``, ``mean``, ``min`` and ``max`` take numbers.
        joins: Files joined to the rows of this one first.
    """

    name: Name
    key: Annotated[ColumnMap, Field(min_length=1)]
    take: ColumnMap = Field(default_factory=dict)
    keep: Keep | None = None
    aggregate: dict[ColumnName, Aggregate] = Field(default_factory=dict)
    matched_as: ColumnName | None = None
    types: dict[ColumnName, OrderedType] = Field(default_factory=dict)
    joins: tuple["Join", ...] = ()

    @model_validator(mode="after")
    def _adds_something(self) -> Self:
        if self.take and self.aggregate:
            msg = f"{self.name}: take is for one row per key and aggregate for many; give one"
            raise ValueError(msg)
        if self.aggregate and self.keep is not None:
            msg = f"{self.name}: keep chooses one row per key, aggregate needs all; give one"
            raise ValueError(msg)
        if not self.outputs:
            msg = f"{self.name}: adds no column; give take, aggregate or matched_as"
            raise ValueError(msg)
        _refuse_twice(f"{self.name}: its joins add", _outputs_of(self.joins))
        return self

    @model_validator(mode="after")
    def _order_has_a_type(self) -> Self:
        ordered = {one.ordered_by for one in self.aggregate.values()} - {None}
        ordered |= {self.keep.column} if self.keep is not None else set()
        for column in sorted(filter(None, ordered)):
            if column not in self.types:
                msg = (
                    f"{self.name}: rows are ordered by {column!r}; say how it is read"
                    f" (types: {{{column}: integer, number or timestamp}})"
                )
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _sums_are_of_numbers(self) -> Self:
        for output, one in self.aggregate.items():
            if one.by in OF_NUMBERS and self.type_for(one) == "timestamp":
                msg = f"{self.name}: {output}: a {one.by} of timestamps means nothing"
                raise ValueError(msg)
        return self

    @property
    def outputs(self) -> tuple[str, ...]:
        """The columns that are added, in order."""
        flag = (self.matched_as,) if self.matched_as is not None else ()
        return (*self.take, *self.aggregate, *flag)

    @property
    def is_single(self) -> bool:
        """Whether a key must stand for one row."""
        return bool(self.take) or self.keep is not None

    def type_for(self, one: Aggregate) -> ColumnType:
        """Return how the values of an aggregate are read."""
        numbers = one.by in OF_NUMBERS | OF_ORDERED
        return self.types.get(one.of or "", "number" if numbers else "string")

    def makes(self, output: str) -> frozenset[ColumnType] | None:
        """Return the types the contract may give an added column; ``None`` for any."""
        if output == self.matched_as:
            return frozenset({"boolean"})
        one = self.aggregate.get(output)
        if one is None:
            return None
        if one.counts:
            return frozenset({"integer", "number"})
        kind = self.type_for(one)
        if kind == "string":
            return None
        if kind == "timestamp":
            return frozenset({"timestamp"})
        return frozenset({"number"} if one.by == "mean" else {kind, "number"})


class JoinedSource(Model):
    """Several files joined by keys: each row of the main file is exactly one lead.

    Attributes:
        main: The file whose rows are the leads.
        joins: Files joined to it, in order; a later one may use a column an earlier one added.
        window: ``whole`` reads everything; ``interval`` keeps rows whose event time is in the
            run's window ``[from, to)``.
    """

    kind: Literal["joined"]
    main: DataFile
    joins: Annotated[tuple[Join, ...], Field(min_length=1)]
    window: Literal["whole", "interval"] = "whole"

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        _refuse_twice("joins: the name", [join.name for join in every_join(self.joins)])
        _refuse_twice("joins: the column", _outputs_of(self.joins))
        return self

    @property
    def location(self) -> str:
        """Where the main file lies."""
        return self.main.location

    @property
    def locations(self) -> tuple[str, ...]:
        """Where all files lie, the main one first."""
        return (self.location, *(join.location for join in every_join(self.joins)))

    def check_columns(self, types: dict[str, ColumnType]) -> None:
        """Check that the contract describes every column the joins add.

        Args:
            types: Types of the contract's columns.

        Raises:
            ValueError: It does not, or gives one a type it cannot have.
        """
        for join in self.joins:
            for output in join.outputs:
                if output not in types:
                    msg = (
                        f"source.joins.{join.name}: adds {output!r}, which is not in"
                        " contract.columns; describe it there"
                    )
                    raise ValueError(msg)
                allowed = join.makes(output)
                if allowed is not None and types[output] not in allowed:
                    msg = (
                        f"contract.columns.{output}: type {types[output]!r} cannot hold what"
                        f" source.joins.{join.name} makes; it is {' or '.join(sorted(allowed))}"
                    )
                    raise ValueError(msg)


def every_join(joins: tuple[Join, ...]) -> Iterator[Join]:
    """Iterate over joins and the joins inside them, in the order their files are read."""
    for join in joins:
        yield from every_join(join.joins)
        yield join


def _outputs_of(joins: tuple[Join, ...]) -> list[str]:
    return [output for join in joins for output in join.outputs]


def _refuse_twice(what: str, names: list[Any]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"{what} {twice[0]!r} twice; every name stands for one thing"
        raise ValueError(msg)
