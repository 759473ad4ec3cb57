"""The text of a first config: YAML with comments, as a person would write it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lead_scoring.config.base import write_duration
from lead_scoring.config.json_schema import schema_line
from lead_scoring.config.source import FileSource
from lead_scoring.core.first_contract import contract_lines
from lead_scoring.core.first_features import FirstColumn
from lead_scoring.core.first_features import Roles
from lead_scoring.core.first_features import date_parts
from lead_scoring.core.first_features import features
from lead_scoring.core.first_features import prefix
from lead_scoring.core.first_outcome import Outcome
from lead_scoring.core.first_yaml import comment
from lead_scoring.core.first_yaml import entries
from lead_scoring.core.first_yaml import number
from lead_scoring.core.first_yaml import quoted
from lead_scoring.core.first_yaml import typed

MATURITY: Final = timedelta(days=14)
FEW_ROWS: Final = 2000
"""Sources with fewer rows are judged on a larger share of them and get smaller models."""
ENOUGH: Final = 50
"""Rows of either outcome that training asks for by default."""
LEAST: Final = 10


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a first config comes from.

    Attributes:
        why_created: Why the event time is the one; empty if the user said it.
        maturity: Time until an outcome is final, if the user said it.
    """

    use_case: str
    source: FileSource
    rows: int
    why_created: str
    maturity: timedelta | None


def write_config(origin: Origin, roles: Roles, columns: tuple[FirstColumn, ...]) -> str:
    """Return the text of a config."""
    parts = (
        _head(origin, roles.outcome),
        _source(origin.source),
        _lead(roles, origin),
        _outcome(roles, origin),
        contract_lines(roles, columns),
        _preparation(columns),
        _features(columns),
        _training(roles.outcome, origin.rows),
    )
    return "\n".join("".join(f"{line}\n" for line in part) for part in map(list, parts) if part)


def _head(origin: Origin, outcome: Outcome) -> Iterator[str]:
    name = origin.source.location.rsplit("/", 1)[-1]
    aim = {
        "binary": f"the probability that {outcome.column.name} is {outcome.positive}",
        "regression": f"the {outcome.column.name} predicted for them",
        "multiclass": f"the class of {outcome.column.name} predicted for them",
    }[outcome.task]
    title = origin.use_case.replace("_", " ").capitalize()
    yield schema_line()
    yield f"# Written by `lead-scoring new` from the {origin.rows:,} rows of {name}."
    yield "# It runs as it is. CHECK marks what was guessed: look there before you trust a score."
    yield f"use_case: {origin.use_case}"
    yield f"title: {quoted(title)}"
    yield f"description: {json.dumps(f'Rank the rows of {name} by {aim}.', ensure_ascii=False)}"
    yield f"task: {outcome.task}"


def _source(source: FileSource) -> Iterator[str]:
    yield "source:"
    yield f"  kind: {source.kind}"
    yield f"  location: {quoted(source.location)}"
    if source.kind == "csv":
        yield f"  delimiter: {json.dumps(source.delimiter)}"
        yield f"  encoding: {source.encoding}"


def _lead(roles: Roles, origin: Origin) -> Iterator[str]:
    if roles.id is None and roles.created is None:
        yield "# CHECK: no column was found that identifies a row or tells when it came."
        yield "lead: {}"
        return
    yield "lead:"
    if roles.id is not None:
        yield f"  id_column: {quoted(roles.id)}"
    if roles.created is not None:
        if origin.why_created:
            yield from comment(f"CHECK: chosen {origin.why_created}.", 2)
        yield f"  created_column: {quoted(roles.created)}"


def _outcome(roles: Roles, origin: Origin) -> Iterator[str]:
    outcome = roles.outcome
    if outcome.why:
        yield from comment(f"CHECK: {outcome.why}.")
    yield "outcome:"
    yield f"  column: {quoted(outcome.column.name)}"
    if outcome.task == "binary":
        yield f"  positive: {typed(outcome.positive, outcome.column)}"
    elif outcome.task == "multiclass":
        classes = ", ".join(typed(name, outcome.column) for name in outcome.classes)
        yield "  # CHECK: the class to call first comes first; here it is the rarest."
        yield f"  classes: [{classes}]"
    else:
        yield "  # CHECK: the least and the greatest there can be; here those of the file."
        yield f"  min: {number(outcome.column.least)}"
        yield f"  max: {number(outcome.column.most)}"
    yield from _maturity(roles, origin)


def _maturity(roles: Roles, origin: Origin) -> Iterator[str]:
    if roles.created is None:
        yield "  # Without event times an outcome is known as soon as it is there."
    elif origin.maturity is None:
        yield "  # CHECK: how long after the event is an outcome final? Two weeks are a guess."
    chosen = origin.maturity if origin.maturity is not None else MATURITY
    yield f"  maturity: {write_duration(chosen) if roles.created is not None else '0d'}"


def _preparation(columns: tuple[FirstColumn, ...]) -> Iterator[str]:
    rare = [column.profile.name for column in columns if column.use == "rare"]
    created = [column.profile for column in columns if column.use == "created"]
    if not rare and not created:
        return
    yield "preparation:"
    if rare:
        yield "  # Levels beyond the most frequent nine tenths of the rows become one."
        yield "  - step: rare_levels"
        yield "    cumulative_share: 0.9"
        yield "    columns:"
        yield from entries(((name, "") for name in rare), 6)
    for profile in created:
        yield "  - step: date_parts"
        yield f"    column: {quoted(profile.name)}"
        yield f"    prefix: {prefix(columns)}"
        yield f"    parts: [{', '.join(date_parts(profile))}]"


def _features(columns: tuple[FirstColumn, ...]) -> Iterator[str]:
    numeric, categorical = features(columns)
    yield "# What a model reads; what is known only after the outcome must not stand here."
    yield "features:"
    for key, names in (("numeric", numeric), ("categorical", categorical)):
        if names:
            yield f"  {key}:"
            yield from entries((name, "") for name in names)


def _training(outcome: Outcome, rows: int) -> Iterator[str]:
    small = rows < FEW_ROWS
    yield "training:"
    if small:
        yield "  # Few rows: a larger share judges, and the figures are uncertain all the same."
    yield f"  test_share: {0.3 if small else 0.2}"
    least = min((count for _, count in outcome.column.levels), default=0)
    if outcome.task == "binary" and LEAST * 2 <= least < ENOUGH:
        yield f"  # CHECK: only {least} rows of one outcome; what a model is worth stays unclear."
        yield f"  min_positives: {LEAST}"
        yield f"  min_negatives: {LEAST}"
    linear = "ridge: {}" if outcome.task == "regression" else "logistic_regression: {}"
    trees = (
        "{n_estimators: 100, num_leaves: 7, min_child_samples: 10}"
        if small
        else "{n_estimators: 200, num_leaves: 31}"
    )
    yield "  candidates:"
    yield f"    {linear}"
    yield f"    lightgbm: {trees}"
    yield from comment(
        "A model that is nearly always right is refused: the message names the columns that make"
        " it so, and the lines to add here if they are known before the outcome.",
        2,
    )
