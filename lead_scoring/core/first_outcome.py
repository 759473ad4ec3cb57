"""Guesses what is predicted in a source nobody described: column, task and positive value."""

from dataclasses import dataclass
from typing import Final

from lead_scoring.config.outcome import Task
from lead_scoring.config.spelling import did_you_mean
from lead_scoring.core.first_profile import ColumnProfile
from lead_scoring.core.first_profile import Profile
from lead_scoring.core.first_roles import Wishes
from lead_scoring.core.first_roles import find_column
from lead_scoring.core.first_roles import words_of

MAX_CLASSES: Final = 20
MAX_CODES: Final = 5
"""Whole numbers of so few values are taken for classes; of more for a quantity."""
_PLAIN: Final = frozenset({"outcome", "target", "label", "class", "y"})
_EVENTS: Final = frozenset(
    (
        *("accepted", "bought", "churn", "churned", "click", "clicked", "closed", "complete"),
        *("completed", "conversion", "converted", "default", "defaulted", "purchased"),
        *("responded", "response", "sold", "subscribed", "success", "successful", "survived"),
        *("vote", "won"),
    )
)
_YES: Final = frozenset(
    (
        *("1", "true", "t", "yes", "y", "won", "converted", "success", "successful"),
        *("positive", "accepted", "complete", "completed", "churned", "paid", "bought"),
        *("sold", "closed"),
    )
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is predicted.

    Attributes:
        why: Why this column was chosen, and what it was taken for; empty if the user said it.
        positive: Text of the value that counts as a conversion; empty where none does.
        classes: Texts of all values, the rarest first; empty for numbers.
    """

    column: ColumnProfile
    task: Task
    why: str
    positive: str = ""
    classes: tuple[str, ...] = ()


def find_outcome(profile: Profile, wishes: Wishes) -> Outcome:
    """Return what is predicted.

    Raises:
        ValueError: It is not clear which column it is, or it has too few or too many values.
    """
    if wishes.outcome is not None:
        column, why = find_column(profile, wishes.outcome, "--outcome"), ""
    else:
        column, why = _guess_outcome(profile)
    task, said = _task(column, wishes)
    why = "; ".join(part for part in (why, said) if part)
    levels = tuple(level for level, _ in column.levels)
    if task == "regression":
        return Outcome(column, task, why)
    if task == "multiclass":
        return Outcome(column, task, why, classes=levels[::-1])
    positive, said = _positive(column, wishes, levels)
    return Outcome(column, task, "; ".join(part for part in (why, said) if part), positive, levels)


def _guess_outcome(profile: Profile) -> tuple[ColumnProfile, str]:
    two = [column for column in profile.columns if column.distinct == 2]  # noqa: PLR2004 yes, no
    plain = [column for column in profile.columns if column.name.lower() in _PLAIN]
    named = [column for column in two if _EVENTS & set(words_of(column.name))]
    for found, why in (
        (plain, "chosen by its name"),
        (named, "chosen by its name, with two values"),
        (two, "chosen as the only column with two values"),
    ):
        if len(found) == 1:
            return found[0], why
        if found:
            break
    shown = ", ".join(f"{column.name} ({_levels(column)})" for column in two[:20]) or "none"
    msg = (
        "which column is the outcome? Say it with --outcome COLUMN. Columns with two values: "
        f"{shown}"
    )
    raise ValueError(msg)


def _task(column: ColumnProfile, wishes: Wishes) -> tuple[Task, str]:
    if column.type is None or column.distinct < 2:  # noqa: PLR2004 an outcome can differ
        msg = (
            f"the outcome {column.name!r} has {column.distinct} different values in"
            f" {column.rows:,} rows; a model needs at least two"
        )
        raise ValueError(msg)
    if wishes.positive is not None:
        return "binary", ""
    task = wishes.task or _likely_task(column)
    numbers = column.type in {"integer", "number"}
    if task == "regression" and not numbers:
        msg = f"--task regression: the outcome {column.name!r} holds {column.type} values"
        raise ValueError(msg)
    if task == "binary" and column.distinct > 2:  # noqa: PLR2004 yes, no
        msg = (
            f"the outcome {column.name!r} has {column.distinct} values ({_levels(column)}); say"
            " which one counts with --positive VALUE"
        )
        raise ValueError(msg)
    if task == "multiclass" and column.distinct > MAX_CLASSES:
        msg = (
            f"the outcome {column.name!r} has {column.distinct} values, and classes are at most"
            f" {MAX_CLASSES}; say --positive VALUE, or name another column with --outcome"
        )
        raise ValueError(msg)
    said = f"{column.distinct} values, so task: {task}" if wishes.task is None else ""
    return task, said


def _likely_task(column: ColumnProfile) -> Task:
    if column.distinct == 2:  # noqa: PLR2004 yes, no
        return "binary"
    quantity = column.type == "number" or (
        column.type == "integer" and column.distinct > MAX_CODES
    )
    return "regression" if quantity else "multiclass"


def _positive(column: ColumnProfile, wishes: Wishes, levels: tuple[str, ...]) -> tuple[str, str]:
    if wishes.positive is not None:
        if wishes.positive not in levels:
            msg = (
                f"--positive: the outcome {column.name!r} is never {wishes.positive!r}"
                f"{did_you_mean(wishes.positive, levels)}; it is {_levels(column)}"
            )
            raise ValueError(msg)
        return wishes.positive, ""
    yes = [level for level in levels if level.lower() in _YES]
    if len(yes) == 1:
        return yes[0], ""
    return levels[-1], f"{levels[-1]} counts as a conversion because it is the rarer value"


def _levels(column: ColumnProfile) -> str:
    shown = ", ".join(f"{level} {count:,}x" for level, count in column.levels[:5])
    return shown + (", ..." if column.distinct > 5 else "")  # noqa: PLR2004 as shown
