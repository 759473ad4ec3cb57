"""What probabilities of several classes promise, and how leads turned out beside it.

Were the probabilities of a lead true, its log loss would be their entropy on average, and its
Brier score one less the sum of their squares: the analogue for classes of what `performance`
does for two outcomes.

Source:
    J. Bialek et al. (2024), Estimating model performance under covariate shift without labels,
    https://arxiv.org/abs/2401.08348
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from lead_scoring.core.performance import BRIER
from lead_scoring.core.performance import LOG_LOSS
from lead_scoring.core.performance import Chunk
from lead_scoring.core.performance import measure_losses

FloatArray = npt.NDArray[np.float64]


def promise(probabilities: FloatArray) -> Mapping[str, float]:
    """Return the metrics that probabilities promise, were they true.

    Args:
        probabilities: Shape (n_leads, n_classes), at least one lead.

    Returns:
        ``brier`` in [0, 1] and ``log_loss`` in nats; 0 is best.

    >>> promise(np.array([[1.0, 0.0], [0.5, 0.5]]))["brier"]
    0.25
    """
    return {name: float(losses.mean()) for name, losses in _promised(probabilities).items()}


def measure(probabilities: FloatArray, outcomes: FloatArray) -> Chunk:
    """Return how rows turned out beside what was promised for them.

    Args:
        probabilities: Shape (n_leads, n_classes), at least two leads.
        outcomes: Position of the class, shape (n_leads,).
    """
    return measure_losses(_realised(probabilities, outcomes), _promised(probabilities))


def _promised(probabilities: FloatArray) -> Mapping[str, FloatArray]:
    logs = np.log(np.maximum(probabilities, np.finfo(np.float64).eps))
    return {
        BRIER: 1 - (probabilities**2).sum(axis=1),
        LOG_LOSS: -(probabilities * logs).sum(axis=1),
    }


def _realised(probabilities: FloatArray, outcomes: FloatArray) -> Mapping[str, FloatArray]:
    happened = np.eye(probabilities.shape[1])[outcomes.astype(np.intp)]
    logs = np.log(np.maximum(probabilities, np.finfo(np.float64).eps))
    return {
        BRIER: ((probabilities - happened) ** 2).sum(axis=1),
        LOG_LOSS: -(happened * logs).sum(axis=1),
    }
