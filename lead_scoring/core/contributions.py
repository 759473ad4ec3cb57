"""What each feature adds to a margin: a base and one signed amount per feature, exactly."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contributions:
    """Margins taken apart: ``base + amounts.sum(axis=1)`` is the margin of each lead.

    Attributes:
        features: Names, shape (n_features,).
        base: What no feature adds to, shape (n_leads,).
        amounts: In units of the margin, shape (n_leads, n_features); 0 for a feature that the
            estimator does not read.
    """

    features: tuple[str, ...]
    base: FloatArray
    amounts: FloatArray

    @property
    def margins(self) -> FloatArray:
        """The margins that were taken apart, but for rounding; shape (n_leads,)."""
        return np.asarray(self.base + self.amounts.sum(axis=1), dtype=np.float64)

    def turned(self) -> "Contributions":
        """Return what the features add to the negative of the margin."""
        return Contributions(self.features, -self.base, -self.amounts)


def explained_margins(margins: FloatArray) -> FloatArray:
    """Return the margins that contributions add up to.

    Args:
        margins: What an estimator says, shape (n_leads,) or (n_leads, n_classes).

    Returns:
        Shape (n_leads,): the margins themselves; of several classes how far the first is ahead of
        the next.

    >>> explained_margins(np.array([[1.0, 4.0, 2.5]]))
    array([1.5])
    """
    if margins.ndim == 1:
        return margins
    falling = -np.partition(-margins, 1, axis=1)
    return np.asarray(falling[:, 0] - falling[:, 1], dtype=np.float64)


def ahead_of_next(base: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what speaks for the class with the greatest margin rather than for the next one.

    Margins of classes mean something only beside each other: a softmax does not change if all of
    them rise. What one class is ahead of another by does, and it is a difference, so that
    contributions to it are differences, too.

    Args:
        base: Per class, shape (n_leads, n_outputs); one output is no class but the margin itself.
        values: Contributions to each output, shape (n_leads, n_features, n_outputs).

    Returns:
        Base and contributions, shapes (n_leads,) and (n_leads, n_features).
    """
    if base.shape[1] == 1:
        return base[:, 0], values[:, :, 0]
    order = np.argsort(-(base + values.sum(axis=1)), axis=1, kind="stable")
    rows, first, second = np.arange(len(base)), order[:, 0], order[:, 1]
    return (
        base[rows, first] - base[rows, second],
        values[rows, :, first] - values[rows, :, second],
    )


def gap(explained: Contributions, margins: FloatArray) -> float:
    """Return the largest distance of a margin from its base and contributions.

    Args:
        explained: Contributions to the margins of leads.
        margins: What the estimator says of the same leads, see `explained_margins`.

    Returns:
        In units of the margin; 0 for no leads, NaN where either is NaN.
    """
    return float(np.abs(explained.margins - explained_margins(margins)).max(initial=0.0))


def no_contributions(features: pd.DataFrame) -> Contributions:
    """Return the contributions to the margins of no leads."""
    names = tuple(str(name) for name in features.columns)
    return Contributions(names, np.empty(0), np.empty((0, len(names))))
