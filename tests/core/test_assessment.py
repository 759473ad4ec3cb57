"""Whether a champion does worse than on the chunks it was judged on."""

import numpy as np
import pytest
from chunked import chunk_performance

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.assessment import assess_estimated
from lead_scoring.core.assessment import assess_realised
from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.performance import measure
from lead_scoring.core.performance import promise

METRICS = ("roc_auc", "brier", "log_loss")
EACH_METRIC = pytest.mark.parametrize("metric", METRICS)


def leads(rows, seed, *, worse=0.0, alpha=2.0, lift=0.0):
    """Draw probabilities, and outcomes that keep to them, or not.

    Args:
        rows: Number of leads.
        seed: Seed of what is drawn.
        worse: Share of leads whose outcome has nothing to do with what was promised.
        alpha: Raises the probabilities, which are Beta(alpha, 4).
        lift: Added to the log-odds by which leads convert.
    """
    draw = np.random.default_rng(seed)
    promised = draw.beta(alpha, 4, size=rows).clip(0.01, 0.99)
    odds = np.log(promised / (1 - promised)) + lift
    true = np.where(draw.random(rows) < worse, 0.5, 1 / (1 + np.exp(-odds)))
    return promised, (draw.random(rows) < true).astype(np.float64)


CHUNKS = chunk_performance(*leads(6_000, 1))


def realised(metric, promised, outcomes, chunks=CHUNKS, **given):
    """Assess by outcomes."""
    return assess_realised(chunks, measure(promised, outcomes), metric, given.get("band", 3.0))


def estimated(metric, promised, chunks=CHUNKS):
    """Assess by promises."""
    return assess_estimated(chunks, promise(promised), len(promised), metric, 3.0)


@pytest.mark.slow
@EACH_METRIC
def test_without_a_change_the_band_is_rarely_left(metric):
    """At two standard deviations about 2.3 % are beyond it: of 400 new worlds, 2 to 18."""
    alarms = 0
    for seed in range(400):
        chunks = chunk_performance(*leads(2_000, 10_000 + seed))
        alarms += realised(metric, *leads(3_000, seed), chunks, band=2.0).worse

    assert 2 <= alarms <= 18


@pytest.mark.slow
@EACH_METRIC
def test_leads_that_convert_otherwise_are_found(metric):
    """A third of the leads convert by the toss of a coin."""
    found = realised(metric, *leads(5_000, 2, worse=0.3))

    assert found.worse
    assert (found.evidence, found.metric, found.rows) == (Evidence.REALISED, metric, 5_000)
    assert found.excess > found.limit > 0


@pytest.mark.slow
@EACH_METRIC
def test_other_leads_that_convert_as_promised_are_not_worse(metric):
    """Far more promising leads have another loss, as was promised for them."""
    found = realised(metric, *leads(5_000, 3, alpha=4.0))

    assert not found.worse
    assert abs(found.value - found.reference) > abs(found.value - found.promised)


def test_a_lift_of_all_leads_is_found_by_the_loss_but_not_by_the_order():
    """Twice the odds for everyone: the order stays right, the probabilities do not."""
    lifted = leads(5_000, 4, lift=np.log(2))

    assert realised("log_loss", *lifted).worse
    assert not realised("roc_auc", *lifted).worse


def test_a_champion_that_does_better_is_not_worse():
    """The band has one side: sharper than promised is no reason to train."""
    promised, _ = leads(5_000, 5)
    sharp = (promised > 0.33).astype(np.float64)

    assert not realised("log_loss", promised, sharp).worse


@pytest.mark.parametrize(("positives", "judged"), [(49, False), (50, True)])
def test_few_outcomes_of_a_kind_are_no_evidence(positives, judged):
    """So many of either kind are needed."""
    outcomes = np.zeros(500)
    outcomes[:positives] = 1

    assert (kind_by(ScoringRules()).few_outcomes(outcomes, 50) == "") is judged


def test_few_chunks_are_no_evidence():
    """A band of four chunks says nothing."""
    promised, outcomes = leads(5_000, 6)

    assert realised("log_loss", promised, outcomes, CHUNKS[:4]) is None
    assert estimated("brier", promised, CHUNKS[:4]) is None


def test_the_band_is_wider_for_fewer_rows():
    """A quarter of the rows, less certainty."""
    many, few = (realised("brier", *leads(rows, 7)) for rows in (4_000, 1_000))

    assert few.limit > many.limit


def test_chunks_that_differ_widen_the_band():
    """If every other chunk was far off, ten chunks' worth of rows may be off by some of that."""
    parts = [
        chunk_performance(*leads(600, seed, lift=lift)) for seed, lift in enumerate([0.0, 1.0] * 5)
    ]
    chunks = [chunk for part in parts for chunk in part]
    lifted = leads(1_000, 8, lift=0.5)

    assert realised("log_loss", *lifted).worse
    assert not realised("log_loss", *lifted, chunks).worse


def test_a_reference_that_broke_its_promises_excuses_nothing():
    """A champion judged on leads that converted otherwise is not better for it."""
    chunks = chunk_performance(*leads(6_000, 12, lift=0.5))

    assert realised("log_loss", *leads(5_000, 13, lift=0.5), chunks).worse


@EACH_METRIC
def test_without_outcomes_harder_leads_are_found_by_what_is_promised(metric):
    """All promises near one half: the loss they imply is far from that of the reference."""
    promised = np.random.default_rng(9).uniform(0.45, 0.55, size=3_000)

    found = estimated(metric, promised)

    assert found.worse
    assert (found.evidence, found.rows, found.promised) == (Evidence.ESTIMATED, 3_000, None)


def test_without_outcomes_a_change_of_what_converts_stays_unseen():
    """The limit of the estimate: the same probabilities, whatever happens, are fine."""
    promised, _ = leads(5_000, 10, worse=0.9)

    assert not estimated("brier", promised).worse


def test_few_rows_are_not_estimated():
    """Ninety-nine are too few."""
    promised, _ = leads(99, 11)

    assert estimated("brier", promised) is None
