"""A seeded share of the measurements in docs/MODELS.md, where the command for all stands."""

import numpy as np
import pandas as pd
import pytest
from leads import small_leads
from leads import small_use_case

from benchmarks import models_proof
from benchmarks import models_rivals
from benchmarks.drift_proof import write
from benchmarks.models_deals import deals
from benchmarks.models_deals import outcomes_of
from benchmarks.models_deals import pooled
from benchmarks.models_deals import tell_rows
from benchmarks.models_figures import least_error
from benchmarks.models_figures import measured
from benchmarks.models_proof import Contest
from benchmarks.models_rows import TASKS
from benchmarks.models_rows import split_at
from lead_scoring.config.loading import home
from lead_scoring.config.loading import load_use_case
from lead_scoring.config.loading import use_case_names
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.split import split_leads

AREA = metrics_of("binary")["roc_auc"]
ERROR = metrics_of("binary")["calibration_error"]


def flat_scores(probability: float, rows: int) -> pd.DataFrame:
    """Make scores that are all the same."""
    ids = pd.Series([f"lead_{number}" for number in range(rows)], dtype="str")
    probabilities = np.column_stack([np.full(rows, 1 - probability), np.full(rows, probability)])
    return models_rivals.as_scores(small_use_case(), probabilities, ids)


@pytest.mark.slow
def test_models_of_one_use_case_stand_in_one_table():
    """Each model has its row, what is asked of ours its line, and labels lose what ranks."""
    use_case, split = small_use_case(), split_leads(small_leads(), 0.25, 1)
    trivial, ours = models_rivals.ours(use_case, split)
    features = models_rivals.Features.of(use_case, split.fit, split.test)
    predicted = models_rivals.library_defaults(use_case, features)
    ids = split.test[LEAD_ID]
    others = [
        models_rivals.Entry(name, models_rivals.as_scores(use_case, values, ids))
        for name, values in (
            (models_rivals.AUTOML, predicted),
            (models_rivals.NOTEBOOK, models_rivals.hardened(use_case, predicted)),
        )
    ]
    claim = models_rivals.claimed(use_case, split)
    entries = [trivial, *others, ours]
    outcomes = split.test[OUTCOME].to_numpy()

    text, holds = Contest(use_case, "made_up", [split], entries, claim, 1.0, draws=5).tell()
    figures = measured(entries, outcomes, [AREA], 1, draws=5).found

    assert [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| ")] == [
        "| model",
        "| trivial baseline",
        "| FLAML",
        "| as in the notebook: hard labels",
        f"| ours, as configured ({ours.detail})",
    ]
    assert "would have claimed: ROC AUC" in text
    assert text.count("- ") >= 2
    assert ("NOT held" not in text) == holds
    assert figures[trivial.name, "roc_auc"] == 0.5
    assert figures[models_rivals.NOTEBOOK, "roc_auc"] < figures[ours.name, "roc_auc"]


@pytest.mark.parametrize(
    ("gain", "words", "held"),
    [
        ((0.02, 0.01, 0.03), "better", True),
        ((-0.01, -0.03, 0.01), "no difference beyond chance", True),
        ((-0.02, -0.03, -0.01), "worse", False),
    ],
)
def test_what_is_not_held_is_said(gain, words, held):
    """Worse than AutoML beyond chance is not as good; a difference of chance is."""
    text, holds = models_proof.tell_gain(AREA, "ours", gain)

    assert text.endswith(words)
    assert holds is held


@pytest.mark.parametrize(
    ("found", "expected", "highest", "held"),
    [(0.02, 0.01, 0.02, True), (0.03, 0.01, 0.04, False), (0.05, 0.03, 0.06, True)],
)
def test_calibration_is_asked_as_far_as_rows_allow(found, expected, highest, held):
    """On so few rows that right probabilities miss the goal, no more than chance is asked."""
    text, holds = models_proof.tell_error(found, expected, highest)

    assert f"{found:.4f}" in text
    assert holds is held


def test_few_rows_show_an_error_where_none_is():
    """Probabilities that are right look the more wrong the fewer rows there are."""
    few, highest = least_error(flat_scores(0.5, 50), ERROR, 1)
    many, _ = least_error(flat_scores(0.5, 5_000), ERROR, 1)

    assert 0 < many < few < highest


def test_the_new_year_is_judged_by_the_old():
    """No lead of after the border is fitted on, and none is lost."""
    leads = small_leads(100)
    border = leads[CREATED_AT].iloc[60]

    split = split_at(leads.sample(frac=1, random_state=1), border)

    assert (len(split.fit), len(split.gap), len(split.test)) == (60, 0, 40)
    assert split.fit[CREATED_AT].max() < border <= split.test[CREATED_AT].min()


def test_levels_that_are_new_are_missing():
    """A level seen in the test rows alone is no category; numbers are floats."""
    leads = small_leads(200)
    new = leads.assign(source="new")

    features = models_rivals.Features.of(small_use_case(), leads, new)

    assert features.fit["source"].dtype == features.test["source"].dtype == "category"
    assert features.test["visits"].dtype == "float64"


def test_numbers_have_no_labels():
    """Predictions stay; classes become certain."""
    numbers = load_use_case("olist_satisfaction")
    ids = pd.Series(["a", "b"], dtype="str")
    stars, shares = np.array([4.2, 3.1]), np.array([[0.4, 0.6], [0.7, 0.3]])

    scores = models_rivals.as_scores(numbers, models_rivals.hardened(numbers, stars), ids)

    assert scores[PREDICTION].tolist() == [4.2, 3.1]
    assert flat_scores(0.6, 1)[PROBABILITY].tolist() == [0.6]
    assert models_rivals.hardened(small_use_case(), shares).tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_every_use_case_has_its_table(tmp_path):
    """The document has a place for each table, and all use cases have one."""
    document = tmp_path / "MODELS.md"
    document.write_text((home() / models_proof.DOCUMENT).read_text(encoding="utf-8"))

    for name in TASKS:
        write(name, f"table of {name}", document)

    assert all(f"table of {name}" in document.read_text() for name in TASKS)
    assert {task.use_case for task in TASKS.values()} == set(use_case_names())


def test_rows_of_a_rare_class_judge_once_each():
    """Where a class has few rows, every row is judged by a model that was not fitted on it."""
    leads = small_leads(120, timed=False)
    rare = leads.assign(**{OUTCOME: np.where(np.arange(120) < 4, 2.0, leads[OUTCOME])})

    found = deals(split_leads(rare, 0.2, 1))

    judged = pd.concat([split.test for split in found])
    assert len(found) == 4
    assert sorted(judged[LEAD_ID]) == sorted(leads[LEAD_ID])
    assert [int((split.test[OUTCOME] == 2.0).sum()) for split in found] == [1] * 4
    assert not any(set(split.fit[LEAD_ID]) & set(split.test[LEAD_ID]) for split in found)
    assert "All 120 rows judge once" in tell_rows(found)
    assert len(outcomes_of(found)) == 120


def test_one_deal_judges_where_there_is_time_or_rows_enough():
    """A split by time stays as it is, and so does one of many rows of each class."""
    timed = split_leads(small_leads(120), 0.2, 1)
    many = small_leads(600, timed=False)
    dealt = split_leads(many, 0.2, 1)

    assert deals(timed) == [timed]
    assert deals(dealt) == [dealt]
    assert "dealt out by class" in tell_rows([dealt])


def test_what_each_way_gave_is_put_together():
    """Scores stand one after the other, seconds add up, and families are counted."""
    dealt = [
        [models_rivals.Entry("ours", flat_scores(0.2, 2), 1.0, family)]
        for family in ("lightgbm", "lightgbm", "random_forest")
    ]

    (found,) = pooled(dealt)

    assert (len(found.scores), found.seconds) == (6, 3.0)
    assert found.detail == "lightgbm 2x, random_forest 1x"
    assert pooled(dealt[:1])[0].detail == "lightgbm"
