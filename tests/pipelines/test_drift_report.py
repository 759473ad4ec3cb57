"""The report on a drift check, on a real database with fakes for rows, registry and MLflow."""

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeMonitor
from fakes import FakeProgress
from fakes import FakeRegistry
from fakes import FakeSnapshots
from fakes import visits_model
from made import USE_CASE
from made import day
from made import make_check
from made import make_load
from made import make_snapshot
from made import make_use_case
from made import make_version

from lead_scoring.core.frames import to_frame
from lead_scoring.core.profile import Profile
from lead_scoring.core.reference import fit_reference
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines import drift_report
from lead_scoring.pipelines.drift_report import report_drift

WHERE = "http://127.0.0.1:6006/#/report"


@dataclass
class FakeReports:
    """Remembers the ids of the checks it was given."""

    kept: list[str] = field(default_factory=list)

    def log_check(self, check, page, content):
        """Keep a report."""
        del page, content
        self.kept.append(check.check_id)
        return WHERE


def model_of(table):
    """Make a model that was judged on the first ten rows of a table."""
    leads = to_frame(table.slice(0, 10))
    reference = fit_reference(
        leads, ["visits"], ["medium"], (), probabilities=np.linspace(0.1, 0.9, 10), chunks=()
    )
    return replace(visits_model(Profile(1)), reference=reference)


@pytest.fixture
def draw(database):
    """Give a function that draws the report on a check of forty leads, thirty of them new."""
    table = make_snapshot()
    database.save_load(make_load(), [])
    version = make_version(tested_from=day(1), tested_until=day(10))

    def run(check, *, model=None, monitor=None, reports=None, check_id=None):
        database.save_check(check)
        return report_drift(
            make_use_case(),
            check_id or check.check_id,
            loads=database,
            snapshots=FakeSnapshots({"load_1": table}),
            registry=FakeRegistry({USE_CASE: version}, {1: model or model_of(table)}),
            monitor=monitor or FakeMonitor(),
            reports=reports or FakeReports(),
            checks=database,
            progress=FakeProgress(),
        )

    return run


def test_new_rows_stand_beside_rows_drawn_from_the_reference(draw):
    """Thirty new rows against ten of the reference, by its columns and the probability."""
    monitor = FakeMonitor()

    draw(make_check(as_of=day(60)), monitor=monitor)

    assert monitor.columns == ["visits", "medium", "probability"]
    assert monitor.numeric == ["visits", "probability"]
    assert (len(monitor.reference), len(monitor.current)) == (10, 30)
    assert monitor.current["probability"].between(0.05, 0.95).all()


def test_rows_of_either_side_are_bounded(draw, monkeypatch):
    """A page for people holds so many rows and no more."""
    monkeypatch.setattr(drift_report, "MAX_ROWS", 5)
    monitor = FakeMonitor()

    draw(make_check(as_of=day(60)), monitor=monitor)

    assert (len(monitor.reference), len(monitor.current)) == (5, 5)


def test_page_says_what_decided(draw):
    """The verdict and the action stand above pictures that decided nothing."""
    monitor = FakeMonitor()

    draw(make_check(as_of=day(60)), monitor=monitor)

    assert monitor.notes[0] == "Verdict: stable: no column drifted."
    assert monitor.notes[1].startswith("Action: none: nothing changed that matters")
    assert "decided nothing" in monitor.notes[-1]


def test_address_is_kept_with_the_check(draw, database):
    """Whoever looks at the check finds its report."""
    check = make_check(as_of=day(60))

    address = draw(check)

    assert address == database.report_of(check.check_id) == WHERE


@pytest.mark.parametrize(
    "check", [make_check(model_version=None, rows_current=0), make_check(rows_current=0)]
)
def test_nothing_is_drawn_where_nothing_was_compared(draw, check):
    """Without a champion, or without new rows, there is no report."""
    reports = FakeReports()

    assert draw(check, reports=reports) is None
    assert reports.kept == []


def test_model_without_a_reference_has_no_report(draw):
    """A model of an older version is left as it is."""
    assert draw(make_check(as_of=day(60)), model=visits_model(Profile(1))) is None


def test_unknown_check_is_refused(draw):
    """A report needs its check."""
    with pytest.raises(UnknownIdError, match="no drift check 'check_9'"):
        draw(make_check(), check_id="check_9")
