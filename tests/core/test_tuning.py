"""Trials on the folds of the fit rows."""

import numpy as np
import pytest
from leads import AS_OF
from leads import small_leads
from leads import small_use_case

from lead_scoring.core.fitting import fit_calibrated
from lead_scoring.core.population import mature
from lead_scoring.core.split import Split
from lead_scoring.core.split import split_leads
from lead_scoring.core.trials import Proposal
from lead_scoring.core.tuning import PreparedFolds
from lead_scoring.core.tuning import configured_proposals
from lead_scoring.core.tuning import search_spaces
from lead_scoring.core.tuning import settings_of
from lead_scoring.core.tuning import with_proposals

pytestmark = pytest.mark.slow

USE_CASE = small_use_case(tuning={"trials": 5})
CONFIGURED = configured_proposals(USE_CASE)
LEADS = small_leads(1200)
SPLIT = split_leads(LEADS[mature(LEADS, AS_OF)], 0.25, 20)
FOLDS = PreparedFolds.of(USE_CASE, SPLIT)
PATIENT = lambda _: False  # noqa: E731 a constant function


@pytest.mark.parametrize("proposal", CONFIGURED, ids=lambda proposal: proposal.family)
def test_a_trial_of_what_is_configured_is_as_good_as_the_training_says(proposal):
    """The search and the pick of the family measure the same, to the last bit."""
    candidate = fit_calibrated(USE_CASE, settings_of(USE_CASE, proposal), SPLIT)
    judged = FOLDS.judge(proposal, PATIENT)

    assert judged.quality == candidate.quality
    assert judged.course[-1] == judged.quality
    assert len(judged.course) == USE_CASE.training.calibration_folds
    assert judged.metrics["roc_auc"] == pytest.approx(judged.quality, abs=0.01)
    assert {"pr_auc", "log_loss", "brier"} <= set(judged.metrics)


def test_the_course_is_of_the_rows_so_far():
    """After the first fold it is the quality on that fold alone."""
    judged = FOLDS.judge(CONFIGURED[0], PATIENT)
    first = FOLDS.folds[0].outside
    margins = fit_calibrated(USE_CASE, settings_of(USE_CASE, CONFIGURED[0]), SPLIT).margins
    outcomes = SPLIT.fit["outcome"].to_numpy()[first]

    positives, negatives = margins[first][outcomes == 1], margins[first][outcomes == 0]
    won = (positives[:, None] > negatives).mean() + (positives[:, None] == negatives).mean() / 2
    assert judged.course[0] == pytest.approx(won)


def test_a_hopeless_trial_is_not_fitted_to_the_end():
    """It ends where it is given up, without a quality."""
    judged = FOLDS.judge(CONFIGURED[1], lambda course: len(course) == 2)

    assert len(judged.course) == 2
    assert judged.quality is None
    assert not judged.metrics


def test_nobody_asks_after_the_last_fold():
    """A trial that is fitted already is not given up."""
    asked = []
    FOLDS.judge(CONFIGURED[0], lambda course: bool(asked.append(len(course))))

    assert asked == [1, 2]


def test_the_test_rows_play_no_part():
    """Other outcomes in the test window change nothing about a trial."""
    flipped = Split(
        SPLIT.fit,
        SPLIT.gap,
        SPLIT.test.assign(outcome=1 - SPLIT.test["outcome"]),
        by_time=SPLIT.by_time,
    )

    assert PreparedFolds.of(USE_CASE, flipped).judge(CONFIGURED[1], PATIENT) == FOLDS.judge(
        CONFIGURED[1], PATIENT
    )


def test_a_fold_that_cannot_be_judged_alone_waits_for_the_next():
    """Oldest leads without a single conversion have no order to be right about."""
    late = SPLIT.fit.assign(
        outcome=np.where(np.arange(len(SPLIT.fit)) < 300, 0.0, SPLIT.fit["outcome"])
    )
    folds = PreparedFolds.of(USE_CASE, Split(late, SPLIT.gap, SPLIT.test, by_time=True))

    assert len(folds.judge(CONFIGURED[0], PATIENT).course) == 2


def test_only_the_families_asked_for_are_searched():
    """The others compete as they are configured."""
    use_case = small_use_case(tuning={"families": ["lightgbm"]})

    assert list(search_spaces(use_case)) == ["lightgbm"]
    assert [one.family for one in configured_proposals(use_case)] == ["lightgbm"]
    assert search_spaces(small_use_case()) == {}


def test_proposals_take_the_place_of_what_is_configured():
    """What is not searched stays; the use case given is left as it was."""
    found = with_proposals(USE_CASE, [Proposal("lightgbm", {"num_leaves": 7})])

    assert found.training.candidates.lightgbm.num_leaves == 7
    assert found.training.candidates.lightgbm.n_estimators == 20
    assert found.training.candidates.logistic_regression.C == 1.0
    assert USE_CASE.training.candidates.lightgbm.num_leaves == 31
