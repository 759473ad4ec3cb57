"""The metrics of several classes with weights, from the scores of leads; see `weighted`."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.class_shares import read_shares
from lead_scoring.core.metrics import weighted
from lead_scoring.core.metrics.binary_weighted import CALIBRATION_BINS
from lead_scoring.core.metrics.binary_weighted import bins_of
from lead_scoring.core.metrics.weighted import Weighted

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

LEAST_PROBABILITY: Final = 1e-15


def loss(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the log loss, nats."""
    return weighted.mean(losses(outcomes.astype(np.intp), read_shares(scores)))


def brier(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the Brier score over all classes, in [0, 2]."""
    return weighted.mean(squares(outcomes.astype(np.intp), read_shares(scores)))


def accuracy(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the share of leads whose class is the one predicted."""
    return weighted.mean((read_shares(scores).argmax(axis=1) == outcomes).astype(np.float64))


def macro_f1(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the mean F1 of the classes."""
    shares = read_shares(scores)
    return weighted.macro_f1(outcomes.astype(np.intp), shares.argmax(axis=1), shares.shape[1])


def area(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the mean ROC AUC of each class against the rest, where both occur."""
    each = [
        weighted.area((outcomes == place).astype(np.float64), shares)
        for place, shares in enumerate(read_shares(scores).T)
    ]
    return weighted.mean_of(each)


def gap(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the calibration error of the class predicted; the bins are those of the leads."""
    shares = read_shares(scores)
    top, right = shares.max(axis=1), shares.argmax(axis=1) == outcomes
    return weighted.binned_gap(right - top, bins_of(top), CALIBRATION_BINS)


def losses(of_class: IntArray, probabilities: FloatArray) -> FloatArray:
    """Return the negative logarithm of the probability of what happened to each lead, in nats.

    Args:
        of_class: Position of the class, shape (n_leads,).
        probabilities: Shape (n_leads, n_classes).
    """
    happened = probabilities[np.arange(len(of_class)), of_class]
    return np.asarray(-np.log(np.maximum(happened, LEAST_PROBABILITY)), dtype=np.float64)


def squares(of_class: IntArray, probabilities: FloatArray) -> FloatArray:
    """Return the squared distance of each lead's probabilities from what happened, in [0, 2].

    Args:
        of_class: Position of the class, shape (n_leads,).
        probabilities: Shape (n_leads, n_classes).
    """
    happened = np.eye(probabilities.shape[1])[of_class]
    return np.asarray(((probabilities - happened) ** 2).sum(axis=1), dtype=np.float64)
