"""One map from margins of classes to probabilities: a temperature for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from scipy.special import softmax

FloatArray = npt.NDArray[np.float64]

COLDEST: Final = 1e-3
HOTTEST: Final = 1e3
"""Temperatures that are tried."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """A softmax of margins over a temperature.

    It keeps the order of a lead's classes, and so the class that is predicted.

    Attributes:
        temperature: Above 0; above 1 makes probabilities more equal, below 1 more different.
    """

    temperature: float

    def __post_init__(self) -> None:
        if not 0 < self.temperature < np.inf:
            msg = f"a temperature must be above 0 and finite, got {self.temperature}"
            raise ValueError(msg)

    def apply(self, margins: FloatArray) -> FloatArray:
        """Return probabilities in [0, 1] that sum to 1 per lead.

        Args:
            margins: One per lead and class, shape (n_leads, n_classes); NaN stays NaN.
        """
        return np.asarray(softmax(margins / self.temperature, axis=1), dtype=np.float64)

    def to_dict(self) -> dict[str, float]:
        """Return plain values for JSON; floats survive the way there and back exactly."""
        return {"temperature": self.temperature}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Self:
        """Return what `to_dict` was made from."""
        temperature = values["temperature"]
        if not isinstance(temperature, float):
            msg = f"a temperature must be a number, got {temperature!r}"
            raise ValueError(msg)  # noqa: TRY004 the file is wrong, not the caller
        return cls(temperature)


def fit_temperature(margins: FloatArray, outcomes: FloatArray) -> Temperature:
    """Fit a temperature on margins the model was not fitted on, by the least log loss.

    For each class one made-up lead stands where the class is surest and belongs to one of the
    others: without it the temperature of a model that was never wrong would have no end.

    Args:
        margins: Out of fold, shape (n_leads, n_classes), finite.
        outcomes: Position of the class, shape (n_leads,).

    Source:
        C. Guo et al. (2017), On calibration of modern neural networks,
        https://proceedings.mlr.press/v70/guo17a.html
    """
    made_up = margins[_surest(margins)]
    classes = margins.shape[1]
    happened = np.eye(classes)[outcomes.astype(np.intp)]
    others = (1 - np.eye(classes)) / (classes - 1)
    rows, targets = np.vstack([margins, made_up]), np.vstack([happened, others])

    def loss(log_temperature: float) -> float:
        logs = log_softmax(rows / np.exp(log_temperature), axis=1)
        return float(-(targets * logs).sum() / len(rows))

    found = minimize_scalar(
        loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded", options={"xatol": 1e-9}
    )
    return Temperature(float(np.exp(found.x)))


def _surest(margins: FloatArray) -> npt.NDArray[np.intp]:
    """Return for each class the lead that is farthest ahead of its next best class."""
    others = np.stack(
        [np.delete(margins, one, axis=1).max(axis=1) for one in range(margins.shape[1])], axis=1
    )
    return np.asarray((margins - others).argmax(axis=0), dtype=np.intp)
