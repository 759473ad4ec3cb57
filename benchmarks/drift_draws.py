"""Drift checks on made-up draws: false alarms, power and planted faults."""

import sys
from collections.abc import Callable
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Final

import numpy as np
import pyarrow as pa
from scipy import stats

from benchmarks.drift_faults import EXTRA
from benchmarks.drift_faults import INNOCENT
from benchmarks.drift_faults import PLANTED
from benchmarks.drift_world import Shift
from benchmarks.drift_world import World
from benchmarks.drift_world import columns_of
from benchmarks.drift_world import observe
from benchmarks.drift_world import promise
from lead_scoring.config.drift import DriftConfig
from lead_scoring.core.drift import compare_columns
from lead_scoring.core.drift import count_tests
from lead_scoring.core.drift import least_rows
from lead_scoring.core.faults import find_faults
from lead_scoring.core.reference import Reference

CONFIG: Final = DriftConfig()
SEED: Final = 20
ROWS: Final = (300, 1_000, 5_000, 50_000)
WIDTHS: Final = (14, 40)
NORMAL: Final = "normal_0"
LEVELS: Final = "levels_3"
MANY_LEVELS: Final = "levels_9"
POWERS: Final = (
    ("mean + 0.1 SD", 5_000, Shift(NORMAL, deviations=0.1)),
    ("mean + 0.1 SD", 1_000, Shift(NORMAL, deviations=0.1)),
    ("mean + 0.5 SD", 1_000, Shift(NORMAL, deviations=0.5)),
    ("share 37 % + 5 points, 8 levels", 5_000, Shift(LEVELS, points=0.05)),
    ("share 37 % + 5 points, 8 levels", 1_000, Shift(LEVELS, points=0.05)),
    ("share 37 % + 24 points (0.5 SD), 8 levels", 1_000, Shift(LEVELS, points=0.24)),
    ("share 21 % + 5 points, 60 levels", 5_000, Shift(MANY_LEVELS, points=0.05)),
)
"""The first level of eight has a share of 37 %, whose standard deviation is 0.48: a move of 24
points is as large as half a standard deviation of a mean."""
FAULT_ROWS: Final = (300, 1_000, 5_000)
_PIECE: Final = 25
"""Repeats that one process does at a time."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of checks on so many draws.

    Attributes:
        what: What was planted.
        rows: Rows on either side.
        columns: Columns compared.
        checks: Draws, one check each.
        untested: Checks with fewer rows than the power calculation asks.
        found: Checks that found what they were asked for.
    """

    what: str
    rows: int
    columns: int
    checks: int
    untested: int
    found: int

    @property
    def planted(self) -> bool:
        """Whether there was a fault to call."""
        return self.what in PLANTED

    @property
    def share(self) -> float:
        """Share of all checks that found something."""
        return self.found / self.checks

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share, after C. J. Clopper and E. S. Pearson."""
        limits = stats.binomtest(self.found, self.checks).proportion_ci(0.95, "exact")
        return float(limits.low), float(limits.high)


def false_alarms(
    repeats: int,
    rows: Sequence[int] = ROWS,
    widths: Sequence[int] = WIDTHS,
    processes: int = 1,
) -> tuple[Tally, ...]:
    """Check draws without drift; a check is a false alarm if any column drifts or is at fault."""
    return tuple(
        tally(("no drift", size, width), repeats, processes, partial(_alarm, size, width))
        for width in widths
        for size in rows
    )


def power(repeats: int, processes: int = 1) -> tuple[Tally, ...]:
    """Check draws with one shifted column; a check finds it if that column drifts."""
    return tuple(
        tally((what, size, WIDTHS[0]), repeats, processes, partial(_find, size, shift))
        for what, size, shift in POWERS
    )


def faults(repeats: int, processes: int = 1) -> tuple[Tally, ...]:
    """Check draws with one planted fault, and some with none but a change; count those called."""
    width = WIDTHS[0] + len(EXTRA)
    return tuple(
        tally((what, size, width), repeats, processes, partial(_call, size, what))
        for what in (*PLANTED, *INNOCENT)
        for size in FAULT_ROWS
    )


def drawn(
    world: World, changed: World, rows: int, number: int
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Return leads of either world: the same for the same number."""
    random = np.random.default_rng([SEED, rows, len(world.columns), number])
    return world.draw(rows, random), changed.draw(rows, random)


def drifted(reference: Reference, leads: pa.RecordBatch, number: int) -> frozenset[str] | None:
    """Return the columns that drifted or are at fault, ``None`` if there are not enough rows."""
    seen = observe(reference, leads, CONFIG.sample_rows, number)
    broken = find_faults(reference, seen, seen.rows, (), CONFIG.faults)
    if min(reference.rows, seen.rows) < least_rows(count_tests(reference), CONFIG):
        return None
    columns = compare_columns(reference, seen, promise(seen.sample), CONFIG)
    return frozenset([*(one.column for one in columns if one.drifted), *broken])


def _alarm(rows: int, width: int, number: int) -> bool | None:
    world = World(columns_of(width))
    before, now = drawn(world, world, rows, number)
    found = drifted(world.reference(before), now, number)
    return None if found is None else bool(found)


def _find(rows: int, shift: Shift, number: int) -> bool | None:
    world = World(columns_of(WIDTHS[0]))
    before, now = drawn(world, world.shifted(shift), rows, number)
    found = drifted(world.reference(before), now, number)
    return None if found is None else shift.column in found


def _call(rows: int, what: str, number: int) -> bool:
    world = World((*columns_of(WIDTHS[0]), *EXTRA))
    before, now = drawn(world, world, rows, number)
    plant = PLANTED.get(what)
    reference, change = world.reference(before), plant.change if plant else INNOCENT[what]
    seen = observe(reference, change(now), CONFIG.sample_rows, number)
    sentences = find_faults(reference, seen, seen.rows, (rows,) * 3, CONFIG.faults)
    return plant.called(sentences) if plant else bool(sentences)


def tally(
    label: tuple[str, int, int],
    repeats: int,
    processes: int,
    check: Callable[[int], bool | None],
) -> Tally:
    """Run a check on so many draws; the label is what, rows and columns."""
    pieces = [range(start, min(start + _PIECE, repeats)) for start in range(0, repeats, _PIECE)]
    found: list[bool | None] = []
    if processes == 1:
        for piece in pieces:
            found += _checks(check, piece)
    else:
        with ProcessPoolExecutor(processes) as pool:
            for some in pool.map(_checks, repeat(check), pieces):
                found += some
                _tell(f"{label[0]}, {label[1]} x {label[2]}: {len(found)} of {repeats}")
    told = Tally(*label, repeats, found.count(None), found.count(True))
    _tell(f"{told}\n")
    return told


def _checks(check: Callable[[int], bool | None], numbers: range) -> list[bool | None]:
    return [check(number) for number in numbers]


def _tell(text: str) -> None:
    print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
