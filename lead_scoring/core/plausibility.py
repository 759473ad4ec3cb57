"""Whether the scores of a batch are broken, and whether they look like the champion's training.

Broken scores fail the run. Implausible ones hold the batch: every reason names the column, the
share, the limit and what was seen.
"""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Final

import numpy as np
import pandas as pd

from lead_scoring.config.inference import HoldConfig
from lead_scoring.core.profile import Profile
from lead_scoring.core.profile import numbers_of
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import GRADES
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.schema import SCORE
from lead_scoring.core.schema import watched
from lead_scoring.core.score_shift import Places
from lead_scoring.core.score_shift import find_shift
from lead_scoring.core.score_shift import places_among

MAX_EXAMPLES: Final = 5
MAX_COUNTED_LEVELS: Final = 1_000
CONSTANT_SPREAD: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen in rows that were scored; two of them can be added.

    Attributes:
        rows: Rows seen.
        missing: Rows without a value, per column.
        unseen: Rows with a level the profile does not have, per text column whose
            levels it knows.
        levels: The levels themselves with their rows, per text column; at most
            ``MAX_COUNTED_LEVELS`` of them, for examples.
        outside: Rows outside the profile's range, per numeric column.
        ranges: Least and greatest finite value, per numeric column that has one.
        grades: Rows per grade; none where grades go by rank.
        places: Where the watched scores lie among the reference's quantiles.
        watched: The column of scores that is watched.
        lowest: Least probability or prediction, infinity if there are no rows.
        highest: Greatest probability or prediction, minus infinity if there are no rows.
    """

    rows: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    levels: Mapping[str, Counter[str]] = field(default_factory=dict)
    outside: Counter[str] = field(default_factory=Counter)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    grades: Counter[str] = field(default_factory=Counter)
    places: Places = field(default_factory=Places)
    watched: str = PROBABILITY
    lowest: float = np.inf
    highest: float = -np.inf

    def __add__(self, other: "Observed") -> "Observed":
        return Observed(
            rows=self.rows + other.rows,
            missing=self.missing + other.missing,
            unseen=self.unseen + other.unseen,
            levels={
                column: _bounded(
                    self.levels.get(column, Counter()) + other.levels.get(column, Counter())
                )
                for column in {**self.levels, **other.levels}
            },
            outside=self.outside + other.outside,
            ranges={
                column: _wider(self.ranges.get(column), other.ranges.get(column))
                for column in {**self.ranges, **other.ranges}
            },
            grades=self.grades + other.grades,
            places=self.places + other.places,
            watched=other.watched,
            lowest=min(self.lowest, other.lowest),
            highest=max(self.highest, other.highest),
        )


def find_broken(scores: pd.DataFrame, *, graded: bool = True) -> str | None:
    """Say what is arithmetically wrong with scores; ``None`` if nothing is.

    Args:
        scores: As `score_leads` gives them.
        graded: Whether they must have grades.
    """
    if PROBABILITY in scores:
        probabilities = scores[PROBABILITY].to_numpy(dtype=np.float64)
        broken = int((~((probabilities >= 0) & (probabilities <= 1))).sum())
        if broken:
            return f"{broken} of {len(scores)} probabilities are not numbers in [0, 1]"
    numbers = scores[[SCORE, MARGIN]].to_numpy(dtype=np.float64)
    lost = int((~np.isfinite(numbers)).any(axis=1).sum())
    if lost:
        return f"{lost} of {len(scores)} scores or margins are not finite"
    if not graded:
        return None
    ungraded = int((~scores[GRADE].isin(GRADES)).sum()) if GRADE in scores else len(scores)
    return f"{ungraded} of {len(scores)} leads have no grade" if ungraded else None


def observe(profile: Profile, leads: pd.DataFrame, scores: pd.DataFrame) -> Observed:
    """Count what the profile is compared with.

    Args:
        profile: Profile of the model that scored.
        leads: Rows with the profile's columns, shape (n_leads, n_columns).
        scores: The watched column of the same rows, and ``grade`` unless it goes by rank.
    """
    values = scores[watched(scores.columns)].to_numpy(dtype=np.float64)
    numbers = {column: numbers_of(leads[column]) for column in profile.numeric}
    levels = {
        column: _unseen_levels(leads[column], one.levels)
        for column, one in profile.categorical.items()
        if one.levels is not None
    }
    finite = {column: values[np.isfinite(values)] for column, values in numbers.items()}
    columns = (*profile.numeric, *profile.categorical)
    return Observed(
        rows=len(leads),
        missing=Counter({column: int(leads[column].isna().sum()) for column in columns}),
        unseen=Counter({column: found.total() for column, found in levels.items()}),
        levels={column: _bounded(found) for column, found in levels.items() if found},
        outside=Counter(
            {
                column: int((~np.isnan(values) & ~_inside(profile, column, values)).sum())
                for column, values in numbers.items()
            }
        ),
        ranges={
            column: (float(values.min()), float(values.max()))
            for column, values in finite.items()
            if values.size
        },
        grades=Counter(scores[GRADE].to_list() if GRADE in scores else ()),
        places=places_among(profile.quantiles, values),
        watched=watched(scores.columns),
        lowest=float(values.min(initial=np.inf)),
        highest=float(values.max(initial=-np.inf)),
    )


def find_implausible(profile: Profile, seen: Observed, limits: HoldConfig) -> tuple[str, ...]:
    """Return every reason to hold a batch, each naming column, share and limit.

    Args:
        profile: Profile of the model that scored.
        seen: What was seen in the whole batch.
        limits: Limits of the config.

    Returns:
        Reasons in plain words; none for a batch smaller than ``limits.min_rows``.
    """
    if seen.rows < limits.min_rows:
        return ()
    return (
        *_constant(seen),
        *find_shift(profile, seen.grades, seen.places, seen.rows, limits.max_grade_shift),
        *_unseen(profile, seen, limits.max_unseen_share),
        *_outside(profile, seen, limits.max_out_of_range_share),
        *_missing(profile, seen, limits.max_missing_shift),
    )


def _constant(seen: Observed) -> Iterator[str]:
    if not seen.highest - seen.lowest > CONSTANT_SPREAD:
        yield f"all {seen.rows} leads have the same {seen.watched}, {seen.highest:.6f}"


def _unseen(profile: Profile, seen: Observed, limit: float) -> Iterator[str]:
    for column, one in profile.categorical.items():
        share = seen.unseen[column] / seen.rows
        if share - one.rest > limit:
            found = seen.levels[column].most_common(MAX_EXAMPLES)
            examples = ", ".join(f"{level[:40]!r} ({rows} rows)" for level, rows in found)
            yield (
                f"column {column}: {share:.1%} of {seen.rows} rows have a level never seen in "
                f"training, limit {limit:.1%}; most often {examples}"
            )


def _outside(profile: Profile, seen: Observed, limit: float) -> Iterator[str]:
    for column, one in profile.numeric.items():
        share = seen.outside[column] / seen.rows
        if share > limit:
            was = "no value" if one.minimum is None else f"{one.minimum:g} to {one.maximum:g}"
            now = "{:g} to {:g}".format(*seen.ranges.get(column, (np.nan, np.nan)))
            yield (
                f"column {column}: {share:.1%} of {seen.rows} rows are outside the range of "
                f"training, limit {limit:.1%}; training had {was}, the batch has {now}"
            )


def _missing(profile: Profile, seen: Observed, limit: float) -> Iterator[str]:
    before = {
        **{column: one.missing for column, one in profile.numeric.items()},
        **{column: one.missing for column, one in profile.categorical.items()},
    }
    for column, was in before.items():
        share = seen.missing[column] / seen.rows
        if abs(share - was) > limit:
            yield (
                f"column {column}: {share:.1%} of {seen.rows} rows have no value, in training "
                f"{was:.1%}; a change of at most {limit:.1%} is allowed"
            )


def _inside(
    profile: Profile, column: str, values: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    one = profile.numeric[column]
    if one.minimum is None or one.maximum is None:
        return np.zeros(values.shape, dtype=np.bool_)
    return (values >= one.minimum) & (values <= one.maximum)


def _unseen_levels(column: pd.Series, known: Mapping[str, float]) -> Counter[str]:
    counts = column.dropna().astype(str).value_counts()
    return Counter({str(level): int(rows) for level, rows in counts.items() if level not in known})


def _bounded(levels: Counter[str]) -> Counter[str]:
    """Keep the most frequent levels; of equal ones the first by name."""
    if len(levels) <= MAX_COUNTED_LEVELS:
        return levels
    ranked = sorted(levels.items(), key=lambda item: (-item[1], item[0]))
    return Counter(dict(ranked[:MAX_COUNTED_LEVELS]))


def _wider(
    first: tuple[float, float] | None, second: tuple[float, float] | None
) -> tuple[float, float]:
    both = [one for one in (first, second) if one is not None]
    return min(low for low, _ in both), max(high for _, high in both)
