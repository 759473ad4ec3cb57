"""The contract of a first config: a line for each column, with what it holds as comment."""

from collections.abc import Iterator
from typing import Final

from lead_scoring.core.first_features import FirstColumn
from lead_scoring.core.first_features import Roles
from lead_scoring.core.first_outcome import Outcome
from lead_scoring.core.first_profile import ColumnProfile
from lead_scoring.core.first_yaml import comment
from lead_scoring.core.first_yaml import entries
from lead_scoring.core.first_yaml import number
from lead_scoring.core.first_yaml import quoted
from lead_scoring.core.first_yaml import typed

_SHOWN_LEVELS: Final = 6
_SHOWN_CHARACTERS: Final = 50


def contract_lines(roles: Roles, columns: tuple[FirstColumn, ...]) -> Iterator[str]:
    """Iterate over the lines of the section ``contract``."""
    ignored = [column for column in columns if column.use == "ignored"]
    yield "contract:"
    if ignored:
        yield "  ignore_columns:"
        yield from entries((column.profile.name, column.note) for column in ignored)
    yield "  rules:"
    yield "    # An empty field where there was none in the file is told, and no reason to refuse."
    yield "    nullable: {action: warn}"
    if roles.id is None:
        yield "    # Without an id rows that are alike are one lead; their outcomes may differ."
        yield "    contradicting_outcome: {action: quarantine, max_rate: 1.0}"
    yield "  columns:"
    for column in columns:
        if column.use != "ignored":
            yield from _column(column, roles.outcome)


def _column(column: FirstColumn, outcome: Outcome) -> Iterator[str]:
    profile = column.profile
    keys = [f"type: {profile.type or 'string'}", *_spelling(profile)]
    if column.use in {"id", "created"}:
        keys.append("nullable: false, rules: {nullable: {action: quarantine}}")
    elif column.use == "outcome":
        if outcome.task != "regression":
            names = (level for level, _ in profile.levels)
            keys.append(f"allowed: [{', '.join(typed(name, profile) for name in names)}]")
        if not profile.missing:
            yield "    # Rows to score need not have it."
            keys.append("required: false")
    elif not profile.missing:
        keys.append("nullable: false")
    if column.use == "late":
        way_out = "where its value is there before the outcome, drop `known` and use it"
        yield from comment(f"CHECK: {column.note}; {way_out}.", 4)
        keys.append("known: outcome")
    elif column.check:
        yield from comment(f"CHECK: {column.note}.", 4)
    holds = "" if column.use == "outcome" else _holds(profile)
    note = "; ".join(part for part in (holds, _unused(column)) if part)
    yield f"    {quoted(profile.name)}: {{{', '.join(keys)}}}{f'  # {note}' if note else ''}"


def _spelling(profile: ColumnProfile) -> list[str]:
    return [] if profile.written is None else [f"written: {profile.written}"]


def _unused(column: FirstColumn) -> str:
    return f"not used: {column.note}" if column.use == "unused" else ""


def _holds(profile: ColumnProfile) -> str:
    """Return what a column holds, in a few words."""
    parts = []
    if profile.least is not None and profile.most is not None:
        parts.append(f"{number(profile.least)} to {number(profile.most)}")
    elif 0 < profile.distinct <= _SHOWN_LEVELS:
        parts.append(" | ".join(_oneline(level) for level, _ in profile.levels))
    elif profile.distinct:
        parts.append(f"{profile.distinct:,} levels")
    if profile.missing:
        parts.append(f"{profile.missing / profile.rows:.1%} empty")
    return ", ".join(parts)


def _oneline(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _SHOWN_CHARACTERS else f"{short[:_SHOWN_CHARACTERS]}..."
