"""What people look over, on real SQLite and real PostgreSQL."""

import pytest
from made import USE_CASE
from made import day
from made import make_batch
from made import make_check
from made import make_decision
from made import make_load
from made import make_quarantined
from made import make_scores
from made import make_version

from lead_scoring.core.records import BatchStatus
from lead_scoring.core.standing import QuarantineFilter

HELD = {"status": BatchStatus.HELD, "hold_reasons": ("many unseen levels",)}


def rows(*numbers, **given):
    """Make quarantined rows."""
    return [make_quarantined(number, **given) for number in numbers]


@pytest.fixture
def filled(either_database):
    """Give a database with two loads of the use case and one of another."""
    database = either_database
    refused = [*rows(2, 4, 6, 8), *rows(3, rule="type", column="")]
    database.save_load(make_load(rows_quarantined=5, rows_read=7), refused)
    database.save_load(make_load(load_id="load_2", as_of=day(12), rows_quarantined=0), [])
    other = make_load(load_id="other", use_case="other", as_of=day(20))
    database.save_load(other, rows(2))
    database.mark_replayed("load_1", [4], "load_9")
    return database


def test_the_newest_load_is_that_of_the_last_instant(filled):
    """Loads of other use cases are not looked at."""
    (newest,) = filled.newest_loads(USE_CASE)

    assert newest.record.load_id == "load_2"
    assert newest.at.tzinfo is not None
    assert [one.record.load_id for one in filled.newest_loads(USE_CASE, 5)] == ["load_2", "load_1"]


def test_rows_are_counted_by_what_they_broke(filled):
    """The most frequent first; what a replay accepted is counted apart."""
    found = filled.quarantine_groups("load_1")

    assert [(one.rule, one.column, one.waiting, one.replayed) for one in found] == [
        ("range", "visits", 3, 1),
        ("type", "", 1, 0),
    ]
    assert filled.waiting_rows(USE_CASE) == 4


def test_quarantine_is_paged_by_row_number(filled):
    """Each page begins after the last row of the one before."""
    first = filled.quarantine_page("load_1", QuarantineFilter(), limit=3)
    second = filled.quarantine_page("load_1", QuarantineFilter(), 3, first[-1].row.row_number)

    assert [one.row.row_number for one in (*first, *second)] == [2, 3, 4, 6, 8]
    assert [one.replayed_in for one in first] == [None, None, "load_9"]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (QuarantineFilter(rule="type"), [3]),
        (QuarantineFilter(column="visits"), [2, 4, 6, 8]),
        (QuarantineFilter(column=""), [3]),
        (QuarantineFilter(rule="type", column="visits"), []),
    ],
)
def test_quarantine_is_filtered_by_rule_and_column(filled, only, expected):
    """Rows whose whole row is at fault have the column of no name."""
    found = filled.quarantine_page("load_1", only, 10)

    assert [one.row.row_number for one in found] == expected


def test_only_loads_that_refused_rows_are_listed(filled):
    """The newest load refused none."""
    assert [one.load_id for one in filled.refused_loads(USE_CASE, 10)] == ["load_1"]


def test_held_and_published_batches_are_told_apart(either_database):
    """The newest published one is not the held one of a later instant."""
    for batch in (
        make_batch(batch_id="old"),
        make_batch(batch_id="new", as_of=day(11)),
        make_batch(batch_id="held", as_of=day(12), **HELD),
    ):
        either_database.save_batch(batch, [make_scores({"x": 0.5, "y": 0.1})])

    held = either_database.held_batches(USE_CASE)
    newest = either_database.newest_batch(USE_CASE)

    assert [one.record.batch_id for one in held] == ["held"]
    assert newest is not None
    assert newest.record.batch_id == "new"


def test_versions_and_decisions_come_newest_first(either_database):
    """At most as many as asked for."""
    for number in (1, 2, 3):
        either_database.save_model(make_version(version=number, training_id=f"train_{number}"))
        either_database.save_decision(
            make_decision(decision_id=f"decision_{number}", as_of=day(number))
        )

    versions = either_database.versions(USE_CASE, 2)
    decisions = either_database.newest_decisions(USE_CASE, 2)

    assert [one.record.version for one in versions] == [3, 2]
    assert [one.record.decision_id for one in decisions] == ["decision_3", "decision_2"]


def test_checks_with_a_report_are_known(either_database):
    """By id, among those asked for."""
    for check_id in ("with", "without"):
        either_database.save_check(make_check(check_id=check_id))
    either_database.save_report("with", "http://mlflow/report.html")

    assert either_database.reports(["with", "without", "unknown"]) == {"with"}
    assert either_database.reports([]) == frozenset()


def test_a_use_case_of_which_nothing_is_known_has_nothing(either_database):
    """No load, no batch, no version, no row."""
    assert either_database.newest_loads(USE_CASE) == ()
    assert either_database.newest_batch(USE_CASE) is None
    assert either_database.held_batches(USE_CASE) == ()
    assert either_database.versions(USE_CASE, 5) == ()
    assert either_database.newest_decisions(USE_CASE, 5) == ()
    assert either_database.refused_loads(USE_CASE, 5) == ()
    assert either_database.quarantine_groups("load_1") == ()
    assert either_database.waiting_rows(USE_CASE) == 0
