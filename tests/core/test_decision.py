"""What lets a challenger become champion, and what does not."""

import math

import pytest
from made import make_version

from lead_scoring.config.training import GateConfig
from lead_scoring.core.decision import HeadToHead
from lead_scoring.core.decision import judge
from lead_scoring.core.metrics.tables import metrics_of

GATE = GateConfig(
    min_gain_over_baseline=0.05, min_gain_over_champion=0.01, max_calibration_error=0.1
)
ROC_AUC = metrics_of("binary")["roc_auc"]
GOOD = {"roc_auc": 0.8, "baseline_roc_auc": 0.5, "calibration_error": 0.02, "brier": 0.2}
CHAMPION = make_version(version=1, model_digest="a" * 64)


def challenger(**metrics):
    """Make version 2 with good metrics but for the given ones."""
    return make_version(version=2, model_digest="b" * 64, metrics=GOOD | metrics)


def test_the_first_good_model_is_promoted():
    """Without a champion its own merit is enough, and all reasons are given."""
    judgement = judge(challenger(), None, None, GATE, ROC_AUC)

    assert judgement.promote
    assert len(judgement.reasons) == 3


def test_a_better_model_is_promoted_over_the_champion():
    """The reason names both figures and the rows."""
    judgement = judge(challenger(), CHAMPION, HeadToHead(500, 0.82, 0.80), GATE, ROC_AUC)

    assert judgement.promote
    assert "same 500 rows 0.8200, champion version 1 0.8000" in judgement.reasons[-1]


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        pytest.param(
            {"roc_auc": 0.54}, "hardly better than guessing by the base rate", id="hardly better"
        ),
        pytest.param(
            {"roc_auc": 0.49}, "no better than guessing by the base rate", id="no better"
        ),
        pytest.param({"roc_auc": math.nan}, "not finite: roc_auc", id="ROC AUC is NaN"),
        pytest.param({"baseline_roc_auc": math.nan}, "base rate", id="baseline is NaN"),
        pytest.param({"calibration_error": 0.11}, "calibration error", id="badly calibrated"),
        pytest.param({"calibration_error": math.nan}, "calibration", id="calibration is NaN"),
        pytest.param({"brier": math.nan}, "not finite: brier", id="any other figure is NaN"),
        pytest.param({"lift_10": math.inf}, "not finite: lift_10", id="infinite"),
    ],
)
def test_a_gate_that_is_not_met_refuses(metrics, reason):
    """One reason against is enough, and only those against are given."""
    judgement = judge(challenger(**metrics), None, None, GATE, ROC_AUC)

    assert not judgement.promote
    assert any(reason in one for one in judgement.reasons)
    assert "there was no champion" not in judgement.reasons


@pytest.mark.parametrize(
    "head_to_head",
    [
        pytest.param(HeadToHead(500, 0.80, 0.81), id="worse"),
        pytest.param(HeadToHead(500, 0.805, 0.80), id="gain too small"),
        pytest.param(HeadToHead(500, math.nan, 0.80), id="challenger is NaN"),
        pytest.param(HeadToHead(500, 0.80, math.nan), id="champion is NaN"),
        pytest.param(HeadToHead(3, None, None, "2 positives and 1 negatives"), id="too few rows"),
        pytest.param(None, id="not compared"),
    ],
)
def test_the_champion_is_kept_unless_it_is_beaten(head_to_head):
    """The champion needs no reason to stay."""
    judgement = judge(challenger(), CHAMPION, head_to_head, GATE, ROC_AUC)

    assert not judgement.promote
    assert "champion version 1" in judgement.reasons[0]


def test_no_gain_at_all_is_not_enough_even_if_none_is_asked_for():
    """An equal model does not replace the champion."""
    gate = GATE.model_copy(update={"min_gain_over_champion": 0.0})

    assert not judge(challenger(), CHAMPION, HeadToHead(500, 0.8, 0.8), gate, ROC_AUC).promote


def test_the_same_model_is_refused_as_such():
    """The digest tells, whatever the figures."""
    twin = make_version(version=2, model_digest=CHAMPION.model_digest, metrics=GOOD)
    judgement = judge(twin, CHAMPION, HeadToHead(500, 0.9, 0.8), GATE, ROC_AUC)

    assert not judgement.promote
    assert judgement.reasons[0].startswith("same model")


def test_a_model_without_figures_is_refused():
    """Absent figures pass no gate."""
    assert not judge(make_version(metrics={}), None, None, GATE, ROC_AUC).promote
