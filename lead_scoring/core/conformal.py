"""Predictions of a number with an interval that holds the outcome as often as it says."""

from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """How far outcomes are from predictions, in the outcome's own unit.

    Attributes:
        below: How far the interval reaches below a prediction; it may be negative.
        above: How far it reaches above; likewise.
    """

    below: float
    above: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.below) and np.isfinite(self.above)):
            msg = f"an interval must be finite, got -{self.below} and +{self.above}"
            raise ValueError(msg)

    def to_dict(self) -> dict[str, float]:
        """Return plain values for JSON; floats survive the way there and back exactly."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, float]) -> Self:
        """Return what `to_dict` was made from."""
        return cls(float(values["below"]), float(values["above"]))


def fit_interval(predictions: FloatArray, outcomes: FloatArray, level: float) -> Interval:
    r"""Take the interval from residuals of rows the model was not fitted on.

    Each side is the :math:`\lceil (n + 1)(1 + \text{level}) / 2 \rceil`-th smallest residual in
    its direction, so that either side is missed by half of what may be missed; where there are
    too few rows for that, the greatest. A new row like these is covered with at least the level.

    Args:
        predictions: Out-of-fold predictions, shape (n_rows,), at least one.
        outcomes: What happened, same shape.
        level: Share of outcomes the interval holds, in (0, 1).

    Source:
        R. F. Barber et al. (2021), Predictive inference with the jackknife+,
        https://doi.org/10.1214/20-AOS1965 (the cross-conformal form, with pooled residuals);
        J. Lei et al. (2018), Distribution-free predictive inference for regression,
        https://doi.org/10.1080/01621459.2017.1307116

    >>> fit_interval(np.zeros(4), np.array([-1.0, 0.0, 1.0, 2.0]), 0.2)
    Interval(below=0.0, above=1.0)
    """
    residuals = np.sort(outcomes - predictions)
    place = int(np.ceil(np.round((len(residuals) + 1) * (1 + level) / 2, 9)))
    place = min(place, len(residuals))
    return Interval(below=0.0 - float(residuals[-place]), above=float(residuals[place - 1]))
