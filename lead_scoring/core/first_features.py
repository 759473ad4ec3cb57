"""Decides what a first config does with each column of a source, and says why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.use_case import STANDARD_COLUMNS
from lead_scoring.core.column_skill import FloatArray
from lead_scoring.core.first_outcome import Outcome
from lead_scoring.core.first_profile import ColumnProfile
from lead_scoring.core.first_profile import Profile
from lead_scoring.core.first_suspicions import late_name
from lead_scoring.core.first_suspicions import suspicion
from lead_scoring.core.first_suspicions import targets

MAX_LEVELS: Final = 30
"""More levels than this are merged by ``rare_levels``."""
MAX_NAME: Final = 128
_UNIQUE_SHARE: Final = 0.5
"""Texts that differ in a larger share of the rows are ids or free text."""
_DAY: Final = 86_400_000_000
_STANDARD: Final = dict(
    zip(("lead_id", "created_at", "outcome"), ("--id", "--created", "--outcome"), strict=True)
)


@dataclass(frozen=True, slots=True)
class Roles:
    """What the columns are; ``None`` where there is no such column."""

    outcome: Outcome
    created: str | None
    id: str | None


@dataclass(frozen=True, slots=True)
class FirstColumn:
    """What a first config says of one column.

    Attributes:
        profile: What it holds.
        use: What it is used for: a role, ``numeric``, ``categorical``, ``rare`` for levels to be
            merged, ``late`` for what is known only with the outcome, ``unused`` or ``ignored``.
        note: What to know about it.
        check: Whether the note is a guess somebody should look at.
    """

    profile: ColumnProfile
    use: str
    note: str = ""
    check: bool = False


def first_columns(profile: Profile, roles: Roles) -> tuple[FirstColumn, ...]:
    """Return what is done with each column, in the order of the source."""
    known = targets(roles.outcome)
    return tuple(_decide(column, roles, known) for column in profile.columns)


def date_parts(column: ColumnProfile) -> tuple[str, ...]:
    """Return the parts of an event time that differ between rows."""
    micros = column.sampled.drop_null().cast(pa.int64())
    times = pc.not_equal(pc.subtract(micros, pc.multiply(pc.divide(micros, _DAY), _DAY)), 0)
    return ("hour", "weekday") if pc.any(times).as_py() else ("weekday",)


def features(columns: tuple[FirstColumn, ...]) -> tuple[list[str], list[str]]:
    """Return numeric and categorical features."""
    numeric = [column.profile.name for column in columns if column.use == "numeric"]
    for column in columns:
        if column.use == "created":
            numeric += [f"{prefix(columns)}_{part}" for part in date_parts(column.profile)]
    return numeric, [
        column.profile.name for column in columns if column.use in {"categorical", "rare"}
    ]


def prefix(columns: tuple[FirstColumn, ...]) -> str:
    """Return a prefix for the parts of the event time that no column has."""
    names = [column.profile.name for column in columns]
    taken = any(name.startswith("created_") for name in names)
    return "event_time" if taken else "created"


def _decide(column: ColumnProfile, roles: Roles, known: tuple[FloatArray, ...]) -> FirstColumn:
    role = {
        roles.outcome.column.name: "outcome",
        roles.created: "created",
        roles.id: "id",
    }.get(column.name)
    if role is not None and (column.name != roles.outcome.column.name or role == "outcome"):
        return FirstColumn(column, role)
    ignored = _ignored(column)
    if ignored:
        return FirstColumn(column, "ignored", ignored)
    for found in _without_use(column):
        return FirstColumn(column, "unused", found)
    doubt = suspicion(column, known)
    if doubt:
        return FirstColumn(column, "late", doubt, check=True)
    if column.type == "timestamp":
        note = "an instant; to use it, add a date_parts step and its parts to the features"
        return FirstColumn(column, "unused", note)
    late = late_name(column.name)
    note = f"{late!r} may tell of the time after; then say known: outcome" if late else ""
    return FirstColumn(column, _kind(column), note, check=bool(late))


def _ignored(column: ColumnProfile) -> str:
    if not column.name or len(column.name) > MAX_NAME or not column.name.isprintable():
        return "a name no column can have"
    if column.name in STANDARD_COLUMNS:
        option = _STANDARD.get(column.name)
        return "its name is taken by the platform" + (
            f"; if it is that, say {option}" if option else ""
        )
    return "" if column.type is not None else "neither text, number, instant nor yes and no"


def _without_use(column: ColumnProfile) -> Iterator[str]:
    if column.distinct == 0:
        yield "always empty"
    elif column.distinct == 1 and not column.missing:
        yield "always the same"
    elif column.type == "string" and column.distinct > _UNIQUE_SHARE * column.present > MAX_LEVELS:
        yield f"{column.distinct:,} different texts in {column.present:,} rows: ids or free text"
    elif column.type == "integer" and column.unique and _counts_up(column):
        yield "numbers the rows"


def _counts_up(column: ColumnProfile) -> bool:
    values = column.sampled.drop_null()
    return bool(pc.all(pc.greater(values[1:], values[:-1])).as_py())


def _kind(column: ColumnProfile) -> str:
    if column.type != "string":
        return "numeric"
    return "rare" if column.distinct > MAX_LEVELS else "categorical"
