"""Drift checks on real SQLite and real PostgreSQL: their records, and what they lead to."""

import math

import pytest
import sqlalchemy as sa
from made import USE_CASE
from made import day
from made import make_check
from made import make_column
from made import make_decision
from made import make_load
from table_hash import table_hash

from lead_scoring.config.loading import home
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import Purpose
from lead_scoring.io.database import Database
from lead_scoring.io.migrations import _config
from lead_scoring.io.migrations import current_revision
from lead_scoring.io.migrations import newest_revision
from lead_scoring.io.views import create_views
from lead_scoring.io.views import drop_views

PERFORMANCE = Performance(
    Evidence.REALISED,
    "log_loss",
    1335,
    0.1 + 0.2,
    1 / 3,
    5e-324,
    1.7976931348623157e308,
    worse=True,
)
FULL = make_check(
    verdict=Verdict.HARMFUL_DRIFT,
    action=Action.TRAIN,
    faults=('"visits" x100', "ünï\nline"),
    performance=(PERFORMANCE,),
    columns=(make_column(column="medium", mean_shift=None), make_column()),
)
FAULT = make_check(check_id="fault", verdict=Verdict.DATA_FAULT, action=Action.STOP)


def accept(**given):
    """Make the decision that a load is right as it is."""
    values = {"kind": DecisionKind.OVERRIDE, "subject": "load_1", "as_of": day(10)}
    return make_decision(**values | given)


def usable(database, number=30):
    """Return the ids of the loads to train on at a day."""
    loads = database.loads(USE_CASE, day(number), Purpose.TRAIN_AND_SCORE)
    return [load.load_id for load in loads]


def test_a_check_comes_back_exactly(either_database):
    """Every number, text and missing value survives the database."""
    either_database.save_check(FULL)

    assert either_database.find_check("check_1") == FULL
    assert either_database.find_check("check_2") is None


def test_a_check_is_never_changed(either_database):
    """A second check of the same id leaves the first one, its columns included."""
    either_database.save_check(make_check())
    before = table_hash(either_database.engine)

    either_database.save_check(FULL)

    assert table_hash(either_database.engine) == before


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_numbers_that_are_none_are_refused(either_database, broken):
    """NaN and infinity are refused by name, in a column as in a performance; nothing is kept."""
    with pytest.raises(ValueError, match=r"p_value of visits is .*; nothing was written"):
        either_database.save_check(make_check(columns=(make_column(p_value=broken),)))
    performance = Performance(Evidence.ESTIMATED, "brier", 9, broken, 0.2, 0.0, 0.1, worse=False)
    with pytest.raises(ValueError, match="value of brier"):
        either_database.save_check(make_check(performance=(performance,)))

    assert either_database.last_check(USE_CASE) is None


def test_checks_come_newest_first(either_database):
    """By instant, then by when they were recorded; other use cases are not there."""
    for name, number in (("b", 12), ("a", 12), ("c", 11)):
        either_database.save_check(make_check(check_id=name, as_of=day(number)))
    either_database.save_check(make_check(check_id="x", use_case="other", as_of=day(20)))

    assert [check.check_id for check in either_database.checks(USE_CASE)] == ["a", "b", "c"]
    assert [check.check_id for check in either_database.checks(USE_CASE, 1)] == ["a"]
    assert either_database.last_check(USE_CASE) == make_check(check_id="a", as_of=day(12))


def test_a_report_is_noted_and_replaced(either_database):
    """A check says where its report is; a report made again takes the other's place."""
    either_database.save_check(make_check())
    before = either_database.report_of("check_1")

    either_database.save_report("check_1", "http://mlflow/1")
    either_database.save_report("check_1", "http://mlflow/2")

    assert before is None
    assert either_database.report_of("check_1") == "http://mlflow/2"
    assert either_database.find_check("check_1") == make_check()


def test_faulty_loads_are_left_out(either_database):
    """A load whose newest check says data fault is neither trained on nor scored."""
    either_database.save_load(make_load(as_of=day(8)), [])
    either_database.save_load(make_load(load_id="load_2", as_of=day(9)), [])
    either_database.save_check(make_check(as_of=day(9)))
    either_database.save_check(FAULT)

    every = either_database.loads(USE_CASE, day(30), Purpose.TRAIN_AND_SCORE, faulty=True)

    assert usable(either_database) == ["load_2"]
    assert [load.load_id for load in every] == ["load_1", "load_2"]
    assert either_database.faulty_loads(USE_CASE, day(30)) == (make_load(as_of=day(8)),)


def test_a_fault_is_unknown_before_it_is_found(either_database):
    """At an instant before the check the load was used, and is again when that is repeated."""
    either_database.save_load(make_load(as_of=day(8)), [])
    either_database.save_check(FAULT)

    assert usable(either_database, 9) == ["load_1"]
    assert usable(either_database, 10) == []


def test_a_later_check_clears_a_load(either_database):
    """What the newest check says counts, whichever model it was of."""
    either_database.save_load(make_load(), [])
    either_database.save_check(FAULT)
    either_database.save_check(make_check(as_of=day(11), model_version=2))

    assert usable(either_database) == ["load_1"]


def test_an_accepted_load_is_used(either_database):
    """A person's word outweighs the check, from its own instant on."""
    either_database.save_load(make_load(as_of=day(8)), [])
    either_database.save_check(FAULT)
    either_database.save_decision(accept(as_of=day(12)))

    assert [either_database.is_accepted("load_1", day(number)) for number in (11, 12)] == [
        False,
        True,
    ]
    assert usable(either_database, 11) == []
    assert usable(either_database, 12) == ["load_1"]
    assert either_database.status(USE_CASE).faulty == ()


@pytest.mark.parametrize(
    "given", [{"kind": DecisionKind.RELEASE}, {"subject": "check_1"}, {"subject": "load_2"}]
)
def test_other_decisions_accept_nothing(either_database, given):
    """A release, or an override of a check or of another load, does not make a load right."""
    either_database.save_load(make_load(), [])
    either_database.save_check(FAULT)

    either_database.save_decision(accept(**given))

    assert not either_database.is_accepted("load_1", day(30))
    assert usable(either_database) == []
    assert either_database.status(USE_CASE).faulty == (make_load(),)


@pytest.mark.slow
def test_migrating_down_and_up_keeps_checks(either_url):
    """Checks of the version before stay, with what that version did; so do ours on the way."""
    from alembic import command

    with Database.open(either_url, home()) as database:
        database.save_check(FULL)
        database.save_check(make_check(check_id="check_2", verdict=Verdict.NOT_ENOUGH_DATA))
        _migrate(database, command.downgrade, "0001")
        with database.reading("the older tables") as connection:
            checks = connection.execute(
                sa.text("SELECT check_id, drifted_share FROM drift_checks ORDER BY check_id")
            ).all()
            limits = connection.execute(
                sa.text("SELECT column_name, limit_value FROM drift_columns ORDER BY column_name")
            ).all()
        _migrate(database, command.upgrade, "head")
        newest, older = database.find_check("check_1"), database.find_check("check_2")

        assert [tuple(row) for row in checks] == [("check_1", 0.0), ("check_2", None)]
        assert [tuple(row) for row in limits] == [("medium", 0.1), ("visits", 0.1)]
        assert (newest.verdict, newest.action) == (Verdict.HARMFUL_DRIFT, Action.TRAIN)
        assert (older.verdict, older.action) == (Verdict.NOT_ENOUGH_DATA, Action.NONE)
        assert [one.value for one in newest.columns] == [1 / 30, 1 / 30]
        assert math.isnan(newest.columns[0].p_value)


def _migrate(database, move, revision):
    """Move to a revision as `migrate` does; the views are those of the newest."""
    config = _config(home())
    with database.writing("a revision") as connection:
        drop_views(connection)
        config.attributes["connection"] = connection
        move(config, revision)
        if current_revision(connection) == newest_revision(home()):
            create_views(connection, home())
