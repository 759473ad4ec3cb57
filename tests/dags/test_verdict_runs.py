"""A load that breaks runs through the data DAG for real, with a mail server and a webhook."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from homes import change_config
from homes import environment_of
from homes import make_home
from homes import run_script
from receivers import Received
from receivers import receiving

from lead_scoring.local.services import program

pytestmark = pytest.mark.slow
BEFORE = "2021-12-20T00:00:00+00:00"
AFTER = "2022-01-10T00:00:00+00:00"
TO = ["ada@example.org", "bob@example.org"]
SECRET = "T0/B0/keep-this-to-yourself"  # noqa: S105 a made-up one
PASSWORD = "keep-that-too"  # noqa: S105 a made-up one


def connections(mail: int, webhook: int) -> dict[str, str]:
    """Return the connections of the notifiers, as Airflow reads them."""
    smtp = {
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": mail,
        "password": PASSWORD,
        "extra": {
            "from_email": "leads@example.org",
            "disable_ssl": True,
            "disable_tls": True,
            "timeout": 5,
            "retry_limit": 0,
        },
    }
    slack = {"conn_type": "slackwebhook", "password": f"http://127.0.0.1:{webhook}/{SECRET}"}
    return {
        "AIRFLOW_CONN_LEAD_SCORING_SMTP": json.dumps(smtp),
        "AIRFLOW_CONN_LEAD_SCORING_SLACK": json.dumps(slack),
    }


@pytest.fixture(scope="module")
def told_and_written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Received, str]:
    """Run it all; give what was received and what was written."""
    home = make_home(tmp_path_factory.mktemp("verdicts") / "home")
    summary = {"email": ["ada@example.org"]}
    change_config(home, "codepro_leads", alerts={"email": TO, "slack": True}, summary=summary)
    environment = environment_of(home)
    for command in (
        ("airflow", "db", "migrate"),
        ("lead-scoring", "migrate"),
        ("lead-scoring", "sample", "codepro_leads", "--rows", "20000"),
    ):
        subprocess.run(program(command, environment), env=environment, check=True)
    script = Path(__file__).with_name("run_verdicts.py")
    with receiving(home / "refuse") as (received, mail, webhook):
        written = run_script(script, home, BEFORE, AFTER, **connections(mail, webhook))
    return received, written


@pytest.fixture(scope="module")
def received(told_and_written: tuple[Received, str]) -> Received:
    """Give what was received."""
    return told_and_written[0]


@pytest.fixture(scope="module")
def runs(told_and_written: tuple[Received, str]) -> dict[str, Any]:
    """Give what became of the runs."""
    return json.loads(told_and_written[1].splitlines()[-1])


def test_data_fault_is_a_red_run_that_starts_nothing(runs):
    """Neither a snapshot nor a request is sent, and no branch but its own is taken."""
    fault = runs["fault"]

    assert (fault["verdict"], fault["state"]) == ("data_fault", "failed")
    assert fault["tasks"]["data_fault"] == "failed"
    assert fault["tasks"]["release_snapshot"] == "upstream_failed"
    assert fault["tasks"]["by_action"] == "skipped"
    assert fault["tasks"]["request_training"] == "skipped"
    assert fault["events"] == runs["training"]["events"]


def test_report_is_one_click_from_the_run(runs):
    """The link opens the page in MLflow, also after a data fault."""
    assert runs["fault"]["tasks"]["draw_report"] == "success"
    assert runs["fault"]["report"].startswith("http://127.0.0.1:6006/#/experiments/")
    assert runs["fault"]["link"] == runs["fault"]["report"]


def test_people_are_told_what_was_found_and_what_to_do(runs, received):
    """The mail and the message name the column, what is done, what to do, and the report."""
    addresses, mail = received.mails[0]
    body = mail.get_payload(0).get_payload(decode=True).decode()
    text = received.posts[0]["text"]

    assert addresses == TO
    assert mail["Subject"].startswith("CodePro leads: the data looks broken")
    for message in (body, text):
        assert "total_leads_droppped" in message
        assert "Nothing is trained on this load" in message
        assert "To do: " in message
        assert runs["fault"]["report"] in message
        assert "/dags/codepro_leads__data_pipeline/runs/" in message


def test_the_week_is_told_in_business_words(received):
    """The mail is the page: the week, what is expected, what was decided."""
    (found,) = [(to, mail) for to, mail in received.mails if "the week of" in mail["Subject"]]
    body = found[1].get_payload(0).get_payload(decode=True).decode()

    assert found[0] == ["ada@example.org"]
    assert found[1]["Subject"] == "CodePro leads: the week of 20 December 2021"
    assert body.startswith("<!doctype html>")
    assert "version 1 became the model that scores" in body


def test_people_are_told_of_a_late_run(received):
    """The callback of a deadline names the run, when it was due, and how old the scores are."""
    (found,) = [(to, mail) for to, mail in received.mails if "are late" in mail["Subject"]]
    body = found[1].get_payload(0).get_payload(decode=True).decode()

    assert found[0] == ["ada@example.org"]
    assert found[1]["Subject"] == "CodePro leads: scores are late (2022-01-10 00:00 UTC)"
    assert "codepro_leads__data_pipeline a late one should have been done" in body
    assert "the newest are not there yet" in body


@pytest.mark.parametrize("run", ["refused", "unreachable"])
def test_message_that_cannot_be_sent_is_seen_and_decides_nothing(runs, run):
    """Servers that refuse, are down, or have no connection change no other task."""
    ways = {"notify_email": "failed", "notify_slack": "failed"}

    assert runs[run]["tasks"] == runs["fault"]["tasks"] | ways


def test_message_that_cannot_be_sent_fails_no_run(runs):
    """A run that is well stays green, though nobody could be told."""
    accepted = runs["accepted"]

    assert accepted["verdict"] == "harmful_drift"
    assert accepted["tasks"]["notify_email"] == "failed"
    assert accepted["state"] == "success"


def test_override_without_a_reason_is_refused(runs):
    """A word against the verdict needs a reason; nothing is sent."""
    assert runs["unreasoned"]["tasks"]["check_drift"] == "failed"
    assert runs["unreasoned"]["events"] == runs["fault"]["events"]
    assert "override" not in runs["unreasoned"]["decisions"]


def test_accepted_load_goes_on(runs):
    """A person's word with a reason releases the snapshot, and is kept."""
    accepted = runs["accepted"]

    sent = [event["asset"] for event in accepted["events"][len(runs["fault"]["events"]) :]]
    assert accepted["state"] == "success"
    assert "codepro_leads/snapshot" in sent
    assert "override" in accepted["decisions"]


def test_nothing_is_trained_or_scored_for_an_event_without_the_right_ids(runs):
    """Events made by hand skip the run, and the message names what is wrong."""
    said = runs["refusals"]

    assert len(said) == 6
    for event, why in said.items():
        wrong = "soon" if "soon" in event else "load_unknown" if "load" in event else "no as_of"
        assert wrong in why


def test_no_secret_is_logged_or_handed_on(told_and_written):
    """Neither the logs nor the values between tasks hold what the connections hide."""
    written = told_and_written[1]

    assert SECRET not in written
    assert PASSWORD not in written
