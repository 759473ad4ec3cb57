"""Figures agree with closed forms and with scikit-learn."""

import math

import numpy as np
import pytest
from sklearn import metrics as reference

from lead_scoring.core.metrics.binary import calibration_error
from lead_scoring.core.metrics.binary import evaluate
from lead_scoring.core.metrics.confusion import confusion
from lead_scoring.core.metrics.order import captured_share
from lead_scoring.core.metrics.order import ranking

DRAW = np.random.default_rng(3)
MARGINS = DRAW.normal(size=400)
PROBABILITIES = 1 / (1 + np.exp(-MARGINS))
OUTCOMES = (DRAW.random(400) < PROBABILITIES).astype(float)
IDS = np.array([f"lead_{number:03d}" for number in range(400)], dtype=object)


def test_they_are_scikit_learns():
    """ROC AUC, PR AUC, Brier score and log loss by the same names."""
    metrics = evaluate(OUTCOMES, PROBABILITIES, MARGINS, IDS)

    assert metrics["roc_auc"] == reference.roc_auc_score(OUTCOMES, PROBABILITIES)
    assert metrics["pr_auc"] == reference.average_precision_score(OUTCOMES, PROBABILITIES)
    assert metrics["brier"] == pytest.approx(np.mean((OUTCOMES - PROBABILITIES) ** 2))
    assert metrics["log_loss"] == pytest.approx(
        -np.mean(np.log(np.where(OUTCOMES == 1, PROBABILITIES, 1 - PROBABILITIES)))
    )


def test_lift_is_captured_over_taken():
    """40 of 400 leads: lift is ten times what they captured."""
    metrics = evaluate(OUTCOMES, PROBABILITIES, MARGINS, IDS)

    assert metrics["lift_10"] == pytest.approx(10 * metrics["captured_10"])
    assert metrics["lift_20"] == pytest.approx(5 * metrics["captured_20"])
    assert (metrics["rows"], metrics["positives"]) == (400, OUTCOMES.sum())


def test_the_order_of_rows_plays_no_part():
    """Shuffled rows give the same figures."""
    order = np.random.default_rng(4).permutation(400)
    shuffled = evaluate(OUTCOMES[order], PROBABILITIES[order], MARGINS[order], IDS[order])

    assert shuffled == pytest.approx(evaluate(OUTCOMES, PROBABILITIES, MARGINS, IDS))


def test_ties_are_broken_by_margin_and_then_by_id():
    """Equal probabilities are ordered by margin, equal margins by id."""
    order = ranking(np.full(4, 0.5), np.array([0.0, 1.0, 0.0, 2.0]), np.array(list("dbca")))

    assert order.tolist() == [3, 1, 2, 0]


@pytest.mark.parametrize(
    ("share", "captured"), [(0.1, 1 / 3), (0.2, 2 / 3), (0.21, 2 / 3), (1.0, 1.0)]
)
def test_captured_share_by_hand(share, captured):
    """Conversions at places 1, 2 and 9 of ten; a begun lead is taken whole."""
    ranked = np.array([1.0, 1.0, 0, 0, 0, 0, 0, 0, 1.0, 0])

    assert captured_share(ranked, share) == pytest.approx(captured)


def test_calibration_error_by_hand():
    """Bins of two: means 0.15 and 0.85 against shares 0.5 and 1: (0.35 + 0.15) / 2."""
    outcomes = np.array([0.0, 1.0, 1.0, 1.0])
    probabilities = np.array([0.1, 0.2, 0.8, 0.9])

    assert calibration_error(outcomes, probabilities, bins=2) == pytest.approx(0.25)


def test_calibration_error_of_a_constant_is_its_distance_from_the_base_rate():
    """All rows share one bin."""
    outcomes = np.array([0.0, 0.0, 0.0, 1.0] * 50)

    assert calibration_error(outcomes, np.full(200, 0.4)) == pytest.approx(0.15)


def test_calibration_error_with_distinct_values_is_the_textbook_one():
    """As many rows per bin as `numpy.array_split` gives where they divide evenly."""
    order = np.argsort(PROBABILITIES)[:390]
    bins = np.array_split(order, 15)
    gaps = [abs(OUTCOMES[rows].mean() - PROBABILITIES[rows].mean()) for rows in bins]

    assert calibration_error(OUTCOMES[order], PROBABILITIES[order]) == pytest.approx(np.mean(gaps))


@pytest.mark.parametrize(
    "outcomes", [np.zeros(5), np.ones(5)], ids=["no positive", "all positive"]
)
def test_one_class_gives_nan_and_not_a_guess(outcomes):
    """What cannot be computed is NaN, which no gate lets pass."""
    metrics = evaluate(outcomes, np.full(5, 0.5), np.zeros(5), IDS[:5])

    assert math.isnan(metrics["roc_auc"])
    assert math.isnan(metrics["lift_10"])


def test_no_rows_give_nan():
    """An empty window is a case."""
    none = np.empty(0)

    assert math.isnan(evaluate(none, none, none, IDS[:0])["calibration_error"])


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7])
def test_classes_are_scikit_learns(threshold):
    """Accuracy, precision, recall, F1 and the matrix of the same predictions."""
    predicted = threshold <= PROBABILITIES
    metrics = evaluate(OUTCOMES, PROBABILITIES, MARGINS, IDS, threshold)
    matrix = reference.confusion_matrix(OUTCOMES, predicted)

    assert metrics["accuracy"] == pytest.approx(reference.accuracy_score(OUTCOMES, predicted))
    assert metrics["precision"] == pytest.approx(reference.precision_score(OUTCOMES, predicted))
    assert metrics["recall"] == pytest.approx(reference.recall_score(OUTCOMES, predicted))
    assert metrics["f1"] == pytest.approx(reference.f1_score(OUTCOMES, predicted))
    assert matrix.ravel().tolist() == [
        metrics["true_negatives"],
        metrics["false_positives"],
        metrics["false_negatives"],
        metrics["true_positives"],
    ]


def test_a_probability_at_the_threshold_predicts_a_conversion():
    """The threshold is the least probability that does."""
    counts = confusion(np.array([1.0, 1.0]), np.array([0.5, 0.4999]), 0.5)

    assert (counts.true_positives, counts.false_negatives) == (1, 1)


def test_precision_is_left_out_where_nobody_is_predicted():
    """A share of nothing is no number; F1 is 0, as conversions were missed."""
    metrics = evaluate(OUTCOMES, PROBABILITIES, MARGINS, IDS, 0.9999)

    assert "precision" not in metrics
    assert (metrics["recall"], metrics["f1"]) == (0.0, 0.0)
    assert all(math.isfinite(value) for value in metrics.values())


def test_recall_and_f1_are_left_out_where_nobody_converts_or_is_predicted():
    """What remains is how many were rightly left alone."""
    metrics = confusion(np.zeros(4), np.full(4, 0.1)).metrics()

    assert set(metrics) & {"precision", "recall", "f1", "accuracy"} == {"accuracy"}
    assert metrics["true_negatives"] == 4.0


def test_no_leads_have_no_shares():
    """All that is left are counts of 0."""
    assert set(confusion(np.empty(0), np.empty(0)).metrics().values()) == {0.0}


def test_a_probability_that_is_nan_predicts_nothing():
    """It is refused and not counted as a no."""
    with pytest.raises(ValueError, match="1 probabilities are NaN"):
        confusion(np.zeros(2), np.array([0.5, np.nan]))
