"""Parts of the evidence: how the top of the list did, and whether promises were kept."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lead_scoring.core.evidence.reading import Reading
from lead_scoring.core.wilson import Z
from lead_scoring.core.wilson import wilson

FloatArray = npt.NDArray[np.float64]

SHARES: Final = (0.05, 0.10, 0.20, 0.30, 0.50)
BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Top:
    """The leads that are called first.

    Attributes:
        share: Their share of all leads.
        leads: How many they are.
        captured: Share of all wanted leads that are among them; NaN where none is wanted.
        lift: How many times as many as among equally many leads in any order.
    """

    share: float
    leads: int
    captured: float
    lift: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Leads of about the same promise.

    Attributes:
        rows: How many.
        promised: Mean promise.
        happened: Mean of what happened.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    rows: int
    promised: float
    happened: float
    low: float
    high: float


def tops(reading: Reading, shares: Sequence[float] = SHARES) -> tuple[Top, ...]:
    """Return how many of the wanted leads are called first, for each share of the leads."""
    ranked = reading.wanted[reading.order]
    total = float(ranked.sum())
    found = []
    for share in shares:
        leads = max(1, math.ceil(round(len(ranked) * share, 9)))
        captured = float(ranked[:leads].sum()) / total if total else math.nan
        found.append(Top(share, leads, captured, captured * len(ranked) / leads))
    return tuple(found)


def gain_curve(reading: Reading, points: int = 200) -> tuple[FloatArray, FloatArray]:
    """Return shares of leads and the shares of wanted leads among them, both from 0 to 1."""
    ranked = reading.wanted[reading.order]
    caught = np.concatenate([[0.0], np.cumsum(ranked) / max(float(ranked.sum()), 1.0)])
    places = np.unique(np.linspace(0, len(ranked), min(points, len(ranked)) + 1).astype(np.intp))
    return places / max(len(ranked), 1), caught[places]


def reliability(reading: Reading, bins: int = BINS) -> tuple[Bin, ...]:
    """Return leads by their promise in bins of about equal count; equal promises share a bin."""
    promised = reading.promised
    _, inverse, counts = np.unique(promised, return_inverse=True, return_counts=True)
    first = np.cumsum(counts) - counts
    of_row = np.minimum(first * bins // max(len(promised), 1), bins - 1)[inverse]
    return tuple(
        make_bin(promised[rows], reading.happened[rows], is_share=reading.is_share)
        for place in range(bins)
        if (rows := of_row == place).any()
    )


def make_bin(promised: FloatArray, happened: FloatArray, *, is_share: bool) -> Bin:
    """Return leads as one bin; the interval is E. B. Wilson's for shares, else the normal one."""
    rows, mean = len(happened), float(happened.mean())
    if is_share:
        low, high = wilson(mean, rows)
    else:
        half = Z * float(happened.std()) / math.sqrt(rows)
        low, high = mean - half, mean + half
    return Bin(rows, float(promised.mean()), mean, low, high)
