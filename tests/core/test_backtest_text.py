"""A backtest in words: every policy has its rows, and no gain is said to be none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from made import day

from lead_scoring.core.backtest import Backtest
from lead_scoring.core.backtest import Estimate
from lead_scoring.core.backtest import Step
from lead_scoring.core.backtest import Totals
from lead_scoring.core.backtest import Window
from lead_scoring.core.backtest_text import conclusions
from lead_scoring.core.backtest_text import notes
from lead_scoring.core.backtest_text import report
from lead_scoring.core.backtest_text import sure_rows
from lead_scoring.core.backtest_text import window_rows

STEP = Step(
    as_of=day(8),
    load_id="load_1",
    verdict="harmful_drift",
    summary="Worse than promised.",
    action="train",
    action_reason="it pays",
    trained=2,
    promoted=False,
    model_version=1,
    status="held",
    rows=1200,
    notes=("held: too many new levels",),
)


def estimate(value: float) -> Estimate:
    """Return a value with an interval of 0.002 to either side, and twice that."""
    return Estimate(value, (value - 0.002, value + 0.002), (value - 0.004, value + 0.004))


def totals(policy: str, area: float, trainings: int, **given) -> Totals:
    """Return the totals of a policy beside never at 0.79 and always at 0.80."""
    usual = {
        "regret": estimate(0.80 - area),
        "gain": estimate(area - 0.79),
        "shares": {
            "roc_auc": estimate((area - 0.79) / 0.01),
            "lift_10": estimate(0.98),
        },
    }
    metrics = {
        "roc_auc": estimate(area),
        "brier": estimate(0.2),
        "log_loss": estimate(0.5),
        "lift_10": estimate(1.7),
    }
    return Totals(policy, trainings, trainings // 2, metrics, **usual | given)


def found(**given) -> Backtest:
    """Return a backtest of one window in which the drift policy keeps 96 % of the gain."""
    metrics = {"roc_auc": 0.8, "brier": 0.2, "log_loss": 0.5, "lift_10": float("nan")}
    windows = {name: (Window(day(1), STEP, metrics),) for name in ("never", "always", "drift")}
    usual = {
        "use_case": "made_up",
        "start": day(1),
        "end": day(8),
        "every": timedelta(days=7),
        "windows": windows,
        "compared": 1,
        "totals": (
            totals("never", 0.79, 0),
            totals("always", 0.80, 23),
            totals("drift", 0.7996, 9),
        ),
        "gains": True,
    }
    return Backtest(**usual | given)


def test_a_window_says_what_was_found_and_done():
    """A refused training, a held batch and a metric that cannot be computed are said so."""
    rows = window_rows(found())

    assert [row[1] for row in rows] == ["never", "always", "drift"]
    assert rows[0] == (
        *("2024-01-08", "never", "1,200", "0.800", "0.200", "none"),
        *("harmful_drift", "train", "version 2, refused", "1 (held)"),
    )


def test_what_is_zero_by_definition_has_no_row():
    """Never has no gain over itself, always no regret against itself."""
    named = {(row[0], row[1]) for row in sure_rows(found())}

    assert ("drift", "share of the gain of always in ROC AUC") in named
    assert ("never", "gain over never") not in named
    assert ("always", "regret against always") not in named
    assert ("always", "gain over never") in named


def test_a_gain_is_said_with_both_intervals():
    """The share kept and the trainings it took stand in one sentence."""
    gain, share = conclusions(found())

    assert "+0.0100" in gain
    assert "+0.0080 to +0.0120 over leads" in gain
    assert share.startswith("The policy drift keeps 96% ")
    assert "9 trainings in place of 23; of the gain in lift of the top 10 % it keeps 98%" in share


def test_no_gain_is_said_in_words_and_no_share_given():
    """Where always training gains nothing the table says so."""
    none = tuple(replace(one, shares={}) for one in found().totals)
    sentences = conclusions(found(gains=False, totals=none))

    assert len(sentences) == 1
    assert "gains nothing that can be told from chance" in sentences[0]


@pytest.mark.parametrize("policies", [(0, 2), (1, 2)])
def test_without_always_or_never_nothing_is_claimed(policies):
    """The sentence says what did not run."""
    some = tuple(
        replace(found().totals[place], regret=None, gain=None, shares={}) for place in policies
    )
    (sentence,) = conclusions(found(gains=None, totals=some))

    assert "did not both run" in sentence


def test_windows_left_out_are_counted():
    """Totals over fewer windows than there are say so."""
    assert "1 of 1 windows are in no total" in conclusions(found(compared=0))[-1]


def test_the_report_has_tables_chart_and_notes():
    """Everything is in one Markdown document."""
    text = report(found(), "backtest.png")

    assert "| drift | 9 | 4 | 0.7996 |" in text
    assert "](backtest.png)" in text
    assert "2024-01-08 00:00 never: held: too many new levels" in notes(found())
    assert "- 2024-01-08 00:00 never: held: too many new levels" in text
