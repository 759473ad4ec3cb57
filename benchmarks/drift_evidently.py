"""Evidently's default preset on the draws of the proofs, and what it costs beside our check."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.drift_draws import CONFIG
from benchmarks.drift_draws import ROWS
from benchmarks.drift_draws import SEED
from benchmarks.drift_draws import WIDTHS
from benchmarks.drift_draws import Tally
from benchmarks.drift_draws import drawn
from benchmarks.drift_draws import tally
from benchmarks.drift_world import BATCH_ROWS
from benchmarks.drift_world import World
from benchmarks.drift_world import columns_of
from benchmarks.drift_world import promise
from lead_scoring.config.loading import home
from lead_scoring.core.drift import compare_columns
from lead_scoring.core.faults import find_faults
from lead_scoring.core.frames import to_frame
from lead_scoring.core.observation import Observer
from lead_scoring.core.profile import numbers_of
from lead_scoring.core.reference import Reference
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.io.row_groups import read_batches

MOST_ROWS: Final = 5_000
COST_ROWS: Final = 1_000_000
LONG: Final = 5
"""How many times as many rows the check alone is measured on, for its memory."""
OURS: Final = "drift check"
COST_NUMBERS: Final = 30
COST_LEVELS: Final = 10
"""Columns of numbers and of text whose check is timed."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one check took.

    Attributes:
        what: Who checked.
        rows: Rows of the new frame, and of the reference it was compared with.
        seconds: Time of the check; imports and reading a frame into memory are left out.
        peak_mib: Greatest resident memory of its process, MiB.
    """

    what: str
    rows: int
    seconds: float
    peak_mib: float


def evidently_default(
    repeats: int, rows: Sequence[int] = ROWS, widths: Sequence[int] = WIDTHS, processes: int = 1
) -> tuple[Tally, ...]:
    """Let Evidently's default preset judge draws without drift; a column that drifts is an alarm.

    The empty column is left out, as Evidently stops at it.
    """
    return tuple(
        tally(("no drift", size, width), repeats, processes, _Preset(size, width))
        for width in widths
        for size in rows
        if size <= MOST_ROWS
    )


def cost(rows: int = COST_ROWS) -> tuple[Cost, ...]:
    """Check one frame with our check and with Evidently's preset, each in its own process.

    Returns:
        Of our check, of Evidently's, and of our check on a frame `LONG` times as long.
    """
    with tempfile.TemporaryDirectory() as folder:
        reference, new, long = (Path(folder) / name for name in ("old", "new", "long"))
        for number, (file, times) in enumerate(((reference, 1), (new, 1), (long, LONG))):
            _write(file, rows * times, number)
        costs = [_timed(what, reference, new) for what in _CHECKS]
        return (*costs, _timed(OURS, reference, long))


@dataclass(frozen=True, slots=True)
class _Preset:
    rows: int
    width: int

    def __call__(self, number: int) -> bool:
        world = World(columns_of(self.width))
        before, now = (to_frame(one) for one in drawn(world, world, self.rows, number))
        names = [column.name for column in world.columns if column.kind != "empty"]
        numeric = [column.name for column in world.columns if column.numeric]
        flagged = _evidently(before[names], now[names], set(numeric), whole=False)[0]
        return bool(flagged["value"]["count"] > 0)


def _evidently(
    before: pd.DataFrame, now: pd.DataFrame, numeric: set[str], *, whole: bool
) -> Sequence[Mapping[str, Any]]:
    """Return Evidently's metrics: the whole preset, or its first alone, how many columns drift."""
    os.environ["DO_NOT_TRACK"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from evidently import DataDefinition
        from evidently import Dataset
        from evidently import Report
        from evidently.metrics import DriftedColumnsCount
        from evidently.presets import DataDriftPreset

        definition = DataDefinition(
            numerical_columns=[name for name in before.columns if name in numeric],
            categorical_columns=[name for name in before.columns if name not in numeric],
        )
        sides = [
            Dataset.from_pandas(_plain(one, numeric), data_definition=definition)
            for one in (now, before)
        ]
        metrics: Sequence[Mapping[str, Any]] = (
            Report([DataDriftPreset() if whole else DriftedColumnsCount()])
            .run(*sides)
            .dict()["metrics"]
        )
        return metrics


def _plain(rows: pd.DataFrame, numeric: set[str]) -> pd.DataFrame:
    """Return numbers as floats and text as objects, the dtypes Evidently reads alike."""
    return pd.DataFrame(
        {
            name: numbers_of(rows[name])
            if name in numeric
            else rows[name].astype(object).where(rows[name].notna(), None)
            for name in rows.columns
        }
    )


def _world() -> World:
    kinds = [column for column in columns_of(72) if column.kind not in {"empty", "constant"}]
    numbers = [column for column in kinds if column.numeric][:COST_NUMBERS]
    levels = [column for column in kinds if not column.numeric][:COST_LEVELS]
    return World((numbers[0], levels[0], *numbers[1:], *levels[1:]))


def _write(file: Path, rows: int, number: int) -> None:
    """Write a frame as Parquet, batch by batch, so that its size plays no part in our memory."""
    world, random = _world(), np.random.default_rng([SEED, number])
    writer = None
    for start in range(0, rows, BATCH_ROWS):
        leads = world.draw(min(BATCH_ROWS, rows - start), random)
        place = leads.schema.get_field_index(ROW_NUMBER)
        numbers = pa.array(np.arange(start + 1, start + 1 + leads.num_rows))
        leads = leads.set_column(place, ROW_NUMBER, numbers)
        writer = writer or pq.ParquetWriter(file, leads.schema)
        writer.write_batch(leads)
    if writer is not None:
        writer.close()


def _timed(what: str, reference: Path, new: Path) -> Cost:
    print(f"\r\033[Kcost: {what}", end="", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.drift_evidently", what, str(reference), str(new)]
    done = subprocess.run(command, cwd=home(), check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _check_ours(reference: Path, new: Path) -> tuple[int, float]:
    """Check the file as it is streamed from disk; the reference is made before, in training."""
    world = _world()
    profile = _profile(world, reference)
    begun = time.perf_counter()
    observer = Observer(profile, CONFIG.sample_rows, SEED)
    for leads in read_batches(pq.ParquetFile(new), BATCH_ROWS):
        observer.add(leads)
    seen = observer.observation()
    find_faults(profile, seen, seen.rows, (), CONFIG.faults)
    compare_columns(profile, seen, promise(seen.sample), CONFIG)
    return seen.rows, time.perf_counter() - begun


def _profile(world: World, file: Path) -> Reference:
    """Return the reference of the first rows of a file, as many as a test window has."""
    leads = next(pq.ParquetFile(file).iter_batches(_TEST_ROWS))
    return world.reference(leads)


_TEST_ROWS: Final = 6_000


def _check_evidently(reference: Path, new: Path) -> tuple[int, float]:
    world = _world()
    numeric = {column.name for column in world.columns if column.numeric}
    names = [column.name for column in world.columns]
    before, now = (
        pd.concat([to_frame(one)[names] for one in pq.ParquetFile(file).iter_batches(BATCH_ROWS)])
        for file in (reference, new)
    )
    _evidently(before[:1000], now[:1000], numeric, whole=True)
    begun = time.perf_counter()
    _evidently(before, now, numeric, whole=True)
    return len(now), time.perf_counter() - begun


_CHECKS: Final = {OURS: _check_ours, "Evidently's preset": _check_evidently}


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    rows, seconds = _CHECKS[what](*(Path(name) for name in given))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"what": what, "rows": rows, "seconds": seconds, "peak_mib": peak}))
