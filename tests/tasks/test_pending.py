"""What an inference run has to score, from its events or from what was given by hand."""

import os
from pathlib import Path

import pytest
import yaml
from commands import new_command
from made import day
from made import make_check
from made import make_load

from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Verdict
from lead_scoring.errors import ConfigError
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.tasks.inference import newest_load
from lead_scoring.tasks.inference import pending
from lead_scoring.tasks.wiring import opened_database

USE_CASE = "codepro_leads"
OLDER = {"load_id": "load_1", "as_of": "2024-01-10T00:00:00+00:00"}
NEWER = {"load_id": "load_2", "as_of": "2024-01-12T00:00:00+00:00"}
LATE = "2024-01-20T00:00:00+00:00"


@pytest.fixture
def _two_loads(tmp_path, monkeypatch):
    """Keep two loads without a batch in a database of their own."""
    command = new_command(tmp_path / "home")
    for name in [name for name in os.environ if name.startswith("LEAD_SCORING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LEAD_SCORING_HOME", str(command.home))
    with opened_database() as database:
        for load_id, as_of in (("load_1", day(10)), ("load_2", day(12))):
            database.save_load(make_load(load_id=load_id, use_case=USE_CASE, as_of=as_of), ())


@pytest.mark.usefixtures("_two_loads")
def test_events_are_all_handled():
    """Each event's load is scored for the event's own instant, oldest first."""
    events = [NEWER | {"verdict": "stable"}, OLDER | {"verdict": "stable"}]

    assert pending(USE_CASE, events, run_after=LATE) == [OLDER, NEWER]


@pytest.mark.usefixtures("_two_loads")
def test_champion_without_a_load_stands_for_the_newest():
    """A new champion that names no load has the newest one scored for its instant."""
    found = pending(USE_CASE, [{"as_of": LATE, "load_id": None, "model_version": 1}])

    assert {"load_id": "load_2", "as_of": LATE} in found


@pytest.mark.usefixtures("_two_loads")
def test_load_given_by_hand_is_scored_for_the_given_instant():
    """By hand, load and instant are those of the form."""
    found = pending(USE_CASE, load_id="load_1", as_of=LATE)

    assert {"load_id": "load_1", "as_of": LATE} in found


@pytest.mark.usefixtures("_two_loads")
def test_run_by_hand_without_ids_takes_the_newest_and_what_was_missed():
    """The newest load is scored for now; the older one has no batch and is scored for its own."""
    found = pending(USE_CASE, run_after=LATE)

    assert found == [OLDER, {"load_id": "load_2", "as_of": LATE}]


@pytest.mark.usefixtures("_two_loads")
def test_unknown_load_and_missing_instant_are_refused():
    """A load that is not there is named; without any instant nothing is scored."""
    with pytest.raises(UnknownIdError, match="load_9"):
        pending(USE_CASE, load_id="load_9", as_of=LATE)
    with pytest.raises(ConfigError, match="give as_of"):
        pending(USE_CASE)


@pytest.fixture
def _faulty(_two_loads):
    """Say data fault of the newer load."""
    fault = {"use_case": USE_CASE, "load_id": "load_2", "as_of": day(12)}
    with opened_database() as database:
        database.save_check(make_check(**fault, verdict=Verdict.DATA_FAULT, action=Action.STOP))


@pytest.mark.usefixtures("_faulty")
def test_faulty_load_is_not_scored():
    """Neither as what was missed, nor as the newest, nor for an event."""
    assert pending(USE_CASE, run_after=LATE) == [{"load_id": "load_1", "as_of": LATE}]
    assert pending(USE_CASE, [NEWER], run_after=LATE) == [OLDER]
    assert newest_load(USE_CASE, LATE) == "load_1"
    assert newest_load(USE_CASE, LATE, faulty=True) == "load_2"


@pytest.mark.usefixtures("_faulty")
def test_faulty_load_given_by_hand_is_refused():
    """The error says how to accept it."""
    with pytest.raises(GateError, match="--load load_2 --override accept"):
        pending(USE_CASE, load_id="load_2", as_of=LATE)


@pytest.mark.usefixtures("_faulty")
def test_faulty_load_is_scored_if_the_config_says_so():
    """With score_anyway a fault keeps no load from scoring."""
    config = Path(os.environ["LEAD_SCORING_HOME"]) / "configs" / f"{USE_CASE}.yaml"
    given = yaml.safe_load(config.read_text())
    given.setdefault("drift", {})["faults"] = {"score_anyway": True}
    config.write_text(yaml.safe_dump(given))

    assert pending(USE_CASE, run_after=LATE) == [OLDER, {"load_id": "load_2", "as_of": LATE}]
    assert newest_load(USE_CASE, LATE) == "load_2"


@pytest.mark.usefixtures("_two_loads")
def test_newest_load_is_the_newest_known_at_the_instant():
    """Loads of later instants do not exist yet."""
    assert newest_load(USE_CASE, LATE) == "load_2"
    assert newest_load(USE_CASE, "2024-01-11") == "load_1"
    with pytest.raises(UnknownIdError, match="lead-scoring load"):
        newest_load(USE_CASE, "2024-01-01")
