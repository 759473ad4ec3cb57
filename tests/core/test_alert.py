"""What people are told when something needs them."""

import pytest
from made import day
from made import make_check
from made import make_decision

from lead_scoring.core.alert import make_alert
from lead_scoring.core.alert import make_hold_alert
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import DecisionKind

ALL = ("data_fault", "harmful_drift", "breaker")
FAULT = make_check(
    verdict=Verdict.DATA_FAULT,
    action=Action.STOP,
    summary="city <b> is empty in 90 % of the rows & was not",
    action_reason="the load is kept apart",
)
HARM = make_check(verdict=Verdict.HARMFUL_DRIFT, action=Action.TRAIN)
REPORT = "http://127.0.0.1:6006/#/report"


def alert(check, told=ALL, *, scored_anyway=False, report=REPORT):
    """Make the alert of a check."""
    links = {"Report": report, "Run": "http://127.0.0.1:8080/run"}
    return make_alert("Leads", check, told, scored_anyway=scored_anyway, links=links)


@pytest.mark.parametrize(
    ("check", "kind"),
    [
        (FAULT, "data_fault"),
        (HARM, "harmful_drift"),
        (make_check(verdict=Verdict.HARMFUL_DRIFT, action=Action.WAIT), "harmful_drift"),
        (make_check(verdict=Verdict.HARMFUL_DRIFT, action=Action.ASK), "breaker"),
        (make_check(verdict=Verdict.NO_CHAMPION, action=Action.ASK), "breaker"),
    ],
)
def test_gravest_kind_that_applies_is_told(check, kind):
    """One check is one message."""
    assert alert(check).kind == kind


@pytest.mark.parametrize(
    "check",
    [
        make_check(),
        make_check(verdict=Verdict.VIRTUAL_DRIFT),
        make_check(verdict=Verdict.NOT_ENOUGH_DATA),
        make_check(verdict=Verdict.NO_CHAMPION, action=Action.TRAIN),
    ],
)
def test_what_needs_nobody_is_not_told(check):
    """Nobody is woken by a check that goes its usual way."""
    assert alert(check) is None


def test_what_nobody_asked_for_is_not_told():
    """The config says what is told."""
    assert alert(FAULT, told=("breaker",)) is None


def test_breaker_is_told_as_harmful_drift_to_those_who_asked_for_that():
    """A waiting training is harmful drift too."""
    check = make_check(verdict=Verdict.HARMFUL_DRIFT, action=Action.ASK)

    assert alert(check, told=("harmful_drift",)).kind == "harmful_drift"


def test_message_says_what_was_found_what_is_done_and_what_to_do():
    """The three sentences and the link to the report are there."""
    found, done, to_do = alert(FAULT).sentences

    assert FAULT.summary in found
    assert done == (
        "Done: Nothing is trained on this load: the load is kept apart. It is not scored either."
    )
    assert "override accept" in to_do
    assert alert(FAULT).links["Report"] == REPORT


def test_scoring_anyway_is_said():
    """Where a broken load is scored all the same, the message says so."""
    assert "It is scored all the same." in alert(FAULT, scored_anyway=True).sentences[1]


def test_report_that_could_not_be_drawn_is_left_out():
    """A message without a report still goes out."""
    assert list(alert(FAULT, report=None).links) == ["Run"]


def test_what_the_data_says_is_text_and_not_markup():
    """Levels and column names cannot put tags into an email, or links into Slack."""
    assert "city &lt;b&gt; is empty" in alert(FAULT).as_html()
    assert "city &lt;b&gt; is empty in 90 % of the rows &amp; was not" in alert(FAULT).as_slack()


def test_a_version_that_waits_says_why_until_when_and_how_to_answer():
    """The links that are missing are left out."""
    hold = make_decision(
        kind=DecisionKind.HOLD, subject="3", reasons=("half of the leads change grade",)
    )
    told = make_hold_alert("Leads", hold, day(3), {"Run": None})

    assert told.subject == "Leads: version 3 waits for approval"
    assert "half of the leads change grade" in told.sentences[0]
    assert "2024-01-03 00:00 UTC" in told.sentences[1]
    assert f"lead-scoring approve {hold.use_case} 3 --by" in told.sentences[2]
    assert told.links == {}
