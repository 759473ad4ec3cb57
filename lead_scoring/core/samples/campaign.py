"""Made-up campaigns of a world in which what is known at the launch says who reaches the goal.

In the public file the honest columns predict nothing. Here as there, the outcome is exactly
``RaisedAmount >= GoalAmount``; but here the newest campaigns are open, with neither the outcome
nor anything else that only the end of a campaign tells.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lead_scoring.core.samples.files import SampleFile
from lead_scoring.core.samples.files import block_sizes
from lead_scoring.core.samples.levels import FloatArray
from lead_scoring.core.samples.levels import IntArray

LOCATION: Final = "campaign/campaign_data.parquet"
OUTCOME: Final = "IsSuccessful"
KNOWN_AT_THE_END: Final = ("RaisedAmount", "NumBackers", "NumUpdates", OUTCOME)
"""Missing while a campaign is open."""
ROWS_PER_OPEN: Final = 10
"""Of so many campaigns one is open: those that come last in the file."""

_BASE: Final = -0.5
_VIDEO: Final = 1.1
_PER_YEAR: Final = 0.09
_FOLLOWERS: Final = 1.4
_GOAL: Final = -1.6
_LONG: Final = -0.8
_EFFECTS: Final = {
    "Category": {"Art": -0.5, "Film": 0.1, "Games": 0.8, "Music": -0.2, "Technology": 0.5},
    "LaunchMonth": {
        "January": 0.0, "February": 0.1, "March": 0.3, "April": 0.2, "May": 0.1, "June": -0.1,
        "July": -0.4, "August": -0.5, "September": 0.2, "October": 0.3, "November": 0.1,
        "December": -0.3,
    },
    "Country": {"Australia": 0.0, "Canada": 0.0, "Germany": -0.2, "UK": 0.1, "USA": 0.2},
    "Currency": {"AUD": 0.0, "CAD": 0.0, "EUR": 0.0, "GBP": 0.0, "USD": 0.0},
    "VideoIncluded": {"No": 0.0, "Yes": _VIDEO},
}  # fmt: skip
"""Effect of each level in log odds; as in the public file, levels are equally frequent."""


def sample_files(rows: int, seed: int) -> tuple[SampleFile, ...]:
    """Return the one file: campaigns that are over, then those that are still open."""
    return (SampleFile(LOCATION, rows, campaign_blocks(rows, seed)),)


def campaign_blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Make campaigns, numbered in file order.

    Args:
        rows: How many; the last in ten of them, rounded down, are open.
        seed: The same seed gives the same campaigns.

    Yields:
        Tables of at most 50,000 rows with columns and types of the public file.
    """
    first_open = rows - rows // ROWS_PER_OPEN
    start = 0
    for number, block_rows in enumerate(block_sizes(rows)):
        rng = np.random.default_rng([seed, number])
        positions = np.arange(start, start + block_rows)
        yield _make_campaigns(rng, positions, positions >= first_open)
        start += block_rows


def _make_campaigns(
    rng: np.random.Generator, positions: IntArray, is_open: npt.NDArray[np.bool_]
) -> pa.Table:
    rows = len(positions)
    goal = rng.integers(1_000, 100_000, rows)
    days = rng.integers(15, 90, rows)
    years = rng.integers(0, 20, rows)
    followers = rng.integers(100, 100_000, rows)
    levels = {column: rng.integers(0, len(known), rows) for column, known in _EFFECTS.items()}
    success = rng.random(rows) < _chance(goal, days, years, followers, levels)
    texts = {column: _as_text(column, codes) for column, codes in levels.items()}
    return pa.table(
        {
            "CampaignID": pa.array([f"CID_{position:05d}" for position in positions]),
            "GoalAmount": pa.array(goal),
            "RaisedAmount": pa.array(_raised(rng, goal, success), mask=is_open),
            "DurationDays": pa.array(days),
            "NumBackers": pa.array(rng.integers(10, 1_000, rows) * (1 + success), mask=is_open),
            "Category": texts["Category"],
            "LaunchMonth": texts["LaunchMonth"],
            "Country": texts["Country"],
            "Currency": texts["Currency"],
            "OwnerExperience": pa.array(years),
            "VideoIncluded": texts["VideoIncluded"],
            "SocialMediaPresence": pa.array(followers),
            "NumUpdates": pa.array(rng.integers(0, 50, rows), mask=is_open),
            OUTCOME: pa.array(success.astype(np.int64), mask=is_open),
        }
    )


def _chance(
    goal: IntArray,
    days: IntArray,
    years: IntArray,
    followers: IntArray,
    levels: dict[str, IntArray],
) -> FloatArray:
    """Return the probability to reach the goal by what is known at the launch, in (0, 1)."""
    log_odds = (
        _BASE
        + _GOAL * (goal / 50_000 - 1)
        + _LONG * (days / 52 - 1)
        + _PER_YEAR * (years - 9.5)
        + _FOLLOWERS * (followers / 50_000 - 1)
    )
    for column, codes in levels.items():
        log_odds = log_odds + np.take(list(_EFFECTS[column].values()), codes)
    return np.asarray(1 / (1 + np.exp(-log_odds)), dtype=np.float64)


def _raised(
    rng: np.random.Generator, goal: IntArray, success: npt.NDArray[np.bool_]
) -> FloatArray:
    """Return what was raised: half of the goal or more, and the goal only by who succeeded."""
    share = np.where(success, rng.uniform(1.0, 1.5, len(goal)), rng.uniform(0.5, 0.999, len(goal)))
    return np.asarray(goal * share, dtype=np.float64)


def _as_text(column: str, codes: IntArray) -> pa.Array:
    names = pa.array(list(_EFFECTS[column]))
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), names).cast(
        pa.string()
    )
