"""Whether a champion does worse on new rows than on chunks of the rows it was judged on."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.performance import MIN_CHUNK_ROWS
from lead_scoring.core.performance import ROC_AUC
from lead_scoring.core.performance import Chunk

FloatArray = npt.NDArray[np.float64]

MIN_CHUNKS: Final = 5
"""A band of fewer chunks than this says nothing about how much they differ."""


def find_shortage(chunks: Sequence[Chunk], too_few: str, metric: str) -> str:
    """Return what outcomes lack to judge by, in words; empty if nothing.

    Args:
        chunks: Chunks of the rows the champion was judged on.
        too_few: Which outcomes are too few, in words; empty if there are enough.
        metric: Name of the metric.
    """
    if too_few:
        return too_few
    usable = _usable(chunks, metric)
    if len(usable) < MIN_CHUNKS:
        return (
            f"the champion's reference has {len(usable)} chunks of {MIN_CHUNK_ROWS} leads or "
            f"more, {MIN_CHUNKS} are needed to judge by"
        )
    return ""


def assess_realised(
    chunks: Sequence[Chunk], found: Chunk, metric: str, band: float
) -> Performance | None:
    """Judge new rows by their outcomes, of which there is no shortage.

    A metric also moves where leads became easier or harder to tell apart, which is no fault of
    the model. So what counts is how far it is from what was promised for the same rows: that
    moves only if leads convert otherwise than promised. The promise itself is the standard; a
    reference on which it was not kept excuses nothing.

    Args:
        chunks: Chunks of the rows the champion was judged on.
        found: How the new rows turned out, beside what the champion promised for them.
        metric: Name of the metric.
        band: Half the width of the band, in standard deviations.

    Returns:
        ``None`` where there are too few chunks or the metric is not defined on the new rows.
    """
    usable = _usable(chunks, metric)
    if len(usable) < MIN_CHUNKS or metric not in found.realised:
        return None
    seen = np.array([chunk.excess(metric) for chunk in usable])
    noises = np.array([chunk.excess_noise[metric] for chunk in usable])
    noise = max(found.excess_noise[metric], float(noises.mean()))
    excess = found.excess(metric)
    limit = band * _averaged_deviation(seen, noise, usable, found.rows)
    return Performance(
        evidence=Evidence.REALISED,
        metric=metric,
        rows=found.rows,
        value=found.realised[metric],
        promised=found.promised[metric],
        reference=float(np.mean([chunk.realised[metric] for chunk in usable])),
        excess=excess,
        limit=limit,
        worse=excess > limit,
    )


def assess_estimated(
    chunks: Sequence[Chunk], promised: Mapping[str, float], rows: int, metric: str, band: float
) -> Performance | None:
    """Judge new rows without outcomes, by what the champion promises for them.

    Blind to a change of how leads turn out: the champion is taken at its word.

    Args:
        chunks: Chunks of the rows the champion was judged on.
        promised: Metrics the champion promises for the new rows, by name.
        rows: How many they are.
        metric: Name of the metric.
        band: Half the width of the band, in standard deviations.

    Returns:
        ``None`` where there are too few rows or chunks.
    """
    usable = _usable(chunks, metric)
    if len(usable) < MIN_CHUNKS or rows < MIN_CHUNK_ROWS or metric not in promised:
        return None
    seen = np.array([chunk.realised[metric] for chunk in usable])
    noises = np.array([chunk.noise[metric] for chunk in usable])
    reference = float(seen.mean())
    gap = promised[metric] - reference
    excess = -gap if metric == ROC_AUC else gap
    limit = band * _deviation(seen, noises, usable, rows, float(noises.mean()))
    return Performance(
        evidence=Evidence.ESTIMATED,
        metric=metric,
        rows=rows,
        value=promised[metric],
        reference=reference,
        excess=excess,
        limit=limit,
        worse=excess > limit,
    )


def _usable(chunks: Sequence[Chunk], metric: str) -> list[Chunk]:
    return [chunk for chunk in chunks if metric in chunk.realised]


def _averaged_deviation(
    seen: FloatArray, noise: float, chunks: Sequence[Chunk], rows: int
) -> float:
    """Return the standard deviation of new rows' excess over as many chunks as they would fill.

    What chunks differ by, days or campaigns, averages out over many; what does not is a change.

    Args:
        seen: Excess of each chunk.
        noise: Variance that one row contributes; the deviation is never less than rows alone make.
        chunks: The chunks.
        rows: New rows.
    """
    size = float(np.mean([chunk.rows for chunk in chunks]))
    return float(np.sqrt(max(float(seen.var(ddof=1)) * size, noise) / rows))


def _deviation(
    seen: FloatArray, noises: FloatArray, chunks: Sequence[Chunk], rows: int, noise: float
) -> float:
    """Return the standard deviation of new rows' figure less the mean over the chunks.

    What chunks differ by beyond their own noise new rows may differ by too; to that comes the
    noise of the new rows and that of the mean.

    Args:
        seen: Figure of each chunk.
        noises: Variance that one row of a chunk contributes to it.
        chunks: The chunks.
        rows: New rows.
        noise: Variance that one new row contributes.
    """
    sizes = np.array([chunk.rows for chunk in chunks], dtype=np.float64)
    between = max(0.0, float(seen.var(ddof=1) - np.mean(noises / sizes)))
    of_mean = between / len(chunks) + float(noises.mean()) / float(sizes.sum())
    return float(np.sqrt(between + noise / rows + of_mean))
