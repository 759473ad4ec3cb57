"""Writes the first config of a source nobody described, with the reason of each guess."""

from dataclasses import dataclass
from datetime import timedelta

from lead_scoring.config.source import FileSource
from lead_scoring.core.first_features import FirstColumn
from lead_scoring.core.first_features import Roles
from lead_scoring.core.first_features import first_columns
from lead_scoring.core.first_outcome import find_outcome
from lead_scoring.core.first_profile import Profile
from lead_scoring.core.first_roles import Wishes
from lead_scoring.core.first_roles import find_created
from lead_scoring.core.first_roles import find_id
from lead_scoring.core.first_text import Origin
from lead_scoring.core.first_text import write_config


@dataclass(frozen=True, slots=True)
class FirstConfig:
    """A config, and what to know before it is trusted.

    Attributes:
        text: The file.
        task: Kind of the outcome.
        outcome: Its column.
        notes: What was guessed and what looks odd.
        open_rows: Rows without an outcome, to be scored; rows with an event time may be open, too.
        newest: Day of the newest event; empty without event times.
    """

    text: str
    task: str
    outcome: str
    notes: tuple[str, ...]
    open_rows: int
    newest: str


def first_config(
    use_case: str, profile: Profile, wishes: Wishes, source: FileSource, maturity: timedelta | None
) -> FirstConfig:
    """Decide what each column of a source is and write a config that runs.

    Args:
        use_case: Its name.
        profile: What the source holds.
        wishes: What the user said about it.
        source: Where it is and how it is read.
        maturity: Time until an outcome is final, if the user said it.

    Raises:
        ValueError: It is not clear what is predicted, the user named a column that cannot be what
            they say, or no column is left to predict with.
    """
    outcome = find_outcome(profile, wishes)
    created, why_created = find_created(profile, wishes, outcome.column.name)
    roles = Roles(outcome, created, find_id(profile, wishes, (outcome.column.name, created)))
    columns = first_columns(profile, roles)
    if not any(column.use in {"numeric", "categorical", "rare", "created"} for column in columns):
        msg = "no column is left to predict with: " + "; ".join(
            f"{column.profile.name}: {column.note or column.use}" for column in columns[:20]
        )
        raise ValueError(msg)
    origin = Origin(use_case, source, profile.rows, why_created, maturity)
    event = next((column.profile for column in columns if column.use == "created"), None)
    return FirstConfig(
        write_config(origin, roles, columns),
        outcome.task,
        outcome.column.name,
        tuple(_notes(profile, roles, columns)),
        outcome.column.missing,
        f"{event.most:%Y-%m-%d}" if event is not None and event.most is not None else "",
    )


def _notes(profile: Profile, roles: Roles, columns: tuple[FirstColumn, ...]) -> list[str]:
    notes = []
    if roles.outcome.why:
        notes.append(f"outcome is {roles.outcome.column.name!r}: {roles.outcome.why}")
    if profile.misfits[0]:
        notes.append(f"{profile.misfits[0]:,} rows are no rows: {profile.misfits[1]}")
    if roles.id is None:
        notes.append("no id: rows alike in all columns but the outcome count as one lead")
    if roles.created is None:
        notes.append("no event time: rows are split by chance, and open while without outcome")
    else:
        notes.append(f"event time is {roles.created!r}")
    notes.extend(
        f"column {column.profile.name!r}: {column.note}" for column in columns if column.check
    )
    notes.extend(
        f"column {column.profile.name!r} is read as written: {column.profile.written}"
        for column in columns
        if column.profile.written is not None
    )
    notes.extend(
        f"column {column.profile.name!r}: {column.profile.faulty[0]:,} values such as"
        f" {column.profile.faulty[1]!r} are no {column.profile.type}; their rows are set apart"
        for column in columns
        if column.profile.faulty[0]
    )
    return notes
