"""Which columns of new rows differ from the champion's reference, how surely and how far."""

import zlib
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from lead_scoring.config.drift import DriftConfig
from lead_scoring.core import two_sample
from lead_scoring.core.drift_records import ColumnDrift
from lead_scoring.core.observation import Observation
from lead_scoring.core.profile import numbers_of
from lead_scoring.core.reference import BUCKETS
from lead_scoring.core.reference import FloatArray
from lead_scoring.core.reference import LevelReference
from lead_scoring.core.reference import NumericReference
from lead_scoring.core.reference import Reference
from lead_scoring.core.reference import bucket_of
from lead_scoring.core.reference import moments
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.two_sample import IntArray
from lead_scoring.core.two_sample import Statistic

MIN_VALUES: Final = 20
"""Fewer values than this on a side say nothing about a distribution; only how many are missing."""
POWER: Final = 0.8
TESTS: Final = 3
"""Most tests of a column: two of its values and one of what is missing."""
MISSING: Final = "missing"
UNTESTED: Final = Statistic("none", 0.0, 1.0)

Sides = tuple[IntArray, IntArray]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A column before its p-values are corrected.

    Attributes:
        rows: Values compared on either side, at most.
        tests: Tests that were made; none where there was nothing to test.
        shift: Largest standardised shift: of the mean, or of the share of a level.
    """

    column: str
    rows: int
    tests: tuple[Statistic, ...]
    psi: float
    mean_shift: float | None
    shift: float


def compare_columns(
    reference: Reference, observation: Observation, scores: pd.DataFrame, config: DriftConfig
) -> tuple[ColumnDrift, ...]:
    """Compare each column of new rows, and what the champion promises them, with the reference.

    Both sides are brought to the same number of rows, so that a verdict does not depend on how
    many came. The p-values of all tests of the check are corrected together, which bounds the
    probability that a check without drift finds any.

    Args:
        reference: The champion's reference.
        observation: What was seen in the new rows.
        scores: What the champion says of the rows of the sample.
        config: Settings of the check.

    Returns:
        A record per column of the reference, one for the watched one and, where classes are
        predicted, one for `PREDICTED_CLASS`; none without rows.
    """
    rows = min(reference.rows, len(observation.sample), config.sample_rows)
    if not rows:
        return ()
    sample, seed = observation.sample, observation.seed
    compared = [
        _numbers(name, one, numbers_of(_column(sample, name)), rows, _random(seed, name))
        for name, one in reference.numeric.items()
    ]
    compared += [
        _levels(name, one, _column(sample, name), rows, _random(seed, name))
        for name, one in reference.levels.items()
    ]
    compared.append(
        _numbers(
            reference.watched,
            reference.probability,
            scores[reference.watched].to_numpy(dtype=np.float64),
            rows,
            _random(seed, reference.watched),
        )
    )
    if reference.classes is not None:
        predicted, random = scores[PREDICTED_CLASS], _random(seed, PREDICTED_CLASS)
        compared.append(_levels(PREDICTED_CLASS, reference.classes, predicted, rows, random))
    return _judge(compared, _missing(reference, observation), config)


def count_tests(reference: Reference) -> int:
    """Return how many tests a check makes at most, what the champion promises included."""
    own = 1 if reference.classes is None else 2
    return TESTS * (len(reference.numeric) + len(reference.levels) + own)


def least_rows(tests: int, config: DriftConfig) -> int:
    """Return how many rows either side needs for the shift that must be found.

    Args:
        tests: Tests of the check; each may find something by chance, so more of them need more.
        config: Settings of the check.

    Returns:
        Rows from which on a shift of ``detectable_shift`` in one normal column is found four
        times out of five.
    """
    alpha = config.false_alarms / max(tests, 1)
    return two_sample.rows_to_detect(config.detectable_shift, alpha, POWER)


def _judge(
    compared: Sequence[_Compared],
    missing: Mapping[str, tuple[float, float]],
    config: DriftConfig,
) -> tuple[ColumnDrift, ...]:
    q_values = iter(two_sample.correct([test.p_value for one in compared for test in one.tests]))
    return tuple(
        _record(one, [(test, next(q_values)) for test in one.tests], missing[one.column], config)
        for one in compared
    )


def _record(
    one: _Compared,
    tests: Sequence[tuple[Statistic, float]],
    missing: tuple[float, float],
    config: DriftConfig,
) -> ColumnDrift:
    large = one.psi >= config.effects.psi or one.shift >= config.effects.mean_shift
    moved = abs(missing[1] - missing[0]) >= config.effects.missing
    certain = [test.name for test, q_value in tests if q_value <= config.false_alarms]
    least, q_value = min(tests, key=lambda made: made[0].p_value, default=(UNTESTED, 1.0))
    return ColumnDrift(
        column=one.column,
        rows=one.rows,
        statistic=least.name,
        value=least.value,
        p_value=least.p_value,
        q_value=q_value,
        psi=one.psi,
        mean_shift=one.mean_shift,
        missing_reference=missing[0],
        missing_current=missing[1],
        drifted=any(moved if name == MISSING else large for name in certain),
    )


def _numbers(
    column: str,
    one: NumericReference,
    values: FloatArray,
    rows: int,
    random: np.random.Generator,
) -> _Compared:
    there = values[np.isfinite(values)]
    before = two_sample.thin(_array([*one.counts, one.missing]), rows, random)
    now = _array([*one.count(there), values.size - there.size])
    now = two_sample.thin(now, rows, random)
    sides = before[:-1], now[:-1]
    tests = [*_missing_test(before, now)]
    psi, mean_shift = 0.0, None
    if _comparable(*sides):
        tests += [two_sample.kolmogorov_smirnov(*sides), two_sample.rank_sum(*sides)]
        psi = two_sample.stability_index(*two_sample.coarsen(*sides))
        mean_shift = _mean_shift(one, there)
    return _Compared(
        column=column,
        rows=_most(*sides),
        tests=tuple(tests),
        psi=psi,
        mean_shift=mean_shift,
        shift=abs(mean_shift or 0.0),
    )


def _levels(
    column: str, one: LevelReference, values: pd.Series, rows: int, random: np.random.Generator
) -> _Compared:
    before, now = _level_counts(one, values)
    before, now = two_sample.thin(before, rows, random), two_sample.thin(now, rows, random)
    tests = [*_missing_test(before, now)]
    psi, shift = 0.0, 0.0
    sides = before[:-1], now[:-1]
    pooled = _known(one, sides) if one.mapped and not one.buckets else two_sample.pool_rare(*sides)
    if _comparable(*pooled):
        tests += [two_sample.chi_square(*pooled), two_sample.largest_share(*pooled)]
        psi = two_sample.stability_index(*pooled)
        shift = two_sample.share_shift(*pooled)
    return _Compared(
        column=column,
        rows=_most(*sides),
        tests=tuple(tests),
        psi=psi,
        mean_shift=None,
        shift=shift,
    )


def _level_counts(one: LevelReference, values: pd.Series) -> Sides:
    """Return counts of the same levels or buckets on either side, missing values last."""
    seen = values.dropna().astype(str).value_counts()
    gone = len(values) - int(seen.sum())
    if one.buckets:
        places = [bucket_of(str(level)) for level in seen.index]
        now = np.bincount(places, seen.to_numpy(), BUCKETS)
        return _array([*one.buckets, one.missing]), _array([*now, gone])
    counts = {str(level): int(rows) for level, rows in seen.items()}
    names = [*one.counts, *sorted(counts.keys() - one.counts.keys())]
    before = [one.counts.get(name, 0) for name in names]
    return _array([*before, one.missing]), _array([*(counts.get(name, 0) for name in names), gone])


def _known(one: LevelReference, sides: Sides) -> Sides:
    """Return the counts of levels the reference has that are not rare; a mapping asks no more."""
    known = len(one.counts)
    kept = (sides[0] + sides[1])[:known] >= two_sample.RARE
    return sides[0][:known][kept], sides[1][:known][kept]


def _missing_test(before: IntArray, now: IntArray) -> Iterator[Statistic]:
    """Compare the shares of missing values, which stand last; unless there are none, or only."""
    gone, rows = (int(before[-1]), int(now[-1])), (int(before.sum()), int(now.sum()))
    if 0 < sum(gone) < sum(rows):
        yield two_sample.shares(gone[0], rows[0], gone[1], rows[1], MISSING)


def _comparable(before: IntArray, now: IntArray) -> bool:
    enough = min(int(before.sum()), int(now.sum())) >= MIN_VALUES
    return enough and int(np.count_nonzero(before + now)) > 1


def _mean_shift(one: NumericReference, values: FloatArray) -> float | None:
    if not one.deviation:
        return None
    shift = (moments(values)[0] - one.mean) / one.deviation
    return shift if np.isfinite(shift) else None


def _missing(reference: Reference, observation: Observation) -> Mapping[str, tuple[float, float]]:
    """Return the shares of missing values of all rows, in the reference and now."""
    before = {
        **{name: one.missing for name, one in reference.numeric.items()},
        **{name: one.missing for name, one in reference.levels.items()},
        reference.watched: reference.probability.missing,
        PREDICTED_CLASS: 0,
    }
    now = {
        **{name: one.missing for name, one in observation.numeric.items()},
        **{name: one.missing for name, one in observation.levels.items()},
        reference.watched: 0,
        PREDICTED_CLASS: 0,
    }
    return {
        name: (missing / reference.rows, now[name] / observation.rows)
        for name, missing in before.items()
    }


def _column(sample: pd.DataFrame, name: str) -> pd.Series:
    return sample[name] if name in sample else pd.Series(np.nan, index=sample.index)


def _random(seed: int, column: str) -> np.random.Generator:
    """Return chance for one column, whatever other columns there are."""
    return np.random.default_rng([seed, zlib.crc32(column.encode())])


def _most(before: IntArray, now: IntArray) -> int:
    return max(int(before.sum()), int(now.sum()))


def _array(counts: Sequence[int]) -> IntArray:
    return np.asarray(counts, dtype=np.int64)
