"""What lets a challenger become champion, and what does not."""

import math
from dataclasses import replace

import pytest
from made import make_version

from lead_scoring.config.gate import GateConfig
from lead_scoring.core.bootstrap import Gain
from lead_scoring.core.comparison import Comparison
from lead_scoring.core.decision import judge
from lead_scoring.core.metrics.tables import metrics_of

GATE = GateConfig(
    min_gain_over_baseline=0.05,
    min_gain_over_champion=0.01,
    max_calibration_error=0.1,
    max_calibration_loss=0.01,
    slices=("city",),
    max_slice_loss=0.02,
)
ROC_AUC = metrics_of("binary")["roc_auc"]
GOOD = {
    "roc_auc": 0.8,
    "baseline_roc_auc": 0.5,
    "gain_over_baseline": 0.3,
    "gain_over_baseline_low": 0.28,
    "gain_over_baseline_high": 0.32,
    "calibration_error": 0.02,
    "brier": 0.2,
}
CHAMPION = make_version(version=1, model_digest="a" * 64)


def gain(value=0.02, low=0.015, high=0.025, rows=6_012) -> Gain:
    """Make a gain over a champion of 0.80, surely one if nothing else is said."""
    return Gain(rows, 0.80 + value, 0.80, value, low, high, 0.95)


def saved(value=0.0, low=-0.005, high=0.005) -> Gain:
    """Make a calibration error less the champion's 0.03."""
    return Gain(6_012, 0.03 - value, 0.03, value, low, high, 0.95)


GAINED = Comparison(6_012, gain=gain(), calibration=saved(), slices=(("city = bonn", gain()),))


def challenger(**metrics):
    """Make version 2 with good metrics but for the given ones."""
    return make_version(version=2, model_digest="b" * 64, metrics=GOOD | metrics)


def decided(comparison, gate=GATE):
    """Judge a good challenger against the champion."""
    return judge(challenger(), CHAMPION, comparison, gate, ROC_AUC)


def test_the_first_good_model_is_promoted():
    """Without a champion its own merit is enough, and all reasons are given."""
    judgement = judge(challenger(), None, None, GATE, ROC_AUC)

    assert judgement.promote
    assert judgement.reasons == (
        (
            "ROC AUC 0.8000, by the base rate 0.5000: +0.3000 (95 % interval +0.2800 to +0.3200;"
            " at least +0.0500, beyond chance)"
        ),
        "calibration error 0.0200 (at most 0.1000)",
        "there was no champion",
    )


def test_a_better_model_is_promoted_over_the_champion():
    """The reason names the gain, how sure it is, the rows and both figures."""
    judgement = decided(GAINED)

    assert judgement.promote
    assert judgement.reasons[2:] == (
        (
            "gain in ROC AUC +0.0200 (95 % interval +0.0150 to +0.0250) over champion version 1 on"
            " 6,012 leads neither was fitted on (0.8200 against 0.8000)"
        ),
        (
            "calibration error 0.0300 against the champion's 0.0300 on the same leads"
            " (may rise by 0.0100, and by chance)"
        ),
        "1 slice judged and none falls: the least gain is +0.0200 where city = bonn (6,012 leads)",
    )


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        pytest.param(
            {"roc_auc": 0.54}, "hardly better than guessing by the base rate", id="hardly better"
        ),
        pytest.param(
            {"roc_auc": 0.49}, "no better than guessing by the base rate", id="no better"
        ),
        pytest.param(
            {"gain_over_baseline_low": -0.01}, "chance alone may make the model", id="chance"
        ),
        pytest.param(
            {"gain_over_baseline_low": 0.0}, "chance alone may make the model", id="just chance"
        ),
        pytest.param({"gain_over_baseline_low": math.nan}, "not finite", id="interval is NaN"),
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
    ("comparison", "reason"),
    [
        pytest.param(gain(-0.01, -0.02, 0.0), "which is none", id="worse"),
        pytest.param(gain(0.0, 0.0, 0.0), "which is none", id="a tie"),
        pytest.param(gain(0.005, 0.001, 0.009), "less than the +0.0100 asked", id="too small"),
        pytest.param(gain(0.02, -0.001, 0.041), "which may be chance", id="not sure"),
        pytest.param(gain(0.02, 0.0, 0.04), "which may be chance", id="just not sure"),
        pytest.param(gain(math.nan, math.nan, math.nan), "is kept", id="NaN"),
        pytest.param(gain(0.02, math.nan, math.nan), "is kept", id="interval is NaN"),
    ],
)
def test_the_champion_is_kept_unless_it_is_surely_beaten(comparison, reason):
    """The champion needs no reason to stay."""
    judgement = decided(replace(GAINED, gain=comparison))

    assert not judgement.promote
    assert judgement.reasons[0].startswith("champion version 1 is kept: gain in ROC AUC")
    assert reason in judgement.reasons[0]


@pytest.mark.parametrize("least", [0.0, 0.02])
def test_a_tie_is_not_enough_even_if_no_gain_is_asked_for(least):
    """An equal model does not replace the champion."""
    gate = GATE.model_copy(update={"min_gain_over_champion": least})

    assert not decided(replace(GAINED, gain=gain(0.0, 0.0, 0.0)), gate).promote


@pytest.mark.parametrize(
    ("comparison", "reason"),
    [
        pytest.param(Comparison(3, "2 positives and 1 negatives"), "2 positives", id="too few"),
        pytest.param(None, "nothing was compared", id="not compared"),
    ],
)
def test_without_a_comparison_the_champion_is_kept(comparison, reason):
    """And the reason says what was missing."""
    judgement = decided(comparison)

    assert not judgement.promote
    assert judgement.reasons[0].startswith(f"champion version 1 is kept: {reason}")


@pytest.mark.parametrize(
    ("calibration", "promoted"),
    [
        pytest.param(saved(-0.02, -0.03, -0.01), False, id="surely worse by more"),
        pytest.param(saved(-0.02, -0.05, 0.01), True, id="worse by more, perhaps by chance"),
        pytest.param(saved(-0.009, -0.01, -0.008), True, id="surely worse, within tolerance"),
        pytest.param(saved(0.02, 0.01, 0.03), True, id="better"),
        pytest.param(saved(math.nan, math.nan, math.nan), False, id="NaN"),
        pytest.param(None, True, id="no calibration in this kind of outcome"),
    ],
)
def test_calibration_may_not_get_worse(calibration, promoted):
    """By more than the tolerance and more than chance."""
    judgement = decided(replace(GAINED, calibration=calibration))

    assert judgement.promote is promoted
    assert promoted or judgement.reasons[0].startswith("calibration is worse than the champion's")


def test_a_slice_that_falls_refuses_with_its_name_and_numbers():
    """However good the model is as a whole."""
    fallen = ("city = kiel", gain(-0.05, -0.08, -0.02, rows=812))
    judgement = decided(replace(GAINED, slices=(*GAINED.slices, fallen)))

    assert judgement.reasons == (
        (
            "ROC AUC falls where city = kiel: -0.0500 (95 % interval -0.0800 to -0.0200) on 812"
            " leads (0.7500 against the champion's 0.8000; may fall by 0.0200, and by chance)"
        ),
    )


@pytest.mark.parametrize(
    "slice_gain",
    [
        pytest.param(gain(-0.05, -0.11, 0.01), id="perhaps by chance"),
        pytest.param(gain(-0.019, -0.02, -0.018), id="within tolerance"),
    ],
)
def test_a_slice_that_falls_a_little_or_by_chance_is_no_reason(slice_gain):
    """The least gain is told all the same."""
    judgement = decided(replace(GAINED, slices=(("city = kiel", slice_gain),)))

    assert judgement.promote
    assert "where city = kiel" in judgement.reasons[-1]


def test_small_slices_are_said_and_not_judged():
    """At most five by name."""
    small = tuple((f"city = {number}", number) for number in range(1, 8))
    judgement = decided(replace(GAINED, slices=(), unjudged=small))

    assert judgement.promote
    assert judgement.reasons[-1] == (
        "no slice was large enough to be judged; too small to judge: city = 1 (1), city = 2 (2),"
        " city = 3 (3), city = 4 (4), city = 5 (5) and 2 more"
    )


def test_a_number_is_compared_with_its_mean():
    """A regression has no base rate; what it must beat is called by its name."""
    mse = metrics_of("regression")["mse"]
    metrics = {"mse": 0.99, "baseline_mse": 1.0, "gain_over_baseline_low": 0.005}
    judgement = judge(challenger(**metrics), None, None, GATE, mse)

    assert not judgement.promote
    assert (
        "hardly better than guessing by the mean: MSE 0.9900, by the mean 1.0000"
        in (judgement.reasons[0])
    )


def test_a_gain_in_a_loss_is_told_as_a_share_of_it():
    """So that it reads in any unit."""
    log_loss = metrics_of("binary")["log_loss"]
    metrics = {"log_loss": 0.5, "baseline_log_loss": 0.69}
    judgement = judge(challenger(**metrics), CHAMPION, GAINED, GATE, log_loss)

    assert judgement.promote
    assert (
        "gain in log loss +2.00 % of the loss saved (95 % interval +1.50 % to +2.50 %)"
        in (judgement.reasons[2])
    )


def test_the_same_model_is_refused_as_such():
    """The digest tells, whatever the figures."""
    twin = make_version(version=2, model_digest=CHAMPION.model_digest, metrics=GOOD)
    judgement = judge(twin, CHAMPION, GAINED, GATE, ROC_AUC)

    assert not judgement.promote
    assert judgement.reasons[0].startswith("same model")


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ({}, "it was never measured"),
        ({"explanation_gap": 0.25}, "they are 0.25 off, at most 1e-06"),
    ],
)
def test_where_reasons_are_required_a_family_that_cannot_explain_itself_is_refused(metrics, said):
    """The refusal names the family, the figure and the setting; elsewhere it is no matter."""
    found = challenger(**metrics)

    refused = judge(found, None, None, GATE, ROC_AUC, reasons_required=True)

    assert not refused.promote
    (reason,) = refused.reasons
    assert said in reason
    assert "inference.reasons.required" in reason
    assert "logistic_regression" in reason
    assert judge(found, None, None, GATE, ROC_AUC).promote


def test_a_model_that_explains_its_scores_may_be_champion_where_reasons_are_required():
    """How far its reasons are off is told."""
    found = challenger(explanation_gap=2e-15)

    judgement = judge(found, None, None, GATE, ROC_AUC, reasons_required=True)

    assert judgement.promote
    assert any("explained exactly" in reason for reason in judgement.reasons)


def test_a_model_without_figures_is_refused():
    """Absent figures pass no gate."""
    assert not judge(make_version(metrics={}), None, None, GATE, ROC_AUC).promote
