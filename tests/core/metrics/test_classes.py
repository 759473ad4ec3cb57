"""Metrics of several classes, by figures worked out by hand and by scikit-learn."""

import math

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics

from lead_scoring.core.class_shares import read_shares
from lead_scoring.core.class_shares import spell_shares
from lead_scoring.core.metrics.classes import METRICS
from lead_scoring.core.metrics.classes import evaluate
from lead_scoring.core.schema import CLASS_PROBABILITIES

CLASSES = ("gold", "silver", "tin")
ROWS = 300


def world(seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes of three classes, the last of them rare, and somewhat true probabilities."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet([1.0, 4.0, 0.3], ROWS)
    drawn = rng.random((ROWS, 1)) > probabilities.cumsum(axis=1)
    return drawn.sum(axis=1).astype(float), probabilities


def test_figures_are_those_of_scikit_learn():
    """Accuracy, macro F1, log loss and the macro one-against-rest area agree with it."""
    outcomes, probabilities = world()
    predicted = probabilities.argmax(axis=1)
    found = evaluate(outcomes, probabilities, CLASSES)

    assert found["accuracy"] == pytest.approx(sklearn.metrics.accuracy_score(outcomes, predicted))
    assert found["macro_f1"] == pytest.approx(
        sklearn.metrics.f1_score(outcomes, predicted, average="macro")
    )
    assert found["log_loss"] == pytest.approx(sklearn.metrics.log_loss(outcomes, probabilities))
    assert found["macro_roc_auc"] == pytest.approx(
        sklearn.metrics.roc_auc_score(outcomes, probabilities, multi_class="ovr")
    )
    for place, name in enumerate(CLASSES):
        per_class = {"labels": [place], "average": None}
        assert found[f"recall_{name}"] == pytest.approx(
            sklearn.metrics.recall_score(outcomes, predicted, **per_class)[0]
        )
        assert found[f"precision_{name}"] == pytest.approx(
            sklearn.metrics.precision_score(outcomes, predicted, **per_class)[0]
        )


def test_rows_and_confusion_are_counted_by_class():
    """Three leads: two of gold, of whom one is taken for silver, and one of silver."""
    probabilities = np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.1, 0.9, 0.0]])
    found = evaluate(np.array([0.0, 0.0, 1.0]), probabilities, CLASSES)

    assert [found[f"rows_{name}"] for name in CLASSES] == [2, 1, 0]
    assert found["confusion_gold_as_gold"] == 1
    assert found["confusion_gold_as_silver"] == 1
    assert found["confusion_silver_as_gold"] == 0
    assert found["brier"] == pytest.approx((0.02 + 1.28 + 0.02) / 3)


def test_shares_of_nothing_are_left_out_and_all_is_finite():
    """Nobody has tin and nobody is predicted to: it has no figure, and none is NaN."""
    probabilities = np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]])
    found = evaluate(np.array([0.0, 1.0]), probabilities, CLASSES)

    assert not {"recall_tin", "precision_tin", "f1_tin", "roc_auc_tin"} & set(found)
    assert found["macro_f1"] == 1.0
    assert all(map(math.isfinite, found.values()))


def test_class_that_is_never_hit_counts_in_macro_f1():
    """A rare class that a model forgets pulls macro F1 down, and accuracy hardly at all."""
    outcomes = np.array([0.0] * 49 + [2.0])
    probabilities = np.tile([0.9, 0.05, 0.05], (50, 1))
    found = evaluate(outcomes, probabilities, CLASSES)

    assert found["accuracy"] == pytest.approx(0.98)
    assert found["macro_f1"] == pytest.approx(98 / 99 / 2)


def test_certainty_about_what_did_not_happen_stays_finite():
    """A probability of 0 for what happened costs much, but not everything."""
    found = evaluate(np.array([1.0, 0.0]), np.array([[1.0, 0.0], [1.0, 0.0]]), CLASSES[:2])

    assert math.isfinite(found["log_loss"])
    assert found["log_loss"] > 10


def test_with_many_classes_the_confusion_matrix_is_left_out():
    """Its counts would be more than anyone reads; the figures of each class stay."""
    names = [f"class {place}" for place in range(12)]
    found = evaluate(np.arange(12.0), np.eye(12), names)

    assert not [name for name in found if name.startswith("confusion")]
    assert found["recall_class_11"] == 1.0


def test_table_of_metrics_says_what_the_evaluation_says():
    """What a gate computes from scores is what stands beside the model."""
    outcomes, probabilities = world()
    scores = pd.DataFrame({CLASS_PROBABILITIES: spell_shares(probabilities, CLASSES)})
    found = evaluate(outcomes, probabilities, CLASSES)

    for metric in METRICS:
        assert metric.of(outcomes, scores) == found[metric.name], metric.name


def test_shares_survive_their_spelling():
    """Probabilities are read back exactly, whatever a class is called."""
    _, probabilities = world()
    names = ['a "b"', "ü, {c}", "1"]
    scores = pd.DataFrame({CLASS_PROBABILITIES: spell_shares(probabilities, names)})

    assert read_shares(scores).tolist() == probabilities.tolist()


def test_no_scores_have_no_classes():
    """Without a row nothing says how many classes there are."""
    with pytest.raises(ValueError, match="no scores"):
        read_shares(pd.DataFrame({CLASS_PROBABILITIES: []}))
