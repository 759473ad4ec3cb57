"""Leads page by page, on both databases."""

import pytest
from made import USE_CASE
from made import day
from made import make_batch
from made import make_outcomes
from made import make_scores

from lead_scoring.core.records import BatchStatus
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.lead_queries import LeadFilter

TIES = {f"lead {number:02}": (number % 4) / 4 + 0.1 for number in range(30)}


@pytest.fixture
def filled(either_database):
    """Give a database with thirty leads of four different scores."""
    batch = make_batch(rows_in=30, rows_scored=30, rows_skipped=0, status=BatchStatus.PUBLISHED)
    either_database.save_batch(batch, [make_scores(TIES)])
    return either_database


def pages_of(database, size, only=None):
    """Return the ids of all pages, page by page."""
    pages, after = [], ""
    while True:
        page = database.lead_page(USE_CASE, size, only, after)
        pages.append([lead["lead_id"] for lead in page.leads])
        after = page.following
        if not after:
            return pages


@pytest.mark.parametrize("size", [1, 7, 10, 30, 31])
def test_pages_hold_each_lead_once_in_the_order_of_the_list(filled, size):
    """Wherever a page ends, also between leads of equal score, the next goes on from there."""
    pages = pages_of(filled, size)

    assert [lead for page in pages for lead in page] == list(filled.leads(USE_CASE, 99).lead_id)
    assert {len(page) for page in pages[:-1]} <= {size}


def test_no_page_follows_where_the_leads_end_with_a_page(filled):
    """An empty page is never offered."""
    assert [len(page) for page in pages_of(filled, 15)] == [15, 15]


def test_filters_hold_on_every_page(filled):
    """Grade and the start of an id are asked for on each page."""
    only = LeadFilter(grades=["A", "B"], lead_id_start="lead 1")
    pages = pages_of(filled, 2, only)

    expected = filled.leads(USE_CASE, 99, only).lead_id
    assert [lead for page in pages for lead in page] == list(expected)
    assert set(expected) == {f"lead 1{n}" for n in range(10) if TIES[f"lead 1{n}"] >= 0.5}


@pytest.mark.parametrize("cursor", ["x", "bm9uc2Vuc2U", "WzFd", "é"])
def test_page_nobody_offered_is_refused(filled, cursor):
    """A made-up place says what to do, and is no error of the database."""
    with pytest.raises(UnknownIdError, match="first page"):
        filled.lead_page(USE_CASE, 5, after=cursor)


def test_best_leads_are_counted_by_grade(filled):
    """The best twenty: how many of each grade, and how many of them are expected to convert."""
    shares = filled.best_by_grade(USE_CASE, 20)

    best = filled.leads(USE_CASE, 20).groupby("grade").probability.agg(["count", "sum"])
    assert [share.grade for share in shares] == list(best.index)
    assert [share.leads for share in shares] == list(best["count"])
    assert [share.conversions for share in shares] == pytest.approx(list(best["sum"]))


def test_history_of_a_lead_has_every_score_and_what_happened(filled):
    """Oldest first, with model and batch; a lead nobody knows has none."""
    later = make_batch(
        batch_id="batch_2",
        as_of=day(90),
        rows_in=1,
        rows_scored=1,
        rows_skipped=0,
        status=BatchStatus.HELD,
    )
    filled.save_batch(later, [make_scores({"lead 01": 0.9})])
    filled.save_outcomes(USE_CASE, "load_1", [make_outcomes([("lead 01", 1.0, day(95))])])

    history = filled.lead_history(USE_CASE, "lead 01")

    assert [one["status"] for one in history] == ["published", "held"]
    assert [one["probability"] for one in history] == [TIES["lead 01"], 0.9]
    assert filled.lead(USE_CASE, "lead 01")["batch_id"] == history[0]["batch_id"]
    assert filled.outcome_of(USE_CASE, "lead 01") == (1.0, day(95))
    assert filled.lead(USE_CASE, "nobody") is None
    assert filled.lead_history(USE_CASE, "nobody") == ()
    assert filled.outcome_of(USE_CASE, "nobody") is None
