"""Mature leads to a model: what is learned, and that it is learned the same each time."""

import warnings

import numpy as np
import pandas as pd
import pytest
from families import EVERY
from families import FAMILIES
from families import FOREST
from families import small_settings
from leads import small_leads
from leads import small_use_case
from sklearn.metrics import roc_auc_score

from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.fitting import fit
from lead_scoring.core.fitting import out_of_fold_margins
from lead_scoring.core.fitting import pick
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.scoring import score_leads
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import shortage
from lead_scoring.core.training import train_model

pytestmark = pytest.mark.slow

USE_CASE = small_use_case()
LEADS = small_leads()


def split_of(leads=LEADS, use_case=USE_CASE):
    """Split as training does."""
    return split_leads(leads, use_case.training.test_share, use_case.training.seed)


@pytest.fixture(scope="module")
def trained():
    """Train once on the made-up leads."""
    return train_model(USE_CASE, split_of())


def test_what_can_be_learned_is_learned(trained):
    """The model ranks far better than the base rate and is calibrated."""
    assert trained.metrics["roc_auc"] > 0.75
    assert trained.metrics["baseline_roc_auc"] == 0.5
    assert trained.metrics["brier"] < trained.comparisons["baseline_brier"]
    assert trained.metrics["calibration_error"] < 0.15


def test_every_candidate_is_measured(trained):
    """Baseline and both families stand beside the chosen one."""
    names = {"baseline", "logistic_regression", "lightgbm"}

    assert {f"{name}_roc_auc" for name in names} <= trained.comparisons.keys()
    assert trained.comparisons["lightgbm_out_of_fold_roc_auc"] > 0.5


def test_the_family_is_picked_on_the_fit_rows(trained):
    """The best out-of-fold figure decides, not the test window."""
    best = max(
        ("logistic_regression", "lightgbm"),
        key=lambda family: trained.comparisons[f"{family}_out_of_fold_roc_auc"],
    )

    assert trained.model.estimator.family == best


def test_the_reference_comes_from_the_test_window(trained):
    """Grade shares are those of the rows no model was fitted on."""
    grades = score_leads(trained.model, split_of().test, USE_CASE.scoring)["grade"]

    assert trained.model.profile.grades == pytest.approx(
        {grade: float((grades == grade).mean()) for grade in "ABCD"}
    )
    assert trained.model.profile.rows == len(split_of().fit) + len(split_of().gap)


def test_the_reference_counts_the_test_rows_for_drift_checks(trained):
    """Its columns are those the model reads but for instants; the served model promises."""
    reference, test = trained.model.reference, split_of().test
    promised = score_leads(trained.model, test, USE_CASE.scoring)["probability"]

    assert reference.rows == len(test)
    assert set(reference.numeric) == {"visits", "clicks", "calls"}
    assert {name: one.mapped for name, one in reference.levels.items()} == {
        "city": True,
        "source": False,
    }
    assert reference.probability.mean == pytest.approx(promised.mean())


def test_the_band_of_the_reference_has_the_lag_of_real_use(trained):
    """Its chunks are stretches of the test rows as the judged model did on them."""
    chunks = trained.model.reference.chunks
    rows = [chunk.rows for chunk in chunks]

    assert rows == [100, 100]
    assert sum(chunk.positives for chunk in chunks) == trained.metrics["positives"]
    assert np.average(
        [chunk.realised["log_loss"] for chunk in chunks], weights=rows
    ) == pytest.approx(trained.metrics["log_loss"])


def test_the_model_that_scores_has_seen_the_gap_and_the_judged_one_has_not(trained):
    """Figures have the lag of real use; the model is as fresh as the test window allows."""
    split = split_of()
    fresh = train_model(USE_CASE, split.closed())

    assert len(split.gap) > 0
    assert model_digest(fresh.model) == model_digest(trained.model)
    assert fresh.metrics != trained.metrics


def test_the_profile_keeps_no_levels_of_a_mapped_column(trained):
    """A town the mapping does not know is no fault; a source the model never saw is."""
    levels = {name: one.levels for name, one in trained.model.profile.categorical.items()}

    assert levels["city"] is None
    assert set(levels["source"]) == {"mail", "web", "fair", "phone", "odd"}


def test_shuffled_rows_give_the_same_model(trained):
    """The order of the rows plays no part: the digest is the same."""
    again = train_model(USE_CASE, split_of(LEADS.sample(frac=1, random_state=5)))

    assert model_digest(again.model) == model_digest(trained.model)
    assert again.metrics == trained.metrics


def test_another_outcome_gives_another_digest(trained):
    """One flipped outcome is another model."""
    flipped = LEADS.assign(**{OUTCOME: LEADS[OUTCOME].where(LEADS.index != 3, 1 - LEADS[OUTCOME])})

    assert model_digest(train_model(USE_CASE, split_of(flipped)).model) != model_digest(
        trained.model
    )


def test_a_score_does_not_depend_on_the_other_leads(trained):
    """Scored alone or together, in any order, a lead gets the same."""
    grades = USE_CASE.scoring
    together = score_leads(trained.model, LEADS, grades)
    alone = pd.concat(
        [score_leads(trained.model, LEADS.iloc[[row]], grades) for row in (7, 0, 99)]
    )

    pd.testing.assert_frame_equal(alone, together.loc[[7, 0, 99]])


def test_scores_are_finite_whatever_comes_in(trained):
    """Unseen levels, missing values and extremes get a probability like any other."""
    odd = LEADS.iloc[:4].assign(
        source=pd.Series(["never seen", None, "", "mail"], dtype="str"),
        visits=[np.nan, 1e12, -5.0, 0.0],
        city=pd.Series([None] * 4, dtype="str"),
    )
    scores = score_leads(trained.model, odd, USE_CASE.scoring)

    assert scores["probability"].between(0, 1, inclusive="neither").all()
    assert np.isfinite(scores["margin"]).all()


def test_no_leads_get_no_scores(trained):
    """An empty batch has all columns."""
    scores = score_leads(trained.model, LEADS.iloc[:0], USE_CASE.scoring)

    assert scores.empty
    assert list(scores) == ["lead_id", "created_at", "probability", "score", "margin", "grade"]


def test_a_missing_column_is_named(trained):
    """A model that cannot see a column it reads says which."""
    with pytest.raises(ValueError, match="visits"):
        trained.model.prepare(LEADS.drop(columns="visits"))


@EVERY
def test_out_of_fold_margins_are_of_models_that_did_not_see_the_row(family):
    """Outcomes without any pattern are not remembered: ROC AUC stays near one half."""
    noise = np.random.default_rng(6).integers(0, 2, len(LEADS)).astype(float)
    split = split_of(LEADS.assign(**{OUTCOME: noise}))
    margins = out_of_fold_margins(USE_CASE, small_settings(family), split)

    assert np.isfinite(margins).all()
    assert abs(roc_auc_score(split.fit[OUTCOME], margins) - 0.5) < 0.1


@EVERY
def test_importance_names_every_feature(family):
    """What tells most is visits or source."""
    _, estimator = fit(USE_CASE, small_settings(family), LEADS)
    importance = estimator.importance()

    assert set(importance) == set(USE_CASE.features.names)
    assert max(importance, key=importance.get) in {"visits", "source"}


@EVERY
def test_empty_and_constant_columns_break_nothing(family):
    """With nothing to learn from, every lead gets the same finite margin."""
    nothing = pd.DataFrame(
        {
            "tier": 3.0,
            "visits": np.nan,
            "contacts": 0.0,
            "created_hour": np.nan,
            "created_weekday": np.nan,
            "source": pd.Series([None] * len(LEADS), dtype="str"),
        },
        index=LEADS.index,
    )
    outcomes = LEADS[OUTCOME].to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimator = fit_candidate(
            small_settings(family), nothing, outcomes, USE_CASE.features, seed=1
        )
        margins = estimator.margins(nothing)

    rate = outcomes.mean()
    drawn = 0.05 if family == FOREST else 0.01  # each tree of a forest draws its rows
    assert margins == pytest.approx(np.full(len(LEADS), np.log(rate / (1 - rate))), abs=drawn)
    assert np.ptp(margins) == 0.0


def test_every_family_competes_beside_the_baseline():
    """Each has its figures, and the forest's can win like any other."""
    use_case = small_use_case(candidates={name: small_settings(name) for name in FAMILIES})
    trained = train_model(use_case, split_of(use_case=use_case))
    names = [*FAMILIES, "baseline"]

    assert all(f"{name}_roc_auc" in trained.comparisons for name in names)
    assert min(trained.comparisons[f"{name}_roc_auc"] for name in FAMILIES) > 0.7
    assert all(np.isfinite(value) for value in trained.comparisons.values())


def test_the_threshold_comes_from_the_config(trained):
    """It moves what is predicted, and no probability."""
    use_case = small_use_case(threshold=0.2)
    lower = train_model(use_case, split_of(use_case=use_case))

    assert lower.metrics["recall"] > trained.metrics["recall"]
    assert lower.metrics["brier"] == trained.metrics["brier"]
    assert model_digest(lower.model) == model_digest(trained.model)


def test_a_baseline_that_predicts_nobody_has_no_precision():
    """Its base rate lies below the threshold; what is undefined is not there, and not NaN."""
    use_case = small_use_case(threshold=0.9, candidates={"logistic_regression": {}})
    comparisons = train_model(use_case, split_of(use_case=use_case)).comparisons

    assert "baseline_precision" not in comparisons
    assert comparisons["baseline_recall"] == 0.0


def test_training_without_event_times_works():
    """A stratified split trains as well."""
    trained = train_model(USE_CASE, split_of(small_leads(timed=False)))

    assert trained.metrics["roc_auc"] > 0.7


@pytest.mark.parametrize(
    ("leads", "words"),
    [
        pytest.param(LEADS.iloc[:0], "0 positives and 0 negatives", id="no rows"),
        pytest.param(LEADS.iloc[:30], "at least 20 and 20", id="few rows"),
        pytest.param(LEADS.assign(**{OUTCOME: 1.0}), "0 negatives", id="one class"),
        pytest.param(
            LEADS.assign(**{OUTCOME: (LEADS.index < 200) * 1.0}), "test window", id="one in test"
        ),
        pytest.param(
            LEADS.assign(
                **{OUTCOME: np.where(LEADS.index < 300, LEADS.index < 100, LEADS.index > 790)}
            ),
            "beside",
            id="one beside a fold",
        ),
    ],
)
def test_a_shortage_is_said_in_words(leads, words):
    """Too little to train on is found before anything is fitted."""
    assert words in shortage(
        split_of(leads.assign(**{OUTCOME: leads[OUTCOME].astype(float)})), USE_CASE
    )


def test_enough_is_no_shortage():
    """The made-up leads are enough."""
    assert shortage(split_of(), USE_CASE) == ""


def test_of_equal_families_the_first_is_picked():
    """A tie goes to the simpler one."""

    class Tie:
        """Stands for a candidate."""

        quality = 0.7

    assert pick({"simple": Tie(), "other": Tie()}, ["simple", "other"]) == "simple"


def test_tested_rows_are_the_test_window(trained):
    """What plots show are the rows that judge."""
    assert trained.tested[LEAD_ID].tolist() == split_of().test[LEAD_ID].tolist()
