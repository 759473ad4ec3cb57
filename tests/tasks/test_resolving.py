"""The instant and the window of a run are resolved once, in a fixed order."""

import pytest
from homes import make_home

from lead_scoring.errors import ConfigError
from lead_scoring.tasks.resolving import resolve_run

USE_CASE = "codepro_leads"
START, END, AFTER = "2022-02-01T00:00:00+00:00", "2022-02-02T00:00:00+00:00", "2022-02-03"


@pytest.fixture
def interval_source(tmp_path, monkeypatch):
    """Make the use case one that is read by interval."""
    home = make_home(tmp_path / "home")
    config = home / "configs" / f"{USE_CASE}.yaml"
    text = config.read_text().replace("kind: csv\n", "kind: csv\n  window: interval\n")
    config.write_text(text)
    monkeypatch.setenv("LEAD_SCORING_HOME", str(home))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"as_of": "2022-01-01"}, "2022-01-01T00:00:00+00:00", id="given"),
        pytest.param({"interval_end": END}, END, id="interval"),
        pytest.param({}, "2022-02-03T00:00:00+00:00", id="run after"),
    ],
)
def test_as_of_is_taken_in_order(monkeypatch, given, expected):
    """Given by hand, else the interval's end, else the run's own time."""
    monkeypatch.delenv("LEAD_SCORING_AS_OF", raising=False)

    assert resolve_run(USE_CASE, **given, run_after=AFTER)["as_of"] == expected


def test_fixed_instant_wins_over_the_scheduler(monkeypatch):
    """The platform's as_of, set for demonstrations, comes right after what is given by hand."""
    monkeypatch.setenv("LEAD_SCORING_AS_OF", "2021-12-01T00:00:00Z")

    fixed = resolve_run(USE_CASE, interval_end=END, run_after=AFTER)
    given = resolve_run(USE_CASE, as_of="2022-01-01", run_after=AFTER)

    assert fixed["as_of"] == "2021-12-01T00:00:00+00:00"
    assert given["as_of"] == "2022-01-01T00:00:00+00:00"


def test_run_without_any_instant_is_refused(monkeypatch):
    """Nobody reads the clock behind a task's back."""
    monkeypatch.delenv("LEAD_SCORING_AS_OF", raising=False)
    with pytest.raises(ConfigError, match="give as_of"):
        resolve_run(USE_CASE)


def test_whole_source_has_no_window():
    """A source that is read whole is not cut by the scheduler's interval."""
    run = resolve_run(USE_CASE, interval_start=START, interval_end=END, run_after=AFTER)

    assert (run["window_from"], run["window_to"]) == (None, None)


@pytest.mark.usefixtures("interval_source")
def test_interval_source_reads_its_interval():
    """A source that is read by interval gets the scheduler's."""
    run = resolve_run(USE_CASE, interval_start=START, interval_end=END, run_after=AFTER)

    assert (run["window_from"], run["window_to"]) == (START, END)


@pytest.mark.usefixtures("interval_source")
def test_interval_of_no_width_reads_up_to_as_of():
    """An interval of no width says nothing; an empty window must not pass for a load."""
    run = resolve_run(USE_CASE, interval_start=END, interval_end=END, run_after=AFTER)

    assert (run["window_from"], run["window_to"]) == (None, END)


@pytest.mark.usefixtures("interval_source")
def test_window_that_ends_before_it_begins_is_refused():
    """An empty window given by hand is an error that names both ends."""
    with pytest.raises(ConfigError, match="is empty; nothing was read"):
        resolve_run(USE_CASE, as_of=AFTER, window_from=END, window_to=START)


def test_window_of_a_source_that_is_read_whole_is_refused():
    """A window that would do nothing is not taken in silence."""
    with pytest.raises(ConfigError, match="read whole"):
        resolve_run(USE_CASE, as_of=AFTER, window_from=START)
