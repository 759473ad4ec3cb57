"""What looks broken in new rows rather than changed; nobody should train on it."""

import math
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from statistics import median
from typing import Final

from lead_scoring.config.drift import FaultsConfig
from lead_scoring.core.observation import Observation
from lead_scoring.core.observation import ObservedLevels
from lead_scoring.core.observation import ObservedNumbers
from lead_scoring.core.reference import LevelReference
from lead_scoring.core.reference import NumericReference
from lead_scoring.core.reference import Reference
from lead_scoring.core.shifted_columns import find_shifted

MIN_ROWS: Final = 100
"""Fewer rows or values than this on a side are too few to call anything broken."""
CHANCE: Final = 1e-9
"""What is likelier than this to come by chance is not called broken."""
MIN_FILLED: Final = 0.05
"""A column with a smaller share of rows that have a value, or another than the most frequent one,
may well have none in some load."""
_LARGEST: Final = 700.0
"""Logarithms beyond this have no float."""
_CERTAIN: Final = 5.0
"""Standard errors that a change must exceed its limit by."""


def find_faults(
    reference: Reference,
    observation: Observation,
    rows_read: int,
    rows_before: Sequence[int],
    limits: FaultsConfig,
) -> tuple[str, ...]:
    """Return what looks broken, a sentence each: where, how far, which limit, likely why.

    Args:
        reference: The champion's reference.
        observation: What was seen in the new rows.
        rows_read: Rows of the load.
        rows_before: Rows of earlier loads with a window like that of this one; may be empty.
        limits: When rows look broken.

    Returns:
        No sentence if nothing does; the most telling ones first. Of columns there is none where
        either side has fewer than `MIN_ROWS` rows.
    """
    faults = list(_truncated(rows_read, rows_before, limits))
    if min(reference.rows, observation.rows) < MIN_ROWS:
        return tuple(faults)
    faults += find_shifted(reference, observation.sample, MIN_ROWS)
    rows = reference.rows, observation.rows
    for name, numbers in reference.numeric.items():
        seen = observation.numeric[name]
        faults += _emptied(name, (numbers.missing, seen.missing), rows, limits)
        faults += _frozen(name, _fullest(numbers.counts), rows, seen)
        faults += _rescaled(name, numbers, seen, limits)
    for name, levels in reference.levels.items():
        there = observation.levels[name]
        faults += _emptied(name, (levels.missing, there.missing), rows, limits)
        faults += _frozen(name, _fullest(levels.counts.values(), levels.rest), rows, there)
        faults += _flooded(name, levels, there, rows, limits)
    return tuple(faults)


def _truncated(rows_read: int, rows_before: Sequence[int], limits: FaultsConfig) -> Iterator[str]:
    usual = median(rows_before) if rows_before else 0
    if rows_read < limits.min_load_share * usual:
        yield (
            f"the load has {rows_read:,} rows, the loads before it {usual:,.0f} (median); less"
            f" than {limits.min_load_share:.0%} of that is a fault: it is probably truncated"
        )


def _emptied(
    column: str, missing: tuple[int, int], rows: tuple[int, int], limits: FaultsConfig
) -> Iterator[str]:
    """Report a column that lost its values; ``missing`` of ``rows``, in the reference and now."""
    before, now = missing[0] / rows[0], missing[1] / rows[1]
    sure = 1 - before >= MIN_FILLED and before ** rows[1] < CHANCE
    if missing[1] == rows[1] and sure:
        yield (
            f"{column} is empty in all {rows[1]:,} new rows and was in {before:.1%} of the"
            " reference: the source probably lost or renamed it"
        )
    elif now - before > limits.max_missing_rise:
        yield (
            f"{column} is missing in {now:.1%} of the new rows and was in {before:.1%} of the"
            f" reference; a rise of more than {limits.max_missing_rise:.0%} is a fault: the source"
            " probably fails to fill it"
        )


def _frozen(
    column: str,
    fullest: tuple[int, int],
    rows: tuple[int, int],
    seen: ObservedNumbers | ObservedLevels,
) -> Iterator[str]:
    """Report a column that always is the same; the fullest bin of the reference had not all."""
    top, values = fullest
    there = rows[1] - seen.missing
    share = top / max(values, 1)
    if seen.constant and values - top >= MIN_FILLED * rows[0] and share**there < CHANCE:
        yield (
            f"{column} has the same value in all {there:,} new rows that have one; in the"
            f" reference no value has more than {share:.1%}: the source probably fills in a"
            " default"
        )


def _fullest(counts: Collection[int], rest: int = 0) -> tuple[int, int]:
    """Return the values of the fullest bin or level, and of all."""
    return max(counts, default=0), sum(counts) + rest


def _rescaled(
    column: str, one: NumericReference, seen: ObservedNumbers, limits: FaultsConfig
) -> Iterator[str]:
    if min(one.sized, seen.sized) < MIN_ROWS:
        return
    change = seen.size - one.size
    error = one.size_deviation * math.sqrt(1 / one.sized + 1 / seen.sized)
    if abs(change) - _CERTAIN * error > math.log(limits.max_scale_change):
        factor = math.exp(min(abs(change), _LARGEST))
        yield (
            f"values of {column} are {factor:,.0f} times {'larger' if change > 0 else 'smaller'}"
            f" than in the reference (typical size); more than {limits.max_scale_change:g} times"
            " is a fault: its unit probably changed"
        )


def _flooded(
    column: str,
    one: LevelReference,
    seen: ObservedLevels,
    rows: tuple[int, int],
    limits: FaultsConfig,
) -> Iterator[str]:
    """Report levels never seen, beyond what is to be expected.

    As many of the next rows have a level never seen as there were levels seen once.

    Source: I. J. Good, https://doi.org/10.1093/biomet/40.3-4.237
    """
    once = sum(1 for count in one.counts.values() if count == 1)
    usual = (one.rest + once) / rows[0]
    share = seen.unseen / rows[1]
    if share - usual > limits.max_unseen_share:
        yield (
            f"{column} has a level unknown to the reference in {share:.1%} of the new rows, where"
            f" {usual:.1%} are usual; more than {limits.max_unseen_share:.0%} beyond that is a"
            " fault: the source probably spells its levels differently"
        )
