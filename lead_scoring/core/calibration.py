"""One monotone map from margins to probabilities."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A monotone, piecewise linear map; constant outside its margins.

    Attributes:
        margins: Knots, strictly rising.
        probabilities: Their probabilities, never falling, strictly between 0 and 1.
    """

    margins: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        margins = np.asarray(self.margins, dtype=np.float64)
        probabilities = np.asarray(self.probabilities, dtype=np.float64)
        if margins.size == 0 or margins.shape != probabilities.shape:
            msg = f"{margins.size} margins cannot map to {probabilities.size} probabilities"
            raise ValueError(msg)
        if not (np.isfinite(margins).all() and (np.diff(margins) > 0).all()):
            msg = "the margins of a calibration must be finite and strictly rising"
            raise ValueError(msg)
        within = ((probabilities > 0) & (probabilities < 1)).all()
        if not (within and (np.diff(probabilities) >= 0).all()):
            msg = "the probabilities of a calibration must never fall and lie between 0 and 1"
            raise ValueError(msg)

    def apply(self, margins: FloatArray) -> FloatArray:
        """Return probabilities strictly between 0 and 1, never falling as margins rise.

        Args:
            margins: Log-odds, shape (n_leads,); NaN stays NaN.
        """
        knots = np.asarray(self.margins)
        values = np.asarray(self.probabilities)
        mapped = np.interp(margins, knots, values)
        right = np.clip(np.searchsorted(knots, margins, side="right"), 1, max(1, len(knots) - 1))
        # Rounding must not carry a value past the next knot: the map would not be monotone.
        upper = values[np.minimum(right, len(values) - 1)]
        return np.asarray(np.clip(mapped, values[right - 1], upper), dtype=np.float64)

    def to_dict(self) -> dict[str, list[float]]:
        """Return plain values for JSON; floats survive the way there and back exactly."""
        return {"margins": list(self.margins), "probabilities": list(self.probabilities)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Sequence[float]]) -> Self:
        """Return what `to_dict` was made from."""
        return cls(tuple(values["margins"]), tuple(values["probabilities"]))


def fit_calibration(margins: FloatArray, outcomes: FloatArray) -> Calibration:
    """Fit an isotonic map on margins the model was not fitted on.

    One made-up positive at the least margin and one made-up negative at the greatest keep every
    probability inside (0, 1): ``k`` conversions of the ``k`` best leads promise ``k / (k + 1)``.

    Args:
        margins: Out-of-fold log-odds, shape (n_leads,), finite.
        outcomes: 1.0 or 0.0, same shape.

    Source:
        B. Zadrozny, C. Elkan (2002), Transforming classifier scores into accurate multiclass
        probability estimates, https://doi.org/10.1145/775047.775151
    """
    isotonic = IsotonicRegression(out_of_bounds="clip")
    isotonic.fit(
        np.concatenate([margins, [margins.min(), margins.max()]]),
        np.concatenate([outcomes, [1.0, 0.0]]),
    )
    knots = np.asarray(isotonic.X_thresholds_, dtype=np.float64)
    values = np.maximum.accumulate(np.asarray(isotonic.y_thresholds_, dtype=np.float64))
    keep = np.concatenate([[True], np.diff(knots) > 0])
    return Calibration(tuple(knots[keep].tolist()), tuple(values[keep].tolist()))
