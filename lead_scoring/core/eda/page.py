"""The profile of training data as a page."""

from collections.abc import Iterator
from typing import Final

from lead_scoring.core.document import Block
from lead_scoring.core.document import Bullets
from lead_scoring.core.document import Document
from lead_scoring.core.document import Picture
from lead_scoring.core.document import Section
from lead_scoring.core.document import Table
from lead_scoring.core.document import Text
from lead_scoring.core.eda.columns import LEAST_FILLED
from lead_scoring.core.eda.columns import MIN_LEVEL_ROWS
from lead_scoring.core.eda.columns import QUANTILES
from lead_scoring.core.eda.columns import Column
from lead_scoring.core.eda.data import DataProfile
from lead_scoring.core.words import number
from lead_scoring.core.words import percent

TIME: Final = "profile/time.png"
NUMBERS: Final = "profile/numbers.png"
LEVELS: Final = "profile/levels.png"
ASSOCIATIONS: Final = "profile/associations.png"
DRAWN: Final = 12
"""Columns of a kind that are drawn; the tables have all."""
_PAIRS: Final = 15


def profile_page(profile: DataProfile, title: str) -> Document:
    """Return the page of a profile.

    Args:
        profile: Its numbers.
        title: Title of the use case.
    """
    sizes = ", ".join(f"{rows:,} {name}" for name, rows in profile.groups.items())
    part = (
        f" Distributions and associations are taken from {profile.sampled:,} of them, drawn with"
        " the seed of the training."
        if profile.sampled < profile.rows
        else ""
    )
    sections = [
        Section("Columns", tuple(_columns(profile))),
        Section("Over time", tuple(_time(profile))),
        Section("Numbers by outcome", tuple(_numbers(profile))),
        Section("Levels by outcome", tuple(_levels(profile))),
        Section("Columns that go together", tuple(_associations(profile))),
    ]
    return Document(
        title=f"Training data of {title}",
        summary=f"The model was fitted on {profile.rows:,} leads: {sizes}.{part}",
        sections=tuple(section for section in sections if section.blocks),
    )


def drawn_numbers(profile: DataProfile) -> list[Column]:
    """Return the columns of numbers that are drawn, the strongest first."""
    return [one for one in profile.columns if one.numbers is not None and one.filled][:DRAWN]


def drawn_levels(profile: DataProfile) -> list[Column]:
    """Return the columns of levels that are drawn, the strongest first."""
    return [one for one in profile.columns if one.levels is not None and one.filled][:DRAWN]


def _columns(profile: DataProfile) -> Iterator[Block]:
    empty = [one.name for one in profile.columns if not one.distinct]
    constant = [one.name for one in profile.columns if one.distinct == 1]
    yield Text(
        "Ordered by how strongly a column goes together with the outcome: Cramér's V of its bins,"
        " 0 for nothing and 1 for all. That is no cause, and no proof that the value is known in"
        " time."
    )
    few = [one.name for one in profile.columns if one.distinct > 1 and not one.filled]
    kinds = {
        "Empty": empty,
        "One value only": constant,
        f"A value in fewer than {percent(LEAST_FILLED)} of the rows, so not drawn": few,
    }
    kinds |= {
        f"Not shown, {why}": [one.name for one in profile.columns if one.hidden == why]
        for why in dict.fromkeys(one.hidden for one in profile.columns if one.hidden)
    }
    yield Bullets(
        tuple(f"{words}: {', '.join(names)}." for words, names in kinds.items() if names)
    )
    names = list(profile.groups)
    yield Table(
        f"{len(profile.columns)} columns",
        ("column", "type", "read by the model", "missing", *(f"missing, {one}" for one in names),
         "distinct values", "with the outcome", "values"),
        tuple(
            (
                one.name,
                one.kind,
                "yes" if one.read else "no",
                percent(one.missing),
                *(percent(one.missing_by.get(group, float("nan"))) for group in names),
                f"{one.distinct:,}",
                f"{one.association:.2f}",
                "not shown" if one.hidden else "shown",
            )
            for one in profile.columns
        ),
    )  # fmt: skip


def _time(profile: DataProfile) -> Iterator[Block]:
    if not profile.periods:
        yield Text("The source has no event times, so nothing can be said about change over time.")
        return
    first, last = profile.periods[0], profile.periods[-1]
    yield Picture(
        TIME,
        f"Leads per {profile.unit} as bars and {profile.signal} as a line, from"
        f" {first.begins} ({number(first.value)}) to {last.begins} ({number(last.value)}).",
    )
    yield Table(
        f"Leads and {profile.signal} per {profile.unit}, UTC",
        (f"{profile.unit} from", "leads", profile.signal),
        tuple((one.begins, f"{one.rows:,}", number(one.value)) for one in profile.periods),
        folded=True,
    )


def _numbers(profile: DataProfile) -> Iterator[Block]:
    drawn = drawn_numbers(profile)
    if not drawn:
        return
    yield Picture(
        NUMBERS,
        "Violins by outcome, their line at the median, cut off at the 1st and 99th percentile:"
        f" {', '.join(one.name for one in drawn)}.",
    )
    rows = tuple(
        (one.name, group, *(number(value) for value in values))
        for one in profile.columns
        if one.numbers is not None and one.filled
        for group, values in one.numbers.quantiles.items()
    )
    shares = tuple(f"{share:.0%}" for share in QUANTILES)
    yield Table("Quantiles by outcome", ("column", "outcome", *shares), rows, folded=True)


def _levels(profile: DataProfile) -> Iterator[Block]:
    drawn = drawn_levels(profile)
    if not drawn:
        return
    yield Picture(
        LEVELS,
        "Share of each outcome by level, the most frequent level first:"
        f" {', '.join(one.name for one in drawn)}.",
    )
    yield Text(
        f"Levels of fewer than {MIN_LEVEL_ROWS} rows are not named; columns whose values may name"
        " people are not shown."
    )
    groups = tuple(profile.groups)
    for one in drawn:
        if one.levels is not None:
            yield Table(
                one.name,
                ("level", "leads", *groups),
                tuple(
                    (level, f"{rows:,}", *(percent(shares.get(group, 0.0)) for group in groups))
                    for (level, rows), shares in zip(
                        one.levels.rows.items(), one.levels.shares.values(), strict=True
                    )
                ),
                folded=True,
            )


def _associations(profile: DataProfile) -> Iterator[Block]:
    names = profile.names
    pairs = sorted(
        (
            (profile.matrix[row][column], names[column], names[row])
            for row in range(len(names))
            for column in range(row)
        ),
        reverse=True,
    )[:_PAIRS]
    if not pairs:
        return
    strongest = f"{pairs[0][1]} and {pairs[0][2]} ({pairs[0][0]:.2f})"
    yield Picture(
        ASSOCIATIONS,
        f"Cramér's V of each pair of {len(names)} columns; the strongest pair is {strongest}.",
    )
    yield Table(
        "Strongest pairs, missing values counting as a value",
        ("pair", "Cramér's V"),
        tuple((f"{one} and {other}", f"{value:.2f}") for value, one, other in pairs),
    )
