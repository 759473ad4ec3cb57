"""A load that lost a column: stopped, kept apart, and let back in by a person."""

import csv

import pytest
from commands import AS_OF
from commands import Command
from commands import new_command

pytestmark = pytest.mark.slow

USE_CASE = "codepro_leads"
SOURCE = "database/sample/codepro/leadscoring.csv"
BEFORE = "2022-01-20"
LOST = "total_leads_droppped"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory) -> Command:
    """Give a home with a champion, and a run on a source whose new rows lost a column."""
    command = new_command(tmp_path_factory.mktemp("faulty") / "home")
    command.json("sample", USE_CASE, "--rows", 8_000)
    command.json("run", USE_CASE, "--as-of", BEFORE)
    source = command.home / SOURCE
    with source.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if row["created_date"] >= "2022-01-25":
            row[LOST] = ""
    with source.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return command


def test_a_fault_stops_the_run_until_a_person_accepts_the_load(faulty):
    """Nothing is trained or scored of it, whoever asks; once it is accepted, it is scored."""
    models = "SELECT COUNT(*) FROM models"
    override = ("--override", "train", "--reason", "new market")

    stopped = faulty.json("run", USE_CASE, "--as-of", AS_OF)
    refused = faulty("check", USE_CASE, "--as-of", AS_OF, *override)
    instead = faulty.json("score", USE_CASE, "--as-of", AS_OF)
    kept_apart = faulty.json("status", USE_CASE)["faulty"]
    trained = faulty.rows(models)
    accept = ("--override", "accept", "--reason", "the form lost the question")
    accepted = faulty.json("check", USE_CASE, "--as-of", AS_OF, *accept)
    scored = faulty.json("run", USE_CASE, "--as-of", AS_OF)

    load = stopped["load"]["load_id"]
    assert (stopped["drift"]["verdict"], stopped["drift"]["action"]) == ("data_fault", "stop")
    assert stopped["drift"]["summary"].startswith(f"{LOST} is empty in all")
    assert (stopped["training"], stopped["batch"], trained) == (None, None, [(1,)])
    assert (refused.code, "accept the load first" in refused.stderr) == (1, True)
    assert [one["load_id"] for one in kept_apart] == [load]
    assert instead["load"]["load_id"] != load
    assert (accepted["verdict"], accepted["action"]) == ("virtual_drift", "none")
    assert scored["drift"]["check_id"] == accepted["check_id"]
    assert scored["batch"]["load_id"] == load
