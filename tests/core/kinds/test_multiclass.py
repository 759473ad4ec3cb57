"""Several classes: what is scored, graded, refused and promised."""

import json

import numpy as np
import pytest
from scipy.special import softmax

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.config.training import TrainingConfig
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.performance import BRIER
from lead_scoring.core.performance import LOG_LOSS
from lead_scoring.core.plausibility import find_broken
from lead_scoring.core.temperature import Temperature

CLASSES = ("gold", "silver", "bronze", "tin", "lead")
KIND = kind_by(ScoringRules(task="multiclass", classes=CLASSES[:3]))
TRAINING = TrainingConfig(min_per_class=5)
ROWS = 4_000


def of_classes(*rows: int) -> np.ndarray:
    """Return so many outcomes of each class."""
    return np.repeat(np.arange(float(len(rows))), rows)


def drawn(rows: int = ROWS, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return margins that are true log-odds, and outcomes drawn by them."""
    rng = np.random.default_rng(seed)
    margins = rng.normal(loc=[0.0, 1.0, -1.0], size=(rows, 3))
    shares = softmax(margins, axis=1).cumsum(axis=1)
    return margins, (rng.random((rows, 1)) > shares).sum(axis=1).astype(float)


def scores_of(margins: np.ndarray, temperature: float = 1.0):
    """Score margins."""
    return KIND.scores(Temperature(temperature), margins)


def test_score_is_the_predicted_class_with_its_probability():
    """The most probable class, its probability, the same on 0 to 100, and all the others'."""
    score = scores_of(np.log([[0.25, 0.5, 0.25]])).iloc[0]

    assert score["predicted_class"] == "silver"
    assert score["probability"] == pytest.approx(0.5)
    assert score["score"] == 50.0
    assert json.loads(score["class_probabilities"]) == pytest.approx(
        {"gold": 0.25, "silver": 0.5, "bronze": 0.25}
    )
    assert score["margin"] == pytest.approx(np.log(2))


def test_grade_is_the_place_of_the_class():
    """A for the class to call first, B and C for the next two, D for all others."""
    kind = kind_by(ScoringRules(task="multiclass", classes=CLASSES))
    scores = kind.scores(Temperature(1.0), np.eye(5) * 9)

    assert scores["predicted_class"].tolist() == list(CLASSES)
    assert scores["grade"].tolist() == ["A", "B", "C", "D", "D"]


def test_margin_orders_leads_whose_scores_round_to_the_same():
    """It is how far the class is ahead of the next, and keeps their order where scores tie."""
    scores = scores_of(np.array([[9.0, 0.0, 0.0], [9.5, 0.0, 0.0], [99.0, 0.0, 0.0]]), 0.5)

    assert scores["score"].tolist() == [100.0, 100.0, 100.0]
    assert scores["margin"].is_monotonic_increasing
    assert find_broken(scores) is None


def test_no_leads_have_no_scores():
    """A chunk without an open lead gives the columns and no row."""
    scores = scores_of(np.empty(0))

    assert len(scores) == 0
    assert list(scores) == list(KIND.columns)


def test_baseline_promises_the_shares_of_the_classes():
    """Whoever knows no column knows how frequent each class is."""
    scores = KIND.baseline(of_classes(1, 7, 2), 3)

    assert scores["predicted_class"].tolist() == ["silver"] * 3
    assert json.loads(scores["class_probabilities"][0]) == {
        "gold": 0.1, "silver": 0.7, "bronze": 0.2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "missing"),
    [
        pytest.param(of_classes(5, 900, 5), "", id="just enough"),
        pytest.param(
            of_classes(4, 900, 5),
            "4 of 'gold' to fit on, at least 5 of each class are needed",
            id="one class is short",
        ),
        pytest.param(
            of_classes(0, 900),
            "0 of 'gold', 0 of 'bronze' to fit on, at least 5 of each class are needed",
            id="two classes do not occur",
        ),
    ],
)
def test_too_few_rows_of_a_class_are_told(outcomes, missing):
    """Which classes are short, by how much, and what is needed."""
    assert KIND.too_few(outcomes, TRAINING, "to fit on") == missing


def test_class_that_does_not_occur_cannot_be_learned():
    """It is named; a class that is there is not."""
    assert KIND.cannot_fit(of_classes(3, 3)) == "none is of class 'bronze'"
    assert KIND.cannot_fit(of_classes(3, 3, 1)) == ""


def test_one_class_alone_judges_nothing():
    """Two of three are enough: a rare one may have no row to judge by."""
    assert KIND.cannot_judge(of_classes(0, 9)) == "all are of one class, silver"
    assert KIND.cannot_judge(of_classes(1, 9)) == ""


def test_better_margins_have_the_greater_quality():
    """What picks the family rises as margins tell more."""
    margins, outcomes = drawn()
    noisy = margins + np.random.default_rng(2).normal(size=margins.shape) * 2

    assert KIND.quality(outcomes, margins) > KIND.quality(outcomes, noisy)
    assert KIND.skill(outcomes, margins) > KIND.skill(outcomes, noisy) > 0.5


def test_each_class_is_a_question_of_its_own():
    """One against the rest, with the class named."""
    sides = KIND.sides(of_classes(1, 2, 1))

    assert sides[" for 'silver' against the rest"].tolist() == [0, 1, 1, 0]
    assert len(sides) == 3


@pytest.mark.slow
@pytest.mark.parametrize("metric", [BRIER, LOG_LOSS])
def test_true_probabilities_keep_what_they_promise(metric):
    """Of 200 worlds whose outcomes follow the probabilities, the mean excess is nothing."""
    chunks = [
        KIND.measure(outcomes, scores_of(margins))
        for margins, outcomes in (drawn(400, seed) for seed in range(200))
    ]
    excess = np.array([chunk.excess(metric) for chunk in chunks])
    noise = np.mean([chunk.excess_noise[metric] for chunk in chunks])

    assert abs(excess.mean()) < 3 * excess.std() / np.sqrt(200)
    assert excess.var() * 400 == pytest.approx(noise, rel=0.25)


def test_promise_needs_no_outcomes():
    """It is the log loss and Brier score to be expected if the probabilities are true."""
    promised = KIND.promise(scores_of(np.log([[0.5, 0.25, 0.25]])))

    assert promised[LOG_LOSS] == pytest.approx(1.5 * np.log(2))
    assert promised[BRIER] == pytest.approx(1 - 0.375)


def test_few_known_classes_judge_no_champion():
    """How many are known and how many are needed is told."""
    assert KIND.few_outcomes(of_classes(20, 30), 50) == ""
    assert KIND.few_outcomes(of_classes(20, 29), 50) == (
        "of 49 newer leads the class is known, 50 are needed to judge by"
    )
