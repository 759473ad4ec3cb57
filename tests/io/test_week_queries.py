"""A week is gathered alike from both databases."""

from datetime import timedelta

import pytest
from made import USE_CASE
from made import day
from made import make_batch
from made import make_check
from made import make_decision
from made import make_load
from made import make_outcomes
from made import make_quarantined
from made import make_scores
from made import make_use_case
from made import make_version

from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.week import GradeOutcome
from lead_scoring.core.week import LoadRows
from lead_scoring.core.week import Refusal
from lead_scoring.core.week import Training
from lead_scoring.core.week import Week
from lead_scoring.pipelines.week import gather_week

NOW = day(60)


@pytest.fixture
def week(either_database) -> Week:
    """Give the week of 8 January, with a batch before and one in it."""
    load = make_load(as_of=day(9))
    either_database.save_load(load, [make_quarantined(2)])
    either_database.save_load(make_load(load_id="later", as_of=day(16)), [])
    first = make_batch(batch_id="first", as_of=day(5))
    either_database.save_batch(first, [make_scores({"ann": 0.8, "bob": 0.2})])
    second = make_batch(batch_id="second", as_of=day(10))
    either_database.save_batch(second, [make_scores({"ann": 0.6, "new": 0.9})])
    held = make_batch(batch_id="held", as_of=day(11), status=BatchStatus.HELD)
    either_database.save_batch(held, [make_scores({"ann": 0.6, "new": 0.9})])
    known = make_outcomes([("ann", 1.0, day(12)), ("bob", 0.0, day(9)), ("new", 1.0, day(15))])
    either_database.save_outcomes(USE_CASE, "load_1", [known])
    either_database.save_check(make_check(as_of=day(10)))
    either_database.save_model(make_version(as_of=day(10)))
    either_database.save_decision(
        make_decision(kind=DecisionKind.HOLD, subject="2", as_of=day(10), decision_id="hold")
    )
    return gather_week(make_use_case(), day(10) + timedelta(hours=5), NOW, week=either_database)


def test_a_week_holds_what_is_of_it_and_nothing_else(week):
    """Batches, outcomes, loads and trainings of other weeks are left out."""
    assert [batch.batch_id for batch in week.scored] == ["second"]
    assert {share.grade: share.leads for share in week.shares} == {"A": 2}
    assert {share.grade: share.leads for share in week.shares_before} == {"A": 1, "D": 1}
    assert week.loads == (LoadRows(day(9), 3, 1, 1),)
    assert week.refusals == (Refusal("visits", "range", 1),)
    assert week.trainings == (Training(1, "logistic_regression", day(10)),)
    assert [batch.batch_id for batch in week.held] == ["held"]
    assert [hold.decision_id for hold in week.unanswered] == ["hold"]
    assert [lead["lead_id"] for lead in week.best] == ["new", "ann"]


def test_a_lead_counts_once_with_its_last_score(week):
    """Ann was scored twice before she converted: her second score is what was promised."""
    assert week.outcomes == (
        GradeOutcome("A", 1, pytest.approx(0.6), 1.0),
        GradeOutcome("D", 1, pytest.approx(0.2), 0.0),
    )


def test_the_week_of_the_newest_batch_is_told_unless_another_is_asked_for(either_database):
    """Without a batch it is that of the present."""
    empty = gather_week(make_use_case(), None, NOW, week=either_database)
    either_database.save_batch(make_batch(as_of=day(10)), [make_scores({"ann": 0.8, "bob": 0.2})])
    newest = gather_week(make_use_case(), None, NOW, week=either_database)

    assert empty.start <= NOW < empty.end
    assert newest.start == day(8)
    assert newest.batch is not None
