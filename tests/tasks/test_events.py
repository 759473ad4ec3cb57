"""Which asset events a run may act on."""

import os

import pytest
from commands import new_command
from made import day
from made import make_check
from made import make_load
from made import make_version

from lead_scoring.core.drift_records import Verdict
from lead_scoring.tasks.events import sort_events
from lead_scoring.tasks.wiring import opened_database

USE_CASE = "codepro_leads"
SNAPSHOT = "codepro_leads/snapshot"
REQUEST = "codepro_leads/training_request"
CHAMPION = "codepro_leads/champion"
LATE = "2024-01-20T00:00:00+00:00"
OWN = "load_0123456789abcdef"
FOREIGN = "load_fedcba9876543210"


@pytest.fixture(autouse=True)
def _loads(tmp_path, monkeypatch):
    """Keep a load of this use case and one of another."""
    command = new_command(tmp_path / "home")
    for name in [name for name in os.environ if name.startswith("LEAD_SCORING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LEAD_SCORING_HOME", str(command.home))
    with opened_database() as database:
        for load_id, use_case in ((OWN, USE_CASE), (FOREIGN, "other_leads")):
            load = make_load(load_id=load_id, use_case=use_case, as_of=day(10))
            database.save_load(load, ())


@pytest.mark.parametrize("asset", [SNAPSHOT, REQUEST])
def test_event_with_its_own_load_and_an_instant_is_sound(asset):
    """The events the data pipeline sends are acted on, whatever else they carry."""
    event = {"asset": asset, "load_id": OWN, "as_of": LATE, "verdict": "stable"}

    assert sort_events(USE_CASE, [event]) == ([event], ())


@pytest.mark.parametrize(
    ("carried", "said"),
    [
        ({}, "names no as_of"),
        ({"as_of": LATE}, "names no load_id"),
        ({"load_id": OWN}, "names no as_of"),
        ({"load_id": OWN, "as_of": "soon"}, "'soon' is no instant"),
        ({"load_id": OWN, "as_of": 20240120}, "20240120 is no instant"),
        ({"load_id": 7, "as_of": LATE}, "7 is no id of a load"),
        ({"load_id": "../../etc/passwd", "as_of": LATE}, "is no id of a load"),
        ({"load_id": "load_unknown", "as_of": LATE}, "there is no load load_unknown"),
        ({"load_id": FOREIGN, "as_of": LATE}, "is a load of other_leads, not of codepro_leads"),
        ({"load_id": OWN, "as_of": "2024-01-09"}, "is known from 2024-01-10"),
    ],
)
@pytest.mark.parametrize("asset", [SNAPSHOT, REQUEST])
def test_event_without_the_right_ids_is_refused(asset, carried, said):
    """What is wrong is named, and the event is not acted on."""
    sound, refused = sort_events(USE_CASE, [{"asset": asset, **carried}])

    assert sound == []
    assert said in refused[0]
    assert asset in refused[0]


def test_sound_events_stay_beside_refused_ones():
    """One bad event spoils no other."""
    good = {"asset": SNAPSHOT, "load_id": OWN, "as_of": LATE}

    sound, refused = sort_events(USE_CASE, [{"asset": SNAPSHOT}, good])

    assert sound == [good]
    assert len(refused) == 1


@pytest.mark.parametrize("version", [None, "1", True, 9])
def test_champion_that_is_no_version_of_the_use_case_is_refused(version):
    """A champion's event must name a model that was recorded."""
    event = {"asset": CHAMPION, "load_id": None, "as_of": LATE, "model_version": version}

    assert sort_events(USE_CASE, [event])[0] == []


def test_champion_trained_by_hand_needs_no_load():
    """A recorded version is enough."""
    with opened_database() as database:
        database.save_model(make_version(use_case=USE_CASE, version=3))
    event = {"asset": CHAMPION, "load_id": None, "as_of": LATE, "model_version": 3}

    assert sort_events(USE_CASE, [event]) == ([event], ())


def test_load_with_a_data_fault_is_refused():
    """A load that looks broken is neither scored nor trained on, whoever sends the event."""
    with opened_database() as database:
        database.save_check(
            make_check(use_case=USE_CASE, load_id=OWN, as_of=day(11), verdict=Verdict.DATA_FAULT)
        )
    event = {"asset": SNAPSHOT, "load_id": OWN, "as_of": LATE}

    sound, refused = sort_events(USE_CASE, [event])

    assert sound == []
    assert "found a data fault" in refused[0]
