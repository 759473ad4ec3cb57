"""Guesses which columns of a source nobody described are its event time and id."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lead_scoring.config.outcome import Task
from lead_scoring.config.spelling import did_you_mean
from lead_scoring.core.first_profile import ColumnProfile
from lead_scoring.core.first_profile import Profile

_IDS: Final = frozenset(("id", "uuid", "key", "number", "no", "nr", "num", "ref"))
_TIMES: Final = ("created", "arrived", "received", "registered", "date", "time", "timestamp")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user said about the columns; what was not said is guessed."""

    outcome: str | None = None
    positive: str | None = None
    task: Task | None = None
    created: str | None = None
    id: str | None = None


def find_column(profile: Profile, name: str, option: str) -> ColumnProfile:
    """Return the column a user named.

    Raises:
        ValueError: There is none; the likeliest is proposed.
    """
    names = [column.name for column in profile.columns]
    found = [column for column in profile.columns if column.name == name]
    if not found:
        msg = f"{option}: there is no column {name!r}{did_you_mean(name, names)}; there are: "
        raise ValueError(msg + ", ".join(names[:30]))
    return found[0]


def find_created(profile: Profile, wishes: Wishes, taken: str) -> tuple[str | None, str]:
    """Return the column with the event time, and why it is that one; None if there is none.

    Raises:
        ValueError: The column the user named is not there or holds no instants.
    """
    if wishes.created is not None:
        column = find_column(profile, wishes.created, "--created")
        if column.type != "timestamp":
            msg = (
                f"--created: {column.name!r} holds {column.type} values such as"
                f" {_example(column)!r}, not instants such as 2022-02-01 or 2022-02-01T08:00:00Z"
            )
            raise ValueError(msg)
        return column.name, ""
    times = [
        column
        for column in profile.columns
        if column.type == "timestamp" and not column.missing and column.name != taken
    ]
    if not times:
        return None, ""
    named = [
        column for word in _TIMES for column in times if word in words_of(column.name)
    ] or times
    why = "as the only column of instants" if len(times) == 1 else "by its name and type"
    return named[0].name, why


def find_id(profile: Profile, wishes: Wishes, taken: Iterable[str | None]) -> str | None:
    """Return the column that identifies a row; None if there is none.

    Raises:
        ValueError: The column the user named is not there or has gaps.
    """
    if wishes.id is not None:
        column = find_column(profile, wishes.id, "--id")
        if column.missing:
            msg = f"--id: {column.name!r} is empty in {column.missing:,} of {column.rows:,} rows"
            raise ValueError(msg)
        return column.name
    used = set(taken)
    found = [
        column.name
        for column in profile.columns
        if column.unique
        and column.name not in used
        and column.type in {"string", "integer"}
        and _IDS & set(words_of(column.name))
    ]
    return found[0] if found else None


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a column's name, in lower case.

    >>> words_of("CampaignID"), words_of("is_won")
    (('campaign', 'id'), ('is', 'won'))
    """
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return tuple(re.findall(r"[a-z0-9]+", parted.lower()))


def _example(column: ColumnProfile) -> str:
    return column.levels[0][0] if column.levels else ""
