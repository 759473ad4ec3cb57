"""Decides what becomes of each row, counts every broken rule, and says when it is too much."""

import json
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lead_scoring.config.contract import Action
from lead_scoring.config.contract import ContractConfig
from lead_scoring.config.contract import Rule
from lead_scoring.core.parsing import as_text
from lead_scoring.core.records import Finding
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.rows import Fault
from lead_scoring.core.rows import Indices
from lead_scoring.core.rows import Misfit
from lead_scoring.core.rows import RawRows

MAX_EXAMPLES: Final = 5
LONGEST_VALUE: Final = 200
_NEVER_KEPT: Final = frozenset({Rule.FIELDS, Rule.ENCODING, Rule.TYPE, Rule.CONTRADICTING_OUTCOME})
"""Rules whose rows cannot be kept, whatever the contract says: there is no value to keep."""


class Tally:
    """Counts broken rules over a whole load, with a few examples of each."""

    def __init__(self, contract: ContractConfig) -> None:
        self._contract = contract
        self._counts: dict[tuple[Rule, str], int] = {}
        self._examples: dict[tuple[Rule, str], tuple[str, ...]] = {}

    def add(self, rule: Rule, column: str, count: int, examples: Iterable[str] = ()) -> None:
        """Count rows that broke a rule; only the first few examples are remembered."""
        key = (rule, column)
        self._counts[key] = self._counts.get(key, 0) + count
        known = self._examples.get(key, ())
        if len(known) < MAX_EXAMPLES:
            self._examples[key] = (*known, *examples)[:MAX_EXAMPLES]

    def findings(self) -> tuple[Finding, ...]:
        """Return every broken rule, by column and rule."""
        return tuple(
            Finding(rule, column, action_of(self._contract, rule, column), count, examples)
            for (rule, column), count, examples in sorted(
                (key, count, self._examples[key]) for key, count in self._counts.items()
            )
        )

    def breaches(self, rows_read: int) -> tuple[str, ...]:
        """Return which limits of the contract were passed, in words; empty if none."""
        return tuple(
            f"{finding.rule} in {finding.column!r}: {finding.count} of {rows_read} rows, {limit}"
            f" ({'; '.join(finding.examples)})"
            for finding in self.findings()
            if (limit := self._limit_passed(finding, rows_read)) is not None
        )

    def _limit_passed(self, finding: Finding, rows_read: int) -> str | None:
        config = self._contract.rule(Rule(finding.rule), finding.column)
        if config.action is Action.FAIL:
            return "and the contract allows none"
        if config.max_count is not None and finding.count > config.max_count:
            return f"more than the {config.max_count} allowed"
        if config.max_rate is not None and finding.count > config.max_rate * rows_read:
            return f"more than the {config.max_rate:.4%} allowed"
        return None


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of the rows of one batch.

    Attributes:
        kept: Positions of the rows that stay, ascending, shape (n_kept,).
        quarantined: The others, misfits included, by row number.
    """

    kept: Indices
    quarantined: tuple[QuarantinedRow, ...]


def action_of(contract: ContractConfig, rule: Rule, column: str) -> Action:
    """Return what is done with a row that breaks a rule; an unreadable row is never kept."""
    action = contract.rule(rule, column).action
    return Action.QUARANTINE if action is Action.WARN and rule in _NEVER_KEPT else action


def judge(raw: RawRows, faults: Sequence[Fault], contract: ContractConfig, tally: Tally) -> Judged:
    """Split a batch into rows that stay and rows set apart, and count its faults.

    Args:
        raw: The batch as the source gave it.
        faults: What its values broke.
        contract: Says what is done about it.
        tally: Counts are added here.
    """
    places = {name: place for place, name in enumerate(contract.columns)}
    ordered = sorted(faults, key=lambda fault: (places.get(fault.column, 0), fault.rule))
    broken: dict[int, list[Fault]] = {}
    for fault in ordered:
        tally.add(fault.rule, fault.column, len(fault.rows), _examples(raw, fault))
        if action_of(contract, fault.rule, fault.column) is not Action.WARN:
            for row in fault.rows.tolist():
                broken.setdefault(row, []).append(fault)
    for misfit in raw.misfits:
        tally.add(misfit.rule, misfit.column, 1, [f"{_place(misfit)}: {misfit.problem}"])
    rows = np.array(sorted(broken), dtype=np.int64)
    kept = np.setdiff1d(np.arange(raw.table.num_rows), rows, assume_unique=True)
    reasons = [[(fault.rule, fault.column) for fault in broken[row]] for row in rows.tolist()]
    quarantined = [*quarantine(raw.take(rows), reasons), *map(_quarantine_misfit, raw.misfits)]
    return Judged(kept, tuple(sorted(quarantined, key=lambda row: row.row_number)))


def quarantine(
    raw: RawRows, reasons: Sequence[Sequence[tuple[str, str]]]
) -> Iterator[QuarantinedRow]:
    """Yield rows as they stand in quarantine.

    Args:
        raw: The rows, laid out.
        reasons: Per row the rules it broke with their columns, the first one first.
    """
    texts = raw.table.from_arrays(
        [as_text(column) for column in raw.table.columns], names=raw.table.column_names
    ).to_pylist()
    for position, (text, broken) in enumerate(zip(texts, reasons, strict=True)):
        rule, column = broken[0]
        yield QuarantinedRow(
            row_number=int(raw.row_numbers[position]),
            line=None if raw.lines is None else int(raw.lines[position]),
            column=column,
            rule=rule,
            value=shown(text.get(column) or ""),
            findings=tuple(sorted(f"{rule}:{column}" for rule, column in broken)),
            raw_row=json.dumps(text, ensure_ascii=False),
        )


def shown(value: str) -> str:
    """Return a value as it may be stored and shown: bounded, and without NUL characters."""
    return value[:LONGEST_VALUE].replace("\0", "\\0")


def describe(raw: RawRows, position: int, column: str) -> str:
    """Return where a value stands and what it is, such as ``row 7, line 8: 'x'``."""
    line = "" if raw.lines is None else f", line {raw.lines[position]}"
    value = None
    if column in raw.table.column_names:
        value = as_text(raw.table.column(column).slice(position, 1))[0].as_py()
    return f"row {raw.row_numbers[position]}{line}: {'' if value is None else shown(value)!r}"


def _examples(raw: RawRows, fault: Fault) -> list[str]:
    return [describe(raw, int(row), fault.column) for row in fault.rows[:MAX_EXAMPLES]]


def _place(misfit: Misfit) -> str:
    line = "" if misfit.line is None else f", line {misfit.line}"
    return f"row {misfit.row_number}{line}"


def _quarantine_misfit(misfit: Misfit) -> QuarantinedRow:
    return QuarantinedRow(
        row_number=misfit.row_number,
        line=misfit.line,
        column=misfit.column,
        rule=misfit.rule,
        value=shown(misfit.problem),
        findings=(f"{misfit.rule}:{misfit.column}",),
        raw_row=json.dumps(misfit.text, ensure_ascii=False),
    )
