"""The weekly summary says in business words what a week brought, and nothing it does not know."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from made import make_batch
from made import make_check
from made import make_decision

from lead_scoring.core.document import to_markdown
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.week import GradeOutcome
from lead_scoring.core.week import GradeShare
from lead_scoring.core.week import LoadRows
from lead_scoring.core.week import Refusal
from lead_scoring.core.week import Training
from lead_scoring.core.week import Week
from lead_scoring.core.week import monday
from lead_scoring.core.week_page import week_page

START = datetime(2024, 1, 8, tzinfo=UTC)
LATER = START + timedelta(days=2)
HELD = make_batch(
    batch_id="batch_9", as_of=LATER, status=BatchStatus.HELD, hold_reasons=("new codes",)
)
FULL = Week(
    title="Made up",
    task="binary",
    start=START,
    batch=make_batch(as_of=LATER, rows_scored=1200),
    shares=(GradeShare("A", 200, 150.25, None), GradeShare("D", 1000, 49.5, None)),
    shares_before=(GradeShare("A", 180, 140.0, None),),
    best=(
        {
            "lead_id": "ann",
            "grade": "A",
            "score": 98.6,
            "reasons": [{"text": "came by referral", "contribution": 0.4}],
        },
        {"lead_id": "bob", "grade": "A", "score": 97.0, "reasons": None},
    ),
    scored=(make_batch(as_of=LATER, rows_scored=1200),),
    outcomes=(GradeOutcome("A", 40, 30.0, 28.0), GradeOutcome("D", 60, 3.0, 5.0)),
    checks=(
        make_check(
            as_of=LATER, verdict=Verdict.HARMFUL_DRIFT, action=Action.TRAIN, summary="it fell"
        ),
    ),
    decisions=(make_decision(kind=DecisionKind.PROMOTION, subject="3", as_of=LATER),),
    trainings=(Training(3, "hist_gradient_boosting", LATER),),
    loads=(LoadRows(LATER, 5000, 12, 3),),
    refusals=(Refusal("visits", "range", 12),),
    held=(HELD,),
    faulty=("load_7",),
    unanswered=(
        make_decision(kind=DecisionKind.HOLD, subject="4", reasons=("it moves many leads",)),
    ),
)


@pytest.fixture(scope="module")
def told() -> str:
    """Give the page of a full week."""
    return to_markdown(week_page(FULL))


@pytest.mark.parametrize(
    "words",
    [
        "# Made up: the week of 8 January 2024",
        "1,200 scores were published. Of 100 earlier leads whose outcome became known, 33 conv",
        "33 converted; 33 were expected.",
        "2 scores of 10 January 2024 are held back: new codes",
        "Model version 4 waits for an approval: it moves many leads",
        r"Load load\_7 looks broken",
        "- expected to convert: 200",
        "| A | 200 | 180 | 150.2 |",
        "| D | 1,000 | none | 49.5 |",
        "| ann | A | 99 | came by referral + |",
        "| bob | A | 97 | not kept |",
        "| A | 40 | 30.0 | 28 |",
        "10 January 2024: Scores became less reliable; a new model was asked for. It fell.",
        "version 3 was trained (hist gradient boosting)",
        "version 3 became the model that scores. Decided by ada",
        "| 10 January 2024 | 5,000 | 12 | 3 |",
        "12 rows: visits is out of range",
    ],
)
def test_everything_that_happened_is_told(told, words):
    """Each part of the page says what its records hold."""
    assert words in told


def test_an_empty_week_says_so():
    """Nothing is made up where nothing happened."""
    text = to_markdown(week_page(Week(title="Made up", task="binary", start=START)))

    for words in (
        "No scores were published. No outcome of an earlier lead became known.",
        "Nothing. No scores, model or load needs a decision.",
        "No outcome became known this week.",
        "No new leads were checked this week.",
        "No model was trained, and nothing was decided.",
        "No new load of the source came this week.",
    ):
        assert words in text


def test_numbers_are_told_as_means():
    """Of a predicted number people want to know the mean, not the sum."""
    week = Week(
        title="Value",
        task="regression",
        start=START,
        batch=make_batch(as_of=LATER),
        shares=(GradeShare("A", 10, None, 42.5),),
        outcomes=(GradeOutcome("A", 4, 160.0, 100.0),),
    )
    text = to_markdown(week_page(week))

    assert "| A | 10 | none | 42.50 |" in text
    assert "| A | 4 | 40.00 | 25.00 |" in text
    assert "The outcome of 4 earlier leads became known." in text


def test_classes_are_told_by_whether_they_were_right():
    """Of several classes it counts whose class was predicted; shares have no sum to expect."""
    week = Week(
        title="Segments",
        task="multiclass",
        start=START,
        batch=make_batch(as_of=LATER),
        shares=(GradeShare("A", 10, None, None),),
        outcomes=(GradeOutcome("A", 4, 3.2, 3.0),),
    )
    text = to_markdown(week_page(week))

    assert "| A | 10 | none |\n" in text
    assert "3 were of the class that was predicted; 3 were expected" in text


@pytest.mark.parametrize("day", range(7))
def test_a_week_begins_on_monday_in_utc(day):
    """Every day of a week gives its Monday, wherever the instant was written down."""
    assert monday(START + timedelta(days=day, hours=23)) == START
    assert FULL.end == START + timedelta(days=7)
