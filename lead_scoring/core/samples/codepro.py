"""Made-up CodePro leads, with everything that bites in the real file.

The unnamed index and the file order give the outcome away; there is no lead id; some rows are
exact duplicates and a few contradict each other in their outcome; eight columns are empty; the
effects of the channels drift; and the file to be scored carries other codes.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa

from lead_scoring.core.samples.codepro_world import EMPTY
from lead_scoring.core.samples.codepro_world import INTERACTIONS
from lead_scoring.core.samples.codepro_world import channels
from lead_scoring.core.samples.codepro_world import cities
from lead_scoring.core.samples.codepro_world import recoded_channels
from lead_scoring.core.samples.files import SampleFile
from lead_scoring.core.samples.files import block_sizes
from lead_scoring.core.samples.levels import FloatArray
from lead_scoring.core.samples.levels import IntArray
from lead_scoring.core.samples.levels import Levels

INDEX: Final = ""
OUTCOME: Final = "app_complete_flag"
FIRST_SECOND: Final = int(np.datetime64("2021-07-01T00:00:00", "s").astype(np.int64))
DAYS: Final = 229
DUPLICATES: Final = 0.003
CONTRADICTIONS: Final = 3
_DAY: Final = 86_400
_TURN: Final = 4
"""Effects stay for months, then turn quickly: a model trained early loses."""
_NO_COUNTS: Final = 0.0034
_ROWS_PER_TWIN: Final = 250
_TOUCHED: Final = 0.0005
_REFERRED: Final = (0.002, 0.062)
_ONE_LEAD: Final = (0.76, 0.48)
_BUSY_HOURS: Final = (14.5, 10.0)
_NEGATIVE, _POSITIVE, _HIDDEN, _TWINS = range(4)


def sample_files(rows: int, seed: int) -> tuple[SampleFile, ...]:
    """Return the file with outcomes and, a tenth of its size, the one that is to be scored."""
    to_score = max(rows // 10, 100)
    return (
        SampleFile("codepro/leadscoring.csv", rows, labelled_blocks(rows, seed)),
        SampleFile(
            "codepro/leadscoring_inference.csv", to_score, unlabelled_blocks(to_score, seed)
        ),
    )


def labelled_blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Make leads with outcomes: first all that did not convert, then all that did.

    Yields:
        Tables of at most 50,000 rows: the unnamed index, the columns of the real file as text
        (missing is null), and ``app_complete_flag``.
    """
    world = {"city_mapped": cities(), **channels()}
    twins = _twins(rows, seed, world)
    start = 0
    for outcome, size in ((_NEGATIVE, rows - rows // 2), (_POSITIVE, rows // 2)):
        for number, block_rows in enumerate(block_sizes(size)):
            rng = np.random.default_rng([seed, outcome, number])
            leads = _make_leads(rng, np.full(block_rows, outcome), world)
            leads = _repeat_some(rng, leads)
            if number == 0:
                leads = pa.concat_tables(
                    [twins, leads.slice(twins.num_rows)], promote_options="none"
                )
            flags = pa.array(np.full(block_rows, outcome))
            yield _number(leads, start).append_column(OUTCOME, flags)
            start += block_rows


def unlabelled_blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Make leads without outcomes whose platform, medium and source carry other codes."""
    world = {"city_mapped": cities(), **recoded_channels()}
    start = 0
    for number, block_rows in enumerate(block_sizes(rows)):
        rng = np.random.default_rng([seed, _HIDDEN, number])
        yield _number(_make_leads(rng, rng.integers(0, 2, block_rows), world), start)
        start += block_rows


def _twins(rows: int, seed: int, world: dict[str, Levels]) -> pa.Table:
    """Make the leads that are in both halves; few enough not to be a fault of a small sample."""
    groups = min(CONTRADICTIONS, rows // _ROWS_PER_TWIN)
    return _make_leads(np.random.default_rng([seed, _TWINS]), np.arange(groups) % 2, world)


def _number(leads: pa.Table, start: int) -> pa.Table:
    return leads.add_column(0, INDEX, pa.array(np.arange(start, start + leads.num_rows)))


def _repeat_some(rng: np.random.Generator, leads: pa.Table) -> pa.Table:
    """Overwrite a few rows by copies of others."""
    rows = leads.num_rows
    take = np.arange(rows)
    repeated = rng.choice(rows, size=round(rows * DUPLICATES), replace=False)
    take[repeated] = rng.integers(0, rows, len(repeated))
    return leads.take(pa.array(take))


def _make_leads(rng: np.random.Generator, outcome: IntArray, world: dict[str, Levels]) -> pa.Table:
    """Make leads of the given outcomes, without index and outcome."""
    seconds, elapsed = _event_times(rng, outcome)
    columns: dict[str, pa.Array] = {"created_date": pa.array(seconds).cast(pa.timestamp("s"))}
    for column, levels in world.items():
        columns[column] = levels.draw(rng, outcome, elapsed).cast(pa.string())
    missing = rng.random(len(outcome)) < _NO_COUNTS
    dropped = np.minimum(rng.geometric(np.take(_ONE_LEAD, outcome)), 90)
    referred = rng.random(len(outcome)) < np.take(_REFERRED, outcome)
    columns["total_leads_droppped"] = _as_text(dropped, missing)
    columns["referred_lead"] = _as_text(referred.astype(np.int64), missing)
    columns.update(_interactions(rng, outcome))
    return pa.table(columns)


def _event_times(rng: np.random.Generator, outcome: IntArray) -> tuple[IntArray, FloatArray]:
    """Draw instants in seconds since 1970; converting leads come at other hours of the day."""
    rows = len(outcome)
    days = rng.integers(0, DAYS, rows)
    hours = np.where(
        rng.random(rows) < 0.5,  # noqa: PLR2004 half of the leads come at any hour
        rng.uniform(0, 24, rows),
        rng.normal(np.where(outcome == 1, _BUSY_HOURS[1], _BUSY_HOURS[0]), 4.0, rows) % 24,
    )
    second_of_day = np.minimum((hours * 3600).astype(np.int64), _DAY - 1)
    return FIRST_SECOND + days * _DAY + second_of_day, (days / DAYS) ** _TURN


def _interactions(rng: np.random.Generator, outcome: IntArray) -> dict[str, pa.Array]:
    """Count clicks: nearly always none, which the source leaves empty."""
    rows = len(outcome)
    touched = np.flatnonzero(rng.random(rows) < _TOUCHED * (1 + outcome))
    columns = {}
    for column in INTERACTIONS:
        filled = np.full(rows, fill_value=False)
        if column not in EMPTY:
            filled[touched[rng.random(len(touched)) < 0.1]] = True  # noqa: PLR2004 a tenth each
        counts = np.zeros(rows, dtype=np.int64)
        counts[filled] = rng.geometric(0.5, int(filled.sum()))
        columns[column] = _as_text(counts, ~filled)
    return columns


def _as_text(counts: IntArray, missing: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pa.Array:
    """Write counts the way the source does, ``1.0`` for one; missing is null."""
    texts = pa.array([f"{count}.0" for count in range(int(counts.max(initial=0)) + 1)])
    codes = pa.array(counts.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(codes, texts).cast(pa.string())
