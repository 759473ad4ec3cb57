"""The drift check on a real database, with fakes for rows, registry and monitor."""

from pathlib import Path

import pytest
from fakes import FakeMonitor
from fakes import FakeProgress
from fakes import FakeRegistry
from fakes import FakeSnapshots
from fakes import visits_model
from made import USE_CASE
from made import day
from made import make_load
from made import make_snapshot
from made import make_use_case
from made import make_version
from table_hash import table_hash

from lead_scoring.core.profile import Profile
from lead_scoring.core.records import Verdict
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.batch_files import BatchFiles
from lead_scoring.pipelines.drift import check_drift

SIXTIETH = day(60)


@pytest.fixture
def check(database, tmp_path):
    """Give a function that checks forty leads against a champion judged on the first ten."""
    database.save_load(make_load(), [])
    version = make_version(tested_from=day(1), tested_until=day(10))
    registry = FakeRegistry({USE_CASE: version}, {1: visits_model(Profile(1))})

    def run(monitor=None, as_of=SIXTIETH, champion=version, table=None, load_id="load_1"):
        registry.champions = {USE_CASE: champion} if champion else {}
        return check_drift(
            make_use_case(),
            load_id,
            as_of,
            loads=database,
            snapshots=FakeSnapshots({"load_1": make_snapshot() if table is None else table}),
            registry=registry,
            monitor=monitor or FakeMonitor(),
            reports=BatchFiles(str(tmp_path)),
            checks=database,
            progress=FakeProgress(),
        )

    return run


def test_new_rows_are_compared_with_the_test_window(check, database):
    """Ten rows of the window against thirty newer ones, by the columns the model reads."""
    monitor = FakeMonitor()

    found, report = check(monitor)

    assert (found.rows_reference, found.rows_current) == (10, 30)
    assert (monitor.compared, monitor.numeric) == (["visits", "medium"], ["visits"])
    assert found.verdict is Verdict.STABLE
    assert Path(report).read_text() == "<html></html>"
    assert Path(report).name == f"{found.check_id}.html"
    assert database.last_check(USE_CASE).summary == found.summary


def test_drift_over_the_limit_is_harmful(check):
    """Both columns drifted: the sentence names them and what follows."""
    found, _ = check(FakeMonitor(drifted=("visits", "medium")))

    assert found.verdict is Verdict.HARMFUL_DRIFT
    assert "medium (distance 0.500" in found.summary
    assert "a training is due" in found.summary


def test_rows_of_the_future_do_not_exist(check):
    """At an as_of two days after the window there are too few rows to tell."""
    found, report = check(as_of=day(12))

    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert found.rows_current == 2
    assert report is None


def test_without_a_champion_the_verdict_says_so(check):
    """No champion is a verdict, not an error."""
    found, report = check(champion=None)

    assert (found.verdict, found.model_version, report) == (Verdict.NO_CHAMPION, None, None)


def test_without_event_times_nothing_is_newer(check):
    """A champion without a test window in time gives no verdict about drift."""
    found, _ = check(champion=make_version(tested_from=None, tested_until=None))

    assert found.verdict is Verdict.NOT_ENOUGH_DATA


def test_an_emptied_column_never_reaches_the_monitor(check):
    """A column without values is recorded as drifted by itself."""
    monitor = FakeMonitor()
    table = make_snapshot()
    visits = [float(number) if number < 10 else None for number in range(40)]

    found, _ = check(monitor, table=table.set_column(5, "visits", [visits]))

    assert monitor.compared == ["medium"]
    assert [(one.column, one.statistic, one.drifted) for one in found.columns] == [
        ("medium", "distance", False),
        ("visits", "missing", True),
    ]


def test_checking_again_changes_nothing(check, database):
    """The same check has the same id and one row."""
    check()
    before = table_hash(database.engine)

    check()

    assert table_hash(database.engine) == before


def test_an_unknown_load_is_named(check):
    """An id that no load has is refused."""
    with pytest.raises(UnknownIdError, match="load_9"):
        check(load_id="load_9")
