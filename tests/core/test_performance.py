"""What probabilities promise and what outcomes say, against closed forms and simulation."""

import numpy as np
import pytest
from chunked import chunk_performance
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss
from sklearn.metrics import roc_auc_score

from lead_scoring.core.performance import measure
from lead_scoring.core.performance import promise

METRICS = ("roc_auc", "brier", "log_loss")


def uniform(rows=200_000):
    """Give probabilities spread evenly over [0, 1]."""
    return (np.arange(rows) + 0.5) / rows


def drawn(probabilities, seed=1):
    """Draw the outcomes that the probabilities promise."""
    draw = np.random.default_rng(seed).random(len(probabilities))
    return (draw < probabilities).astype(np.float64)


def test_even_probabilities_promise_what_the_integrals_say():
    """AUC 5/6, Brier score 1/6 and log loss 1/2 nat, each an integral over the unit square."""
    promised = promise(uniform())

    assert promised == pytest.approx({"roc_auc": 5 / 6, "brier": 1 / 6, "log_loss": 0.5}, abs=1e-4)


def test_a_promised_area_counts_every_pair_once():
    """A few leads with ties, against a sum over all pairs of two different leads."""
    p = np.array([0.1, 0.4, 0.4, 0.7, 0.7, 0.7, 0.95])
    pairs = [(i, j) for i in range(len(p)) for j in range(len(p)) if i != j]
    right = sum(p[i] * (1 - p[j]) * ((p[i] > p[j]) + (p[i] == p[j]) / 2) for i, j in pairs)
    total = sum(p[i] * (1 - p[j]) for i, j in pairs)

    assert promise(p)["roc_auc"] == pytest.approx(right / total)


def test_equal_probabilities_promise_no_order():
    """One lead in seven converts, whichever: half of all pairs are in the right order."""
    promised = promise(np.full(9, 1 / 7))

    assert promised["roc_auc"] == pytest.approx(0.5)
    assert promised["brier"] == pytest.approx(6 / 49)


def test_certainty_promises_no_loss_and_no_area():
    """Where all leads are sure to convert there is no pair to put in order."""
    promised = promise(np.ones(5))

    assert promised.keys() == {"brier", "log_loss"}
    assert list(promised.values()) == pytest.approx([0, 0], abs=1e-12)


def test_promises_are_kept_on_average():
    """The mean of three hundred simulated sets of outcomes is what was promised."""
    p = np.random.default_rng(3).beta(2, 5, size=1_000)
    kept = [measure(p, drawn(p, seed)).realised for seed in range(300)]
    promised = promise(p)

    for metric in METRICS:
        seen = np.array([one[metric] for one in kept])
        error = seen.std() / np.sqrt(len(seen))
        assert abs(seen.mean() - promised[metric]) < 4 * error + 2e-4


def test_realised_metrics_are_those_of_scikit_learn():
    """A second implementation gives the same, ties included."""
    p = np.round(np.random.default_rng(5).random(500), 2).clip(0.01, 0.99)
    outcomes = drawn(p)

    assert measure(p, outcomes).realised == pytest.approx(
        {
            "roc_auc": roc_auc_score(outcomes, p),
            "brier": brier_score_loss(outcomes, p),
            "log_loss": log_loss(outcomes, p),
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("metric", METRICS)
def test_the_noise_of_a_row_is_that_of_many_simulations(metric):
    """Over the rows, it is the variance of the excess between sets of rows; AUC errs upwards."""
    found = [measure(p, drawn(p, seed)) for seed, p in enumerate(many(400, 800))]
    excess = np.array([one.excess(metric) for one in found])
    expected = np.mean([one.excess_noise[metric] for one in found]) / 800

    assert 0.8 < expected / excess.var() < (2.0 if metric == "roc_auc" else 1.25)


def many(sets, rows):
    """Draw sets of probabilities."""
    return np.random.default_rng(7).beta(2, 4, size=(sets, rows))


def test_chunks_are_equal_stretches_that_lose_no_row():
    """Ten of them, in the order of the rows: the fifth ends at row 619, two beyond the middle."""
    p = uniform(1_234)
    outcomes = (p > 0.5).astype(np.float64)
    chunks = chunk_performance(p, outcomes)

    assert [chunk.rows for chunk in chunks] == [124] * 4 + [123] * 6
    assert [chunk.positives for chunk in chunks] == [0] * 4 + [2] + [123] * 5


@pytest.mark.parametrize(("rows", "chunks"), [(0, 0), (99, 0), (250, 2), (999, 9), (5_000, 10)])
def test_no_chunk_is_too_small_to_say_anything(rows, chunks):
    """A hundred rows each at least, ten chunks at most."""
    p = uniform(rows) if rows else np.empty(0)

    assert len(chunk_performance(p, drawn(p))) == chunks


def test_a_chunk_of_one_outcome_has_no_area():
    """Its losses count all the same."""
    chunk = measure(np.array([0.2, 0.4]), np.zeros(2))

    assert chunk.realised.keys() == {"brier", "log_loss"}
    assert chunk.realised["brier"] == pytest.approx(0.10)
