"""The form of a lead that is typed in, made of the contract's columns."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lead_scoring.config.contract import ColumnConfig
from lead_scoring.config.contract import Rule
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.allowed_values import allowed_in_words
from lead_scoring.core.plain import instant
from lead_scoring.core.submission import RowFinding

PREFIX: Final = "field:"
"""Begins the name of every field, so that no column is taken for a field of the form's own."""
MOST_SUGGESTED: Final = 60


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        name: Column of the contract.
        words: The same for people.
        kind: ``choice``, ``number``, ``text`` or ``instant``.
        choices: The only values allowed, of a choice.
        suggestions: Values the model knows, of a text that may be any.
        hint: What may be written.
        value: What was written.
        fault: Why that is refused; empty if it is not.
    """

    name: str
    words: str
    kind: str
    choices: tuple[str, ...]
    suggestions: tuple[str, ...]
    hint: str
    value: str
    fault: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are counted together.

    Attributes:
        words: What they are; empty for those that stand alone.
        fields: The fields.
        open: Whether one of them has something written or is at fault.
    """

    words: str
    fields: tuple[Field, ...]
    open: bool


def what_if_groups(
    use_case: UseCase,
    reads: Iterable[str],
    values: Mapping[str, str],
    findings: Iterable[RowFinding] = (),
) -> tuple[Group, ...]:
    """Return the form: first the fields that stand alone, then those that are summed up.

    Args:
        use_case: Says what each column may hold.
        reads: Columns the model reads.
        values: What was written, by column.
        findings: What was wrong with it.
    """
    created = use_case.lead.created_column
    names = list(dict.fromkeys([*([created] if created else []), *reads]))
    summed = _summed(use_case)
    titles = ["", *dict.fromkeys(summed[name] for name in names if name in summed)]
    faults: dict[str, str] = {}
    for finding in findings:
        faults.setdefault(finding.field, _fault(finding))
    return tuple(
        _group(
            title,
            [
                _field(use_case, name, values.get(name, ""), faults.get(name, ""))
                for name in names
                if summed.get(name, "") == title
            ],
        )
        for title in titles
    )


def spelled(value: object) -> str:
    """Return a value of a snapshot as a form shows it; empty where it is missing.

    >>> spelled(3.0), spelled(0.5), spelled(None), spelled(True)
    ('3', '0.5', '', 'true')
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case datetime():
            return instant(value)
        case _:
            return str(value)


def written(form: Mapping[str, str]) -> dict[str, str]:
    """Return what somebody wrote, by column; fields that were left empty are left out."""
    return {
        name.removeprefix(PREFIX): value.strip()
        for name, value in form.items()
        if name.startswith(PREFIX) and value.strip()
    }


def in_words(name: str) -> str:
    """Return the name of a column for people.

    >>> in_words("total_leads_droppped")
    'Total leads droppped'
    """
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _fault(finding: RowFinding) -> str:
    given = f" You wrote {finding.value!r}." if finding.value else ""
    return f"This is to be {finding.allowed}.{given}".replace(
        "to be text that matches", "to match"
    )


def _group(title: str, fields: list[Field]) -> Group:
    used = any(field.value or field.fault for field in fields)
    return Group(in_words(title), tuple(fields), not title or used)


def _field(use_case: UseCase, name: str, value: str, fault: str) -> Field:
    column = use_case.contract.columns[name]
    choices = tuple(_choices(column))
    kinds = {"timestamp": "instant", "integer": "number", "number": "number"}
    return Field(
        name=name,
        words=in_words(name),
        kind="choice" if choices else kinds.get(column.type, "text"),
        choices=choices,
        suggestions=() if choices else tuple(_suggested(use_case, name))[:MOST_SUGGESTED],
        hint="" if choices or column.type == "string" else _hint(column),
        value=value,
        fault=fault,
    )


def _choices(column: ColumnConfig) -> Iterator[str]:
    if column.type == "boolean":
        yield from ("true", "false")
    elif column.type != "timestamp":
        yield from (spelled(one) for one in column.allowed or ())


def _hint(column: ColumnConfig) -> str:
    words = allowed_in_words(column, Rule.RANGE)
    return words[:1].upper() + words[1:]


def _suggested(use_case: UseCase, name: str) -> Iterator[str]:
    """Yield the levels that steps of the preparation name for a column."""
    for step in use_case.preparation:
        if step.step == "rare_levels":
            yield from step.levels.get(name, ())
        elif step.step == "map_levels" and step.column == name:
            for levels in step.levels.values():
                yield from levels


def _summed(use_case: UseCase) -> dict[str, str]:
    """Return the sum that a column is part of, by column."""
    return {
        column: output
        for step in use_case.preparation
        if step.step == "sum_columns"
        for output, columns in step.outputs.items()
        for column in columns
    }
