"""Instants and totals of a backtest, by hand and on leads whose answer is known."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from made import day

from lead_scoring.core.backtest import Step
from lead_scoring.core.backtest import instants
from lead_scoring.core.backtest_totals import summarise
from lead_scoring.core.metrics.binary import evaluate

WEEK = timedelta(days=7)
WINDOWS = 6


def leads(window: int, noise: float, rows: int = 800) -> pd.DataFrame:
    """Return the leads of a window as a model scored them; more noise is a worse model."""
    rng = np.random.default_rng([window])
    truth = 2 * rng.normal(size=rows)
    outcomes = (rng.random(rows) < 1 / (1 + np.exp(-truth))).astype(float)
    margins = truth + noise * rng.normal(size=rows)
    return pd.DataFrame(
        {
            "lead_id": [f"lead_{window}_{number:04d}" for number in range(rows)],
            "probability": 1 / (1 + np.exp(-margins)),
            "margin": margins,
            "outcome": outcomes,
        }
    )


def step(number: int, *, trained: bool = False, promoted: bool = False) -> Step:
    """Return the step of a week."""
    return Step(
        as_of=day(1) + number * WEEK,
        load_id="load_1",
        verdict="stable",
        summary="Nothing moved.",
        action="none",
        action_reason="nothing to do",
        trained=number + 1 if trained else None,
        promoted=promoted,
        model_version=1,
        status="published",
        rows=800,
        notes=(),
    )


def steps(trained: set[int], promoted: set[int]) -> list[Step]:
    """Return the steps of a policy; the first instant trains always."""
    return [
        step(number, trained=number in trained | {0}, promoted=number in promoted | {0})
        for number in range(WINDOWS + 1)
    ]


def compared(noises: dict[str, float], **given):
    """Summarise policies whose models differ in noise."""
    trained = {"never": set(), "always": set(range(1, 7)), "drift": {2, 5}}
    promoted = {"never": set(), "always": {1, 3, 5}, "drift": {5}}
    usual = {"use_case": "made_up", "every": WEEK, "seed": 20, "draws": 100}
    return summarise(
        {name: steps(trained[name], promoted[name]) for name in noises},
        {
            name: [leads(window, noise) for window in range(WINDOWS)]
            for name, noise in noises.items()
        },
        **usual | given,
    )


def by_policy(found):
    """Return the totals by policy."""
    return {totals.policy: totals for totals in found.totals}


@pytest.fixture(scope="module")
def three():
    """Compare three policies: never is worst, drift nearly as good as always."""
    return compared({"never": 4.0, "always": 0.2, "drift": 0.4})


@pytest.mark.parametrize(
    ("last", "expected"), [(29, [1, 8, 15, 22, 29]), (28, [1, 8, 15, 22]), (8, [1, 8])]
)
def test_instants_go_from_start_to_end(last, expected):
    """The end is an instant where it falls on one; a last window is never cut short."""
    found = instants(day(1), day(last), WEEK)

    assert [moment.timetuple().tm_yday for moment in found] == expected


@pytest.mark.parametrize(("last", "every"), [(7, WEEK), (30, timedelta()), (30, -WEEK)])
def test_there_is_one_whole_window_at_least(last, every):
    """Without one there is nothing to compare, and a period must lead somewhere."""
    with pytest.raises(ValueError, match=r"window|more than nothing"):
        instants(day(1), day(last), every)


def test_windows_are_measured_as_a_training_is(three):
    """Metrics are those of `core.metrics` on the leads of the window; the first has no window."""
    first = three.windows["drift"][0]
    frame = leads(0, 0.4)
    arrays = [frame[name].to_numpy() for name in ("outcome", "probability", "margin", "lead_id")]
    expected = evaluate(*arrays)

    assert (first.since, first.step.as_of) == (day(1), day(8))
    assert len(three.windows["drift"]) == WINDOWS
    for name, value in first.metrics.items():
        assert value == pytest.approx(expected[name])


def test_the_first_training_is_not_counted(three):
    """All policies train alike at the first instant; refused trainings count, promotions apart."""
    found = by_policy(three)

    assert {name: totals.trainings for name, totals in found.items()} == {
        "never": 0,
        "always": 6,
        "drift": 2,
    }
    assert found["drift"].promotions == 1


def test_regret_gain_and_share_are_differences_of_means(three):
    """Each follows from the means over windows, by hand."""
    found = by_policy(three)
    never, always, drift = (
        found[name].metrics["roc_auc"].value for name in ("never", "always", "drift")
    )

    assert found["drift"].regret.value == pytest.approx(always - drift)
    assert found["drift"].gain.value == pytest.approx(drift - never)
    assert found["drift"].share.value == pytest.approx((drift - never) / (always - never))
    assert found["always"].share.value == 1.0
    assert found["never"].share.value == 0.0


def test_intervals_hold_the_value_and_pairs_make_them_narrow(three):
    """A difference on the same leads is surer than either mean."""
    totals = by_policy(three)["drift"]
    mean, regret = totals.metrics["roc_auc"], totals.regret

    for estimate in (mean, regret, totals.gain, totals.share):
        assert estimate.leads[0] < estimate.value < estimate.leads[1]
        assert estimate.windows[0] < estimate.value < estimate.windows[1]
    assert regret.leads[1] - regret.leads[0] < (mean.leads[1] - mean.leads[0]) / 2


@pytest.mark.slow
def test_equal_models_have_no_regret_at_all():
    """The same scores have the same metrics in every draw."""
    totals = by_policy(compared({"always": 0.2, "never": 4.0, "drift": 0.2}))["drift"]

    assert (totals.regret.value, totals.regret.leads) == (0.0, (0.0, 0.0))
    assert totals.share.leads == (1.0, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.2, 4.0])
def test_no_gain_has_no_share(noise):
    """Where always training does not beat never training, there is nothing to keep a share of."""
    found = compared({"never": 0.2, "always": noise, "drift": 0.3})

    assert found.gains is False
    assert by_policy(found)["drift"].share is None
    assert by_policy(found)["drift"].gain is not None


def test_without_always_there_is_no_regret():
    """What did not run is not compared with."""
    found = compared({"never": 0.4, "drift": 0.3})
    totals = by_policy(found)["drift"]

    assert (totals.regret, totals.share, found.gains) == (None, None, None)


def test_a_window_one_policy_did_not_score_counts_for_none():
    """Totals are over windows that every policy scored; the window itself is shown as it is."""
    scored = [leads(window, 0.4) for window in range(WINDOWS)]
    found = summarise(
        {"never": steps(set(), set()), "drift": steps({2}, set())},
        {"never": scored, "drift": [scored[0].iloc[:0], *scored[1:]]},
        use_case="made_up",
        every=WEEK,
        seed=1,
        draws=20,
    )

    assert found.compared == WINDOWS - 1
    assert np.isnan(found.windows["drift"][0].metrics["roc_auc"])
    assert not np.isnan(found.windows["never"][0].metrics["roc_auc"])
    assert by_policy(found)["drift"].gain.value == 0.0


def test_no_window_at_all_is_said_by_nan():
    """Nothing scored is no error, and no gain."""
    empty = [leads(0, 1.0).iloc[:0]] * WINDOWS
    found = summarise(
        {"never": steps(set(), set()), "always": steps(set(), set())},
        {"never": empty, "always": empty},
        use_case="made_up",
        every=WEEK,
        seed=1,
        draws=20,
    )

    assert found.compared == 0
    assert found.gains is False
    assert np.isnan(by_policy(found)["always"].metrics["brier"].value)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_totals(three):
    """Running again shows the same numbers, another seed other intervals."""
    again = compared({"never": 4.0, "always": 0.2, "drift": 0.4})
    other = compared({"never": 4.0, "always": 0.2, "drift": 0.4}, seed=21)

    assert again == three
    assert other.totals[0].metrics["brier"].value == three.totals[0].metrics["brier"].value
    assert other.totals[0].metrics["brier"].leads != three.totals[0].metrics["brier"].leads
