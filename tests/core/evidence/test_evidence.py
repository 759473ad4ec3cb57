"""What a model card rests on, and what the card says of it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from leads import AS_OF
from leads import small_leads
from leads import small_use_case
from made import make_load

from lead_scoring.core.card.limits import limits
from lead_scoring.core.card.page import card_page
from lead_scoring.core.document import to_markdown
from lead_scoring.core.evidence.intervals import Estimate
from lead_scoring.core.evidence.intervals import measure
from lead_scoring.core.evidence.parts import Bin
from lead_scoring.core.leak_findings import Finding
from lead_scoring.core.leak_findings import LeakKind
from lead_scoring.core.metrics.binary import METRICS
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import train_model
from lead_scoring.core.training_report import report_training

pytestmark = pytest.mark.slow
USE_CASE = small_use_case()
FINDING = Finding(LeakKind.COLUMN, ("visits",), "tells much", reason="known at once", blocks=False)


def make_report(leads):
    """Report a training on leads."""
    split = split_leads(leads, 0.25, 1)
    return report_training(
        USE_CASE,
        split,
        train_model(USE_CASE, split),
        as_of=AS_OF,
        reason="a test",
        training_id="train_1",
        loads=[make_load()],
        returned=ReturnedOutcomes(AS_OF),
        findings=[FINDING],
    )


@pytest.fixture(scope="module")
def report():
    """Train once."""
    return make_report(small_leads())


@pytest.fixture(scope="module")
def evidence(report):
    """Give what its card rests on."""
    return report.evidence


@pytest.fixture(scope="module")
def card(report):
    """Write its card."""
    return to_markdown(card_page(report, {"numpy": "2.4.6"}, {"plots/roc.png": "ROC"}))


def test_every_model_has_every_metric(report, evidence):
    """The chosen one's figures are those that were kept."""
    family = report.model.estimator.family
    for one in evidence.measured:
        assert set(one.by_model) == {"baseline", "logistic_regression", "lightgbm"}
        assert one.by_model[family].value == pytest.approx(report.metrics[one.name])


def test_intervals_hold_their_metric(evidence):
    """What a gate may compare and the lift have one for every model."""
    wide = {
        one.name: one for one in evidence.measured if np.isfinite(one.by_model["lightgbm"].low)
    }

    assert wide.keys() == {"roc_auc", "pr_auc", "brier", "log_loss", "lift_10"}
    for one in wide.values():
        for estimate in one.by_model.values():
            assert estimate.low <= estimate.value <= estimate.high


def test_a_version_keeps_the_interval_of_the_metric_it_is_judged_by(report, evidence):
    """What the registry shows without a model card: the bounds the card has."""
    family = report.model.estimator.family
    own = {one.name: one for one in evidence.measured}[evidence.metric].by_model[family]

    kept = (report.metrics[f"{evidence.metric}_low"], report.metrics[f"{evidence.metric}_high"])

    assert kept == (own.low, own.high)
    assert own.low <= report.metrics[evidence.metric] <= own.high


def test_the_same_seed_gives_the_same_intervals(report):
    """A card that is written again says the same."""
    frames = {"one": report.tested}
    outcomes = report.tested[OUTCOME].to_numpy()
    first = measure(frames, outcomes, METRICS[:1], ("roc_auc",), 1)

    assert measure(frames, outcomes, METRICS[:1], ("roc_auc",), 1) == first
    assert measure(frames, outcomes, METRICS[:1], ("roc_auc",), 2) != first


def test_every_metric_can_have_an_interval(report):
    """Any metric can be drawn again and again."""
    outcomes = report.tested[OUTCOME].to_numpy()
    (one,) = measure({"one": report.tested}, outcomes, METRICS[4:5], ("calibration_error",), 1)

    assert one.name == "calibration_error"
    assert 0 <= one.by_model["one"].low <= one.by_model["one"].high


def test_a_metric_is_drawn_by_its_own_formula(report):
    """Another kind's metric of the same name does not take the one of two outcomes."""
    outcomes = report.tested[OUTCOME].to_numpy()
    metric = Metric("log_loss", "made up", higher_is_better=False, of=lambda *_: 7.0)
    (one,) = measure({"one": report.tested}, outcomes, [metric], ("log_loss",), 1)

    assert one.by_model["one"] == Estimate(7.0, 7.0, 7.0)


def test_slices_are_the_frequent_levels_of_what_the_model_reads(report, evidence):
    """Their rates are those of the test rows."""
    test = split_leads(small_leads(), 0.25, 1).test
    mail = next(one for one in evidence.slices if (one.column, one.level) == ("source", "mail"))
    rows = test["source"] == "mail"

    assert mail.bin.rows == rows.sum()
    assert mail.bin.happened == pytest.approx(test.loc[rows, OUTCOME].mean())
    assert mail.bin.promised == pytest.approx(
        report.tested.loc[rows.to_numpy(), "probability"].mean()
    )
    assert all(one.bin.rows >= 30 for one in evidence.slices)


def test_the_card_says_business_words_first(card):
    """The share of conversions at the top of the list stands above everything else."""
    summary = card.split("\n\n")[1]

    assert summary.startswith("The top 20 % of leads hold ")
    assert "% of the conversions" in summary
    assert "times as many as in any order" in summary
    assert "ROC AUC is 0." in summary


@pytest.mark.parametrize(
    "said",
    [
        "Leads made up for tests",
        "Owner: lead-scoring",
        "Fitted on 600 leads",
        "143 leads were left out",
        "roc\\_auc",
        "| mail |",
        "tells much. Allowed because: known at once",
        "The test window is 4.1 days long",
        "no cause",
        "![ROC](plots/roc.png)",
        "c" * 64,
        "| seed | 20 |",
        "| numpy | 2.4.6 |",
        "lead-scoring rollback made\\_up --by",
    ],
)
def test_the_card_says_what_one_should_know(card, said):
    """Purpose, data, split, metrics, slices, leakage, limits, plots, digests, way back."""
    assert said in card


def test_without_event_times_the_card_says_what_is_not_known():
    """Nothing is said about ageing that nobody could know."""
    report = make_report(small_leads(timed=False))
    card = to_markdown(card_page(report, {}, {}))

    assert "drawn by a hash of their id" in card
    assert "nothing is known about how the model ages" in card
    assert report.evidence.tested.begins is None


def test_limits_follow_from_the_evidence(evidence):
    """Rare outcomes, a moved base rate and broken promises are named."""
    broken = replace(evidence.slices[0], bin=Bin(50, 0.9, 0.4, 0.3, 0.5))
    fitted = replace(evidence.fitted, signal=0.05, groups={"conversion": 30, "no conversion": 570})
    said = " ".join(limits(replace(evidence, fitted=fitted, slices=(broken,), late=("end",))))

    assert "Rare: conversion is 5 %" in said
    assert "was 5 % in the leads it was fitted on and 48.5 %" in said
    assert f"{broken.column} = {broken.level} (promises too much)" in said
    assert "Known only with the outcome and so not read: end." in said


def test_evidence_leaves_the_leads_as_they_were(report):
    """Nothing is changed in place."""
    leads = small_leads()
    make_report(leads)

    pd.testing.assert_frame_equal(leads, small_leads())
    assert list(report.tested.columns)[:2] == ["lead_id", "outcome"]
