"""The command ``check``, and how people see what a check led to."""

import io

import pytest
from commands import AS_OF
from commands import Command
from commands import new_command
from made import day
from made import make_check
from made import make_load
from rich.console import Console

from lead_scoring.cli.rendering import render_run
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Verdict
from lead_scoring.io.database import Database

USE_CASE = "codepro_leads"
FAULT = make_check(
    use_case=USE_CASE,
    verdict=Verdict.DATA_FAULT,
    summary="visits is 100 times what it was",
    action=Action.STOP,
    action_reason="the load is kept apart",
)


@pytest.fixture
def command(tmp_path) -> Command:
    """Give the command on a home of its own."""
    return new_command(tmp_path / "home")


@pytest.fixture
def faulty(command) -> Command:
    """Give a home whose only load is faulty."""
    url = f"sqlite:///{command.home / 'database' / 'lead_scoring.db'}"
    with Database.open(url, command.home) as database:
        database.save_load(make_load(use_case=USE_CASE), [])
        database.save_check(FAULT)
        database.save_report(FAULT.check_id, "http://127.0.0.1:5000/#/report")
    return command


@pytest.mark.slow
def test_status_says_what_a_verdict_led_to(faulty):
    """Verdict, action and reason, the report, and the load that is kept apart with the way out."""
    text = " ".join(faulty("status", USE_CASE).stdout.split())
    document = faulty.json("status", USE_CASE)

    for words in (
        "data_fault: visits is 100 times what it was",
        "stop: the load is kept apart",
        "http://127.0.0.1:5000/#/report",
        "Kept apart: load_1",
        f"lead-scoring check {USE_CASE} --load load_1 --override accept --reason …",
    ):
        assert words in text
    assert document["last_check"]["action"] == "stop"
    assert document["last_check"]["action_reason"] == "the load is kept apart"
    assert document["last_report"] == "http://127.0.0.1:5000/#/report"
    assert [load["load_id"] for load in document["faulty"]] == ["load_1"]


@pytest.mark.slow
def test_nothing_is_scored_of_a_faulty_load(faulty):
    """There is no other load: the error says where faulty ones are shown."""
    answer = faulty("score", USE_CASE, "--as-of", "2024-02-01")

    assert answer.code == 1
    assert f"lead-scoring status {USE_CASE}" in answer.stderr


@pytest.mark.slow
def test_a_check_says_verdict_action_and_reasons(command):
    """Without a champion a training is due; the same check again is the same answer."""
    command.json("sample", USE_CASE, "--rows", 300)
    command.json("load", USE_CASE, "--as-of", AS_OF)

    found = command.json("check", USE_CASE, "--as-of", AS_OF)
    text = " ".join(command("check", USE_CASE, "--as-of", AS_OF).stdout.split())

    assert (found["verdict"], found["action"]) == ("no_champion", "train")
    assert found["action_reason"] == "there is no champion yet"
    assert "verdict no_champion" in text
    assert "action train there is no champion yet" in text
    assert command.rows("SELECT COUNT(*) FROM drift_checks") == [(1,)]
    assert command.json("status", USE_CASE)["last_check"]["check_id"] == found["check_id"]


@pytest.mark.slow
def test_an_override_is_kept_with_who_and_why(command):
    """The check heeds it, the decision is on the check, and status shows it."""
    command.json("sample", USE_CASE, "--rows", 300)
    command.json("load", USE_CASE, "--as-of", AS_OF)
    given = ("--as-of", AS_OF, "--override", "keep", "--reason", "a holiday", "--by", "ada")

    found = command.json("check", USE_CASE, *given)
    again = command.json("check", USE_CASE, *given)

    assert (found["action"], found["action_reason"]) == (
        "none",
        "ada keeps the champion: a holiday",
    )
    assert again == found
    decision = command.json("status", USE_CASE)["last_decision"]
    assert (decision["kind"], decision["subject"]) == ("override", found["check_id"])
    assert (decision["decided_by"], decision["reasons"]) == ("ada", ["keep: a holiday"])


@pytest.mark.slow
def test_a_load_that_is_not_there_is_named(command):
    """A wrong id is wrong use."""
    answer = command("check", USE_CASE, "--load", "load_0", "--as-of", AS_OF)

    assert answer.code == 2
    assert "load_0" in answer.stderr


def test_a_run_on_a_faulty_load_says_what_to_do():
    """Where nothing was scored, the verdict, the reason and the way out are shown."""
    stream = io.StringIO()
    summary = {
        "use_case": USE_CASE,
        "as_of": day(10),
        "load": make_load(),
        "outcomes": 0,
        "drift": {
            "verdict": "data_fault",
            "summary": "visits is 100 times what it was",
            "action": "stop",
            "action_reason": "the load is kept apart",
        },
        "training": None,
        "batch": None,
        "champion": None,
        "unscored": None,
        "leads": [],
    }

    render_run(Console(file=stream, soft_wrap=True), summary)

    assert "visits is 100 times what it was" in stream.getvalue()
    assert "Kept apart: load_1 is neither trained on nor scored." in stream.getvalue()
    assert "--load load_1 --override accept --reason …" in stream.getvalue()
