"""Leads given as JSON, held against the contract as the rows of a file are, one by one.

A field that is left out, null or an empty text is missing, as an empty cell of a file is. What a
lead cannot have yet, or what the model does not ask for, may be missing: its id, its outcome, what
is known too late, and every column the model does not read.
"""

import json
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import pyarrow as pa

from lead_scoring.config.contract import Action
from lead_scoring.config.contract import ColumnConfig
from lead_scoring.config.contract import ColumnType
from lead_scoring.config.contract import Rule
from lead_scoring.config.spelling import did_you_mean
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.allowed_values import allowed_in_words
from lead_scoring.core.contract import Contract
from lead_scoring.core.dispositions import action_of
from lead_scoring.core.dispositions import shown
from lead_scoring.core.leads import make_leads
from lead_scoring.core.parsing import LARGEST_EXACT
from lead_scoring.core.rows import Indices

Row = Mapping[str, object]

UNKNOWN: Final = "unknown"
"""The rule a field breaks that the contract does not have."""
EMPTY: Final = "empty"
"""The rule a lead breaks that has no value the model reads."""
UNSCORABLE: Final = "unscorable"
"""The rule a lead breaks whose values are so extreme that no finite score comes of them."""
MOST_UNKNOWN: Final = 20
"""Unknown fields that are named for one lead, at most."""


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One broken rule in one lead.

    Attributes:
        row: Which lead, 1 for the first.
        field: The field at fault; empty where the whole lead is.
        rule: Name of a `Rule`, or ``unknown``, ``empty`` or ``unscorable``.
        value: What was given, as text of bounded length; empty where nothing was.
        allowed: What would be right, in words.
    """

    row: int
    field: str
    rule: str
    value: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Submission:
    """Leads that can be scored, and what is wrong with the others.

    Attributes:
        leads: Those that can be scored, as `make_leads` gives them.
        kept: Their positions among the rows given, ascending, shape (n_leads,).
        refused: Why the others are not among them, by position.
        warned: Broken rules that the contract says to warn of alone, by position.
    """

    leads: pa.RecordBatch
    kept: Indices
    refused: Mapping[int, tuple[RowFinding, ...]]
    warned: Mapping[int, tuple[RowFinding, ...]]


class SubmissionContract:
    """A use case's contract for leads that come one by one.

    Args:
        use_case: The use case.
        reads: Columns the model reads.
    """

    def __init__(self, use_case: UseCase, reads: Collection[str]) -> None:
        self.use_case = _relaxed(use_case, reads)
        self._columns = self.use_case.contract.columns
        self._known = {*self._columns, *use_case.contract.ignore_columns}
        self._reads = [name for name in self._columns if name in set(reads)]
        self._contract = Contract(self.use_case)

    def submit(self, rows: Sequence[Row]) -> Submission:
        """Read rows into the contract's types and find every broken rule.

        Args:
            rows: Objects as JSON gives them, by field; none of them is changed.
        """
        table, unlike = _laid_out(rows, self._columns)
        typed, faults = self._contract.check(table)
        found = [
            (row, fault.column, fault.rule) for fault in faults for row in fault.rows.tolist()
        ]
        broken = [(row, name, Rule.TYPE) for row, name in sorted(unlike)]
        broken += [(row, name, rule) for row, name, rule in found if (row, name) not in unlike]
        refused: dict[int, list[RowFinding]] = {}
        warned: dict[int, list[RowFinding]] = {}
        for row, name, rule in broken:
            warn = action_of(self.use_case.contract, rule, name) is Action.WARN
            finding = self._finding(rows[row], row, name, rule)
            (warned if warn else refused).setdefault(row, []).append(finding)
        for finding in (*self._unknown(rows), *self._empty(rows, typed)):
            refused.setdefault(finding.row - 1, []).append(finding)
        kept = np.array([row for row in range(len(rows)) if row not in refused], dtype=np.int64)
        leads = make_leads(typed.take(pa.array(kept)), kept + 1, self.use_case)
        return Submission(leads, kept, _frozen(refused), _frozen(warned))

    def _finding(self, given: Row, row: int, name: str, rule: Rule) -> RowFinding:
        allowed = allowed_in_words(self._columns[name], rule)
        return RowFinding(row + 1, name, rule.value, _said(given.get(name)), allowed)

    def _unknown(self, rows: Sequence[Row]) -> Iterator[RowFinding]:
        for row, given in enumerate(rows, start=1):
            unknown = (name for name in given if name not in self._known)
            for name in islice(unknown, MOST_UNKNOWN):
                field = shown(_clean(name))
                meant = did_you_mean(field, self._columns).removeprefix("; ")
                allowed = meant or "a column of the use case's contract"
                yield RowFinding(row, field, UNKNOWN, _said(given[name]), allowed)

    def _empty(self, rows: Sequence[Row], typed: pa.Table) -> Iterator[RowFinding]:
        """Find leads of which nothing is known that the model reads."""
        missing = np.ones(len(rows), dtype=np.bool_)
        for name in self._reads:
            missing &= typed.column(name).is_null().to_numpy()
        for row in np.flatnonzero(missing).tolist():
            if not any(_is_given(rows[row].get(name)) for name in self._reads):
                allowed = f"at least one of {', '.join(self._reads)}"
                yield RowFinding(row + 1, "", EMPTY, "", allowed)


def _relaxed(use_case: UseCase, reads: Collection[str]) -> UseCase:
    """Return a use case whose contract asks for no more than the model reads, written plainly."""
    plainly: dict[str, object] = {"written": None}
    columns = {
        name: column.model_copy(update=plainly if name in reads else plainly | {"nullable": True})
        for name, column in use_case.contract.columns.items()
    }
    return use_case.model_copy(
        update={
            "contract": use_case.contract.model_copy(update={"columns": columns}),
            "lead": use_case.lead.model_copy(update={"derive_missing_ids": True}),
        }
    )


def _laid_out(
    rows: Sequence[Row], columns: Mapping[str, ColumnConfig]
) -> tuple[pa.Table, set[tuple[int, str]]]:
    """Return rows as columns of text, and where a value is of a type its column cannot have."""
    unlike: set[tuple[int, str]] = set()
    texts = {}
    for name, column in columns.items():
        found: list[str | None] = []
        for position, row in enumerate(rows):
            text = None
            if (value := row.get(name)) is not None:
                text = _text(value, column.type)
                if text is None:
                    unlike.add((position, name))
            found.append(text)
        texts[name] = pa.array(found, pa.string())
    return pa.table(texts), unlike


def _text(value: object, kind: ColumnType) -> str | None:
    """Return a value of JSON as a file would spell it; ``None`` where the types do not fit."""
    match value:
        case str():
            return value if value.isascii() or _is_text(value) else None
        case bool():
            return ("true" if value else "false") if kind == "boolean" else None
        case int():
            return str(value)
        case float() if kind != "string":
            return repr(value) if abs(value) <= LARGEST_EXACT else f"{value:.17e}"
        case _:
            return None


def _is_text(value: str) -> bool:
    """Return whether a text is one: JSON can spell half of a character."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_given(value: object) -> bool:
    return value is not None and value != ""


def _said(value: object) -> str:
    """Return what was given as text that may be shown."""
    match value:
        case None:
            return ""
        case str():
            return shown(_clean(value))
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return shown(json.dumps(value))


def _clean(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def _frozen(
    found: Mapping[int, Iterable[RowFinding]],
) -> dict[int, tuple[RowFinding, ...]]:
    return {row: tuple(findings) for row, findings in found.items()}
