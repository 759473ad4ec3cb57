"""What a number is predicted, scored, judged and promised by."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numbers_made import number_leads
from numbers_made import number_use_case

from lead_scoring.core.assessment import assess_estimated
from lead_scoring.core.assessment import assess_realised
from lead_scoring.core.conformal import Interval
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.leakage import find_leakage
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.promises import with_promises
from lead_scoring.core.scoring import score_leads
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import shortage
from lead_scoring.core.training import train_model
from lead_scoring.io.model_files import read_model
from lead_scoring.io.model_files import write_model

pytestmark = pytest.mark.slow

USE_CASE = number_use_case()
COLUMNS = {
    "lead_id": {"type": "string"},
    "created": {"type": "timestamp"},
    "won": {"type": "number"},
    "visits": {"type": "number"},
    "medium": {"type": "string"},
}
KIND = kind_of(USE_CASE)
LEADS = number_leads()


@pytest.fixture(scope="module")
def trained():
    """Train on made-up leads once."""
    return train_model(USE_CASE, split_leads(LEADS, 0.25, 1))


def scored(leads, model):
    """Return scores with what is promised."""
    return with_promises(model, leads, score_leads(model, leads, USE_CASE.scoring))


def test_a_model_beats_the_mean_and_its_intervals_hold(trained):
    """Nine of ten outcomes of the test window are within their interval."""
    assert trained.metrics["rmse"] < 0.6 * trained.metrics["baseline_rmse"]
    assert trained.metrics["r2"] > 0.6
    assert trained.metrics["interval_coverage"] == pytest.approx(0.9, abs=0.04)
    assert trained.comparisons["baseline_r2"] == pytest.approx(0.0, abs=0.02)


def test_training_again_gives_the_same_model(trained):
    """The same rows and seed, the same digest, the models of losses included."""
    again = train_model(USE_CASE, split_leads(LEADS, 0.25, 1)).model

    assert model_digest(again) == model_digest(trained.model)
    assert model_digest(replace(again, losses={})) != model_digest(again)


def test_a_model_comes_back_from_its_files(trained, tmp_path):
    """Scores and promises are the same to the last bit."""
    write_model(trained.model, USE_CASE.scoring, tmp_path / "model")

    read = read_model(tmp_path / "model")

    pd.testing.assert_frame_equal(scored(LEADS, read), scored(LEADS, trained.model))


def test_the_least_are_called_first():
    """Grades and scores are turned round, and the margin orders like them."""
    scores = KIND.scores(Interval(1.0, 0.5), np.array([1.0, 4.8, 7.0]))

    assert scores["prediction"].tolist() == [1.0, 4.8, 5.0]
    assert scores["interval_low"].tolist() == pytest.approx([1.0, 3.8, 4.0])
    assert scores["interval_high"].tolist() == pytest.approx([1.5, 5.0, 5.0])
    assert scores["score"].tolist() == [100.0, 5.0, 0.0]
    assert scores["grade"].tolist() == ["A", "D", "D"]
    assert scores["margin"].tolist() == [-1.0, -4.8, -7.0]


def test_no_leads_have_no_scores():
    """An empty frame has all columns."""
    assert list(KIND.scores(Interval(1.0, 1.0), np.empty(0)).columns) == list(KIND.columns)


def test_metrics_are_those_worked_by_hand():
    """Errors of 1, -1 and 0 around outcomes 1, 3, 5."""
    scores = KIND.scores(Interval(0.5, 0.5), np.array([2.0, 2.0, 5.0]))
    outcomes = np.array([1.0, 3.0, 5.0])

    found = {
        name: metric.of(outcomes, scores) for name, metric in metrics_of("regression").items()
    }

    assert found["mae"] == pytest.approx(2 / 3)
    assert found["mse"] == pytest.approx(2 / 3)
    assert found["rmse"] == pytest.approx(math.sqrt(2 / 3))
    assert found["r2"] == pytest.approx(1 - 2 / 8)
    assert found["interval_coverage"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("rows", "words"), [(80, "at least 100 are needed"), (400, "")])
def test_too_few_rows_are_refused_in_words(rows, words):
    """A regression needs ``min_rows`` to be fitted on."""
    assert words in shortage(split_leads(LEADS.head(rows), 0.25, 1), USE_CASE)
    assert words or not shortage(split_leads(LEADS.head(rows), 0.25, 1), USE_CASE)


def test_promised_losses_are_those_that_come(trained):
    """On leads of the same world the promised loss is near the real one, and rightly placed."""
    leads = number_leads(4_000, seed=5)
    scores = scored(leads, trained.model)
    found = KIND.measure(leads["outcome"].to_numpy(), scores)
    noisy = leads["medium"] == "web"

    assert found.promised["mse"] == pytest.approx(found.realised["mse"], rel=0.2)
    assert scores["promised_mse"][noisy].mean() > 2 * scores["promised_mse"][~noisy].mean()


@pytest.mark.parametrize("metric", ["mse", "mae"])
def test_outcomes_that_break_the_promise_are_found(trained, metric):
    """Leads whose outcome is one lower than it was do harm; those of the same world do not."""
    chunks = trained.model.reference.chunks
    for lift, worse in ((0.0, False), (-1.0, True)):
        leads = number_leads(2_000, seed=6, lift=lift)
        found = KIND.measure(leads["outcome"].to_numpy(), scored(leads, trained.model))

        assert assess_realised(chunks, found, metric, 3.0).worse is worse


@pytest.mark.parametrize(("medium", "worse"), [(None, False), ("web", True)])
def test_without_outcomes_noisier_leads_are_expected_to_lose_more(trained, medium, worse):
    """If only leads of the noisy medium come, the promised loss is beyond the band."""
    leads = number_leads(2_000, seed=7)
    leads = leads if medium is None else leads[leads["medium"] == medium]
    promised = KIND.promise(scored(leads, trained.model))

    found = assess_estimated(trained.model.reference.chunks, promised, len(leads), "mse", 3.0)

    assert found.worse is worse


def test_a_question_about_a_number_has_both_answers():
    """Every side splits the outcomes in two, few values or many."""
    for outcomes in (LEADS["outcome"].to_numpy(), np.array([1.0, 4.0, 5.0, 5.0, 5.0])):
        sides = KIND.sides(outcomes)

        assert sides
        assert all(0 < side.sum() < len(side) for side in sides.values())


def test_skill_is_nothing_at_the_mean_and_one_if_perfect():
    """It is R², which has a limit as ROC AUC has."""
    outcomes = LEADS["outcome"].to_numpy()

    assert KIND.skill(outcomes, np.full(len(outcomes), outcomes.mean())) == pytest.approx(0.0)
    assert KIND.skill(outcomes, outcomes) == 1.0
    assert KIND.skill(np.ones(5), outcomes[:5]) == 0.0


def test_columns_that_know_the_number_are_found():
    """The outcome with a little noise alone, and a pair whose sum it is, are named; no other."""
    random = np.random.default_rng(3)
    honest, rest = LEADS.copy(), random.normal(size=len(LEADS))
    near = LEADS["outcome"] + random.normal(0, 0.02, len(LEADS))
    half = honest.assign(visits=rest, extra=LEADS["outcome"] - rest)
    for leads, columns in (
        (honest.assign(extra=rest), set()),
        (honest.assign(extra=near), {("extra",)}),
        (half, {("visits", "extra"), ("extra", "visits")}),
    ):
        use_case = number_use_case(
            contract={"columns": COLUMNS | {"extra": {"type": "number"}}},
            features={"numeric": ["visits", "extra"], "categorical": ["medium"]},
            training={"candidates": {"ridge": {}}},
        )
        split = split_leads(leads, 0.25, 1)
        found = find_leakage(use_case, split, train_model(use_case, split))

        assert {one.columns for one in found if one.blocks} <= columns
        assert bool(found) is bool(columns)
