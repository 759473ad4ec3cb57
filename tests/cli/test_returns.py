"""What people read about capacity, outcomes that come back and promises, on a home of its own."""

import pytest
from commands import Command
from commands import new_command
from homes import change_config
from made import day
from made import make_batch
from made import make_scores

from lead_scoring.tasks.wiring import opened_database

USE_CASE = "campaign_success"
LEADS = {f"lead_{number:02d}": (40 - number) / 40 for number in range(40)}
COSTS = {"value_of_conversion": 100, "cost_per_contact": 25, "currency": "EUR"}


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Give the command on a home with forty scored leads and a price of calls."""
    made = new_command(tmp_path_factory.mktemp("returns"))
    change_config(made.home, USE_CASE, inference={"costs": COSTS})
    batch = make_batch(use_case=USE_CASE, rows_in=40, rows_scored=40, rows_skipped=0)
    with made.entered(), opened_database() as database:
        database.save_batch(batch, [make_scores(LEADS)])
    return made


def test_capacities_stand_side_by_side(command):
    """Half and twice as many are compared unasked, and where calls stop to pay is said."""
    shown = command("capacity", USE_CASE, "--per-day", 10)
    found = command.json("capacity", USE_CASE, "--per-day", 10, "--days", 2, "--compare", 3)

    assert shown.code == 0
    assert "a call pays from    score 25: 31 leads reach it" in shown.stdout
    assert "asked for" in shown.stdout
    assert [one["calls"] for one in found["choices"]] == [6, 20, 31, 40]
    best = max(found["choices"], key=lambda one: one["outlook"]["profit"])
    assert best["what"] == "every call that pays"
    assert found["choices"][1]["last"]["lead_id"] == "lead_19"


def test_no_calls_are_wrong_use(command):
    """The option says what it takes."""
    answer = command("capacity", USE_CASE, "--per-day", 0)

    assert answer.code == 2
    assert "--per-day" in answer.stderr


def test_outcomes_from_a_file_are_put_beside_promises(command, tmp_path):
    """Bad rows are told by line; what came back stands beside what was promised."""
    lines = [f"lead_{n:02d},{int(n % 4 != 3)},{day(12).date()}" for n in range(20)]
    file = tmp_path / "won.csv"
    bad = ["nobody,1,2024-01-12", "lead_30,maybe,2024-01-12"]
    file.write_text("\n".join(["lead_id,outcome,known_at", *lines, *bad]), encoding="utf-8")
    shown = command("outcomes", "load", USE_CASE, file, "--as-of", "2024-03-01")
    again = command.json("outcomes", "load", USE_CASE, file, "--as-of", "2024-03-01")
    report = command("realised", USE_CASE, "--every")
    found = command.json("realised", USE_CASE, "--by", "month", "--every")

    assert shown.code == 0, shown.stdout
    assert "row 21, line 22: nobody, in no load and never scored" in shown.stdout
    assert "row 22, line 23: 'maybe'" in shown.stdout
    assert "quarantine: 1 row broke unknown_lead in lead_id" in shown.stdout
    assert (again["settled"]["new"], again["settled"]["confirmed"]) == (0, 20)
    assert again["load"]["rows_quarantined"] == 2
    assert report.code == 0
    assert "conversions promised" in report.stdout
    assert (found["known"], found["unknown"]) == (20, 20)
    assert [(one["name"], one["realised"]) for one in found["groups"]] == [("2024-01", 0.75)]


def test_classes_are_no_grouping_of_two_outcomes(command):
    """A grouping there is not is refused with those there are."""
    answer = command("realised", USE_CASE, "--by", "class")

    assert answer.code == 1
    assert "cannot group by 'class'; task: binary has grade, month" in answer.stderr
