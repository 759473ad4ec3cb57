"""Holds rows against a contract: the header, the types, then pandera's checks, all at once."""

import difflib
from collections.abc import Hashable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.contract import ColumnConfig
from lead_scoring.config.contract import ContractConfig
from lead_scoring.config.contract import Rule
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.frames import to_frame
from lead_scoring.core.parsing import ARROW_TYPES
from lead_scoring.core.parsing import parse
from lead_scoring.core.records import Purpose
from lead_scoring.core.rows import Fault
from lead_scoring.core.rows import Indices
from lead_scoring.core.stacks import Stack
from lead_scoring.core.stacks import stacks

LONGEST_LEAD_ID: Final = 128
"""Characters of an id, at most; the database's limit."""
_DELIMITERS: Final = (",", ";", "\t", "|")
_VALUES: Final = "values"


def header_faults(names: Sequence[str], use_case: UseCase, purpose: Purpose) -> tuple[str, ...]:
    """Return what is wrong with a source's columns, in words; empty if nothing is.

    Args:
        names: Columns in the source's order.
        use_case: The use case whose contract holds.
        purpose: A load that never trains needs no outcome.
    """
    contract = use_case.contract
    known = set(contract.columns) | set(contract.ignore_columns)
    faults = list(_other_delimiter(names, known))
    if faults:
        return tuple(faults)
    for place, name in enumerate(names, start=1):
        first = names.index(name) + 1
        if first < place:
            faults.append(f"column {place}: {name!r} stands there twice, first as column {first}")
        elif name not in known:
            faults.append(f"column {place}: {name!r} is unknown{_meant(name, contract, names)}")
    faults += [
        f"column {name!r} is missing" for name in _required(use_case, purpose) if name not in names
    ]
    return tuple(faults)


def _other_delimiter(names: Sequence[str], known: AbstractSet[str]) -> Iterator[str]:
    """Iterate over one sentence if the header is one name that another delimiter would part."""
    if len(names) != 1 or names[0] in known:
        return
    for delimiter in _DELIMITERS:
        parts = [part.strip().strip('"') for part in names[0].split(delimiter)]
        found = len(known & {*parts})
        if found > 1:
            yield (
                f"the header is one column; parted by {delimiter!r} it names {found} of the"
                f" contract's. Set source.delimiter to {delimiter!r}, or write the file as the"
                " config says"
            )
            return


def _required(use_case: UseCase, purpose: Purpose) -> Iterator[str]:
    for name, column in use_case.contract.columns.items():
        optional = purpose is Purpose.SCORE_ONLY and name == use_case.outcome.column
        if column.required and not optional:
            yield name


def _meant(name: str, contract: ContractConfig, names: Sequence[str]) -> str:
    absent = {known.strip().casefold(): known for known in contract.columns if known not in names}
    close = difflib.get_close_matches(name.strip().casefold(), list(absent), n=1, cutoff=0.8)
    return f"; the contract has {absent[close[0]]!r}" if close else ""


class Contract:
    """A use case's contract, ready to be held against batches of rows."""

    def __init__(self, use_case: UseCase) -> None:
        self._columns = {**use_case.contract.columns, **_outcome_column(use_case)}
        self._id_column = use_case.lead.id_column
        self._id_needed = not use_case.lead.derive_missing_ids
        lead = use_case.lead
        self._moment_column = lead.created_column if lead.may_be_unborn else None
        self._checks = {name: _checks(column) for name, column in self._columns.items()}
        first: dict[Hashable, str] = {}
        self._like = {name: first.setdefault(self._rules(name), name) for name in self._columns}
        self._schema = cache(self._build_schema)

    def check(self, table: pa.Table) -> tuple[pa.Table, tuple[Fault, ...]]:
        """Read a batch into the contract's types and find every broken rule.

        Args:
            table: Columns of the source, in any order; ignored columns may be among them.

        Returns:
            The contract's columns, typed, in the contract's order; missing where a value cannot
            be read or the source has no such column. And the faults, by column.
        """
        given = dict(zip(table.column_names, table.columns, strict=True))
        present = {name: given[name] for name in self._columns if name in given}
        read, faults = self._read(present)
        typed = pa.table(
            {
                name: read[name] if name in read else pa.nulls(len(table), ARROW_TYPES[one.type])
                for name, one in self._columns.items()
            }
        )
        faults += self._broken({name: typed.column(name) for name in present}, faults)
        if self._moment_column is not None:
            unborn = np.flatnonzero(pc.is_null(typed.column(self._moment_column)))
            faults += [Fault(Rule.NOT_YET, self._moment_column, unborn)] if unborn.size else []
        return typed, tuple(faults)

    def _read(
        self, given: Mapping[str, pa.ChunkedArray]
    ) -> tuple[dict[str, pa.Array], list[Fault]]:
        """Read columns into the contract's types; those of text that get one type in one go."""
        typed, faults = {}, []
        for stack in stacks(given, lambda name: self._type(name, given[name].type)):
            like = self._columns[stack.names[0]]
            parsed = parse(stack.content, like.type, like.written)
            for place, name in enumerate(stack.names):
                typed[name] = parsed.read.slice(place * stack.rows, stack.rows)
            unread = np.flatnonzero(parsed.faulty.to_numpy(zero_copy_only=False))
            faults += [Fault(Rule.TYPE, name, rows) for name, rows in stack.apart(unread)]
        return typed, self._in_order(faults)

    def _type(self, name: str, given: pa.DataType) -> Hashable:
        """Return what columns have in common that are read in one go."""
        one = self._columns[name]
        return (one.type, one.written) if pa.types.is_string(given) else (name, given)

    def _in_order(self, faults: Sequence[Fault]) -> list[Fault]:
        places = {name: place for place, name in enumerate(self._columns)}
        return sorted(faults, key=lambda fault: places[fault.column])

    def _broken(
        self, typed: Mapping[str, pa.ChunkedArray], unread: Sequence[Fault]
    ) -> list[Fault]:
        """Find what pandera refuses; a value that could not be read is not missing as well."""
        skip = {fault.column: fault.rows for fault in unread}
        checked = {
            name: values for name, values in typed.items() if self._is_checked(name, values)
        }
        found = []
        for stack in stacks(checked, self._like.__getitem__):
            for rule, places in self._failures(stack):
                for name, rows in stack.apart(places):
                    left = (
                        np.setdiff1d(rows, skip.get(name, [])) if rule is Rule.NULLABLE else rows
                    )
                    found += [Fault(rule, name, left)] if left.size else []
        return self._in_order(found)

    def _failures(self, stack: Stack) -> Iterator[tuple[Rule, Indices]]:
        if not len(stack.content):
            return
        frame = to_frame(pa.table({_VALUES: stack.content}))
        try:
            self._schema(self._like[stack.names[0]]).validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as error:
            names = error.failure_cases["check"].replace("not_nullable", Rule.NULLABLE)
            places = error.failure_cases["index"].astype("int64")
            for name, some in places.groupby(names, sort=False):
                yield Rule(str(name)), np.unique(some.to_numpy())

    def _is_checked(self, name: str, values: pa.ChunkedArray) -> bool:
        if values.null_count == len(values) and self._nullable(name):
            return False
        return bool(self._checks[name]) or not self._nullable(name) or name == self._id_column

    def _nullable(self, name: str) -> bool:
        needed = self._id_needed and name == self._id_column
        return self._columns[name].nullable and not needed

    def _rules(self, name: str) -> Hashable:
        """Return what columns have in common that are checked in one go."""
        one = self._columns[name]
        said = (one.minimum, one.maximum, repr(one.allowed), one.pattern)
        return one.type, self._nullable(name), name == self._id_column, *said

    def _build_schema(self, name: str) -> pandera.DataFrameSchema:
        checks = list(self._checks[name])
        if name == self._id_column and self._columns[name].type == "string":
            checks.append(pandera.Check.str_length(max_value=LONGEST_LEAD_ID, error=Rule.PATTERN))
        column = pandera.Column(checks=checks, nullable=self._nullable(name))
        return pandera.DataFrameSchema({_VALUES: column})


def _outcome_column(use_case: UseCase) -> dict[str, ColumnConfig]:
    """Return the outcome's column with what its task allows, where the contract does not say."""
    name, outcome = use_case.outcome.column, use_case.outcome
    own = use_case.contract.columns[name]
    return {
        name: own.model_copy(
            update={
                "allowed": own.allowed or outcome.classes,
                "minimum": outcome.minimum if own.minimum is None else own.minimum,
                "maximum": outcome.maximum if own.maximum is None else own.maximum,
            }
        )
    }


def _checks(column: ColumnConfig) -> tuple[pandera.Check, ...]:
    checks = []
    if column.minimum is not None:
        checks.append(pandera.Check.ge(_bound(column.minimum), error=Rule.RANGE))
    if column.maximum is not None:
        checks.append(pandera.Check.le(_bound(column.maximum), error=Rule.RANGE))
    if column.allowed is not None:
        textual = column.type == "string"
        allowed = [str(value) if textual else value for value in column.allowed]
        checks.append(pandera.Check.isin(allowed, error=Rule.ALLOWED))
    if column.pattern is not None:
        checks.append(pandera.Check.str_matches(rf"(?:{column.pattern})\Z", error=Rule.PATTERN))
    return tuple(checks)


def _bound(bound: object) -> object:
    if isinstance(bound, float):
        return bound
    moment = pd.Timestamp(bound)  # type: ignore[arg-type]  # the config allows numbers and instants
    return moment.tz_localize("UTC") if moment.tz is None else moment.tz_convert("UTC")
