"""What the rows a champion was judged on looked like, in counts; new rows are compared with it.

A reference is made once, in training, and kept with the model. It holds no rows.
"""

import zlib
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from typing import Any
from typing import Final
from typing import Self
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.performance import Chunk
from lead_scoring.core.profile import numbers_of
from lead_scoring.core.schema import PROBABILITY

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Json = Mapping[str, Any]

MAX_LEVELS: Final = 200
BUCKETS: Final = 100
FEW_VALUES: Final = 50
QUANTILES: Final = 80
OTHER: Final = "(other)"
"""Stands in rows that are drawn for a level that was not kept."""


@dataclass(frozen=True, slots=True)
class NumericReference:
    """A column of numbers or booleans in bins.

    Attributes:
        cuts: Ascending; bin ``i`` holds values in ``(cuts[i - 1], cuts[i]]``. The first and the
            last bin are open and hold nothing of the reference. A value of its own weight has a
            bin of its own, so that columns of few values are counted exactly.
        counts: Values per bin, one more than ``cuts``.
        missing: Rows without a finite value.
        mean: Mean of the values; 0 where there are none.
        deviation: Their standard deviation.
        size: Mean of the natural logarithm of their magnitudes, zeros left out.
        size_deviation: Standard deviation of these logarithms.
        sized: Values that are not zero.
    """

    cuts: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int
    mean: float
    deviation: float
    size: float
    size_deviation: float
    sized: int

    def count(self, values: FloatArray) -> IntArray:
        """Return how many of the values are in each bin; missing ones are in none.

        Args:
            values: Shape (n_rows,); NaN for missing.
        """
        finite = values[np.isfinite(values)]
        bins = np.searchsorted(np.asarray(self.cuts, dtype=np.float64), finite, side="left")
        return np.bincount(bins, minlength=len(self.counts)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class LevelReference:
    """A column of text.

    Attributes:
        counts: Rows per level, the most frequent first; `MAX_LEVELS` of them at most.
        rest: Rows with a level that was not kept.
        missing: Rows without a value.
        buckets: Rows per bucket of `bucket_of`, where not every level was kept; else empty. Which
            levels are the most frequent is chance in part, so comparing those alone would find
            drift where there is none.
        mapped: Read by a mapping with a default only: a level never seen is nothing new to it.
    """

    counts: Mapping[str, int]
    rest: int
    missing: int
    buckets: tuple[int, ...]
    mapped: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """What the rows a champion was judged on looked like.

    Attributes:
        rows: How many they are.
        numeric: Columns of numbers or booleans.
        levels: Columns of text.
        probability: What the served model promises these rows: probabilities or predictions.
        watched: The column of scores these are.
        chunks: How the judged model did on stretches of these rows, in time order.
    """

    rows: int
    numeric: Mapping[str, NumericReference]
    levels: Mapping[str, LevelReference]
    probability: NumericReference
    chunks: tuple[Chunk, ...]
    watched: str = PROBABILITY
    classes: LevelReference | None = None

    def draw(self, columns: Sequence[str], rows: int, seed: int) -> pd.DataFrame:
        """Return made-up rows, each column drawn by itself; for pictures, not for decisions.

        Args:
            columns: Columns of the reference, or the watched one.
            rows: How many.
            seed: The same seed gives the same rows.

        Returns:
            Numbers as float64, levels as str; a level that was not kept is `OTHER`.
        """
        drawn = {}
        for column in columns:
            random = np.random.default_rng([seed, zlib.crc32(column.encode())])
            if column in self.levels:
                drawn[column] = _draw_levels(self.levels[column], rows, random)
            else:
                one = self.probability if column == self.watched else self.numeric[column]
                drawn[column] = pd.Series(_draw_numbers(one, rows, random))
        return pd.DataFrame(drawn, index=pd.RangeIndex(rows))

    def to_dict(self) -> dict[str, object]:
        """Return the reference as JSON-able values, without NaN."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Json) -> Self:
        """Return the reference that `to_dict` gave.

        Raises:
            KeyError: A key is missing.
        """
        return cls(
            rows=content["rows"],
            numeric={name: _numeric_from(one) for name, one in content["numeric"].items()},
            levels={name: _levels_from(one) for name, one in content["levels"].items()},
            probability=_numeric_from(content["probability"]),
            chunks=tuple(Chunk(**one) for one in content["chunks"]),
            watched=content.get("watched", PROBABILITY),
            classes=_levels_from(content["classes"]) if content.get("classes") else None,
        )


def fit_reference(
    leads: pd.DataFrame,
    numeric_columns: Sequence[str],
    level_columns: Sequence[str],
    mapped_columns: Collection[str],
    *,
    probabilities: FloatArray,
    chunks: Sequence[Chunk],
    watched: str = PROBABILITY,
    classes: pd.Series | None = None,
) -> Reference:
    """Count the rows a champion was judged on.

    Args:
        leads: These rows, shape (n_leads, n_columns), in any order; left as they were.
        numeric_columns: Columns of numbers or booleans.
        level_columns: Columns of text.
        mapped_columns: Those of them that only a mapping with a default reads.
        probabilities: What the served model promises them, shape (n_leads,).
        chunks: How the judged model did on them.
        watched: The column of scores that is.
        classes: Which class the served model predicts them to be, if any.
    """
    return Reference(
        rows=len(leads),
        numeric={name: _numeric(numbers_of(leads[name])) for name in numeric_columns},
        levels={
            name: _levels(leads[name], mapped=name in mapped_columns) for name in level_columns
        },
        probability=_numeric(np.asarray(probabilities, dtype=np.float64)),
        chunks=tuple(chunks),
        watched=watched,
        classes=None if classes is None else _levels(classes, mapped=False),
    )


def bucket_of(level: str) -> int:
    """Return the bucket of a level, in [0, BUCKETS): the same everywhere and for ever."""
    return zlib.crc32(level.encode()) % BUCKETS


def moments(values: FloatArray) -> tuple[float, float]:
    """Return mean and standard deviation; 0 where there are none or they are beyond a float."""
    if not values.size:
        return 0.0, 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = float(values.mean()), float(values.std())
    fine = np.isfinite(mean) and np.isfinite(deviation)
    return (mean, deviation) if fine else (0.0, 0.0)


def _numeric(values: FloatArray) -> NumericReference:
    finite = np.sort(values[np.isfinite(values)])
    sized = np.log(np.abs(finite[finite != 0]))
    mean, deviation = moments(finite)
    size, size_deviation = moments(sized)
    cuts = _cuts(finite)
    bins = np.searchsorted(cuts, finite, side="left")
    counts = np.bincount(bins, minlength=cuts.size + 1)
    return NumericReference(
        cuts=tuple(cuts.tolist()),
        counts=tuple(counts.tolist()),
        missing=len(values) - len(finite),
        mean=mean,
        deviation=deviation,
        size=size,
        size_deviation=size_deviation,
        sized=len(sized),
    )


def _cuts(ordered: FloatArray) -> FloatArray:
    """Return the cuts of ascending values: each value if they are few, else quantiles.

    A value that begins the column, or is several quantiles at once, gets a cut right below it,
    which makes it a bin of its own.
    """
    distinct = np.unique(ordered)
    if distinct.size <= FEW_VALUES:
        alone = distinct
    else:
        levels = np.linspace(0.0, 1.0, QUANTILES + 1)
        quantiles = np.quantile(ordered, levels, method="inverted_cdf")
        distinct, times = np.unique(quantiles, return_counts=True)
        alone = np.concatenate([distinct[:1], distinct[times > 1]])
    return np.unique(np.concatenate([distinct, np.nextafter(alone, -np.inf)]))


def _levels(column: pd.Series, *, mapped: bool) -> LevelReference:
    seen = column.dropna().astype(str).value_counts()
    ranked = sorted(seen.items(), key=lambda item: (-item[1], str(item[0])))
    kept = {str(level): int(rows) for level, rows in ranked[:MAX_LEVELS]}
    buckets: tuple[int, ...] = ()
    if len(ranked) > MAX_LEVELS:
        places = [bucket_of(str(level)) for level, _ in ranked]
        weights = [rows for _, rows in ranked]
        buckets = tuple(np.bincount(places, weights, BUCKETS).astype(np.int64).tolist())
    return LevelReference(
        counts=kept,
        rest=int(seen.sum()) - sum(kept.values()),
        missing=int(column.isna().sum()),
        buckets=buckets,
        mapped=mapped,
    )


def _numeric_from(content: Json) -> NumericReference:
    return NumericReference(
        **{**content, "cuts": tuple(content["cuts"]), "counts": tuple(content["counts"])}
    )


def _levels_from(content: Json) -> LevelReference:
    return LevelReference(**{**content, "buckets": tuple(content["buckets"])})


def _draw_numbers(one: NumericReference, rows: int, random: np.random.Generator) -> FloatArray:
    if not sum(one.counts):
        return np.full(rows, np.nan)
    counts = np.array([*one.counts[1:-1], one.missing], dtype=np.float64)
    upper = np.array([*one.cuts[1:], np.nan])
    lower = np.array([*one.cuts[:-1], np.nan])
    bins = random.choice(counts.size, size=rows, p=counts / counts.sum())
    share = random.random(rows)
    between = lower[bins] * share + upper[bins] * (1 - share)
    return cast("FloatArray", np.clip(between, np.nextafter(lower, np.inf)[bins], upper[bins]))


def _draw_levels(one: LevelReference, rows: int, random: np.random.Generator) -> pd.Series:
    names = np.array([*one.counts, OTHER, None], dtype=object)
    counts = np.array([*one.counts.values(), one.rest, one.missing], dtype=np.float64)
    if not counts.sum():
        counts[-1] = 1.0
    drawn = names[random.choice(counts.size, size=rows, p=counts / counts.sum())]
    return pd.Series(drawn, dtype=pd.StringDtype(na_value=np.nan))
