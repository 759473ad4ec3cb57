"""The demonstration for real: scheduler, DAG processor, API server, triggerer and MLflow."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest
from homes import make_home

from lead_scoring.io.database import Database
from lead_scoring.local.airflow_api import Airflow
from lead_scoring.local.credentials import password
from lead_scoring.local.layout import Layout
from lead_scoring.local.processes import ours

pytestmark = pytest.mark.slow
USE_CASE = "codepro_leads"
LEADS = re.compile(r"[0-9a-f]{32}|\d\.\d{4}")
"""Ids and probabilities of the best leads."""


def free_ports() -> tuple[int, int]:
    """Return two ports nobody listens on."""
    with closing(socket.socket()) as one, closing(socket.socket()) as two:
        for probe in (one, two):
            probe.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def local(layout: Layout, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ``lead_scoring.local`` in a home."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEAD_SCORING_", "AIRFLOW"))}
    own = {
        "LEAD_SCORING_HOME": str(layout.home),
        "LEAD_SCORING_AIRFLOW_PORT": str(layout.airflow_port),
        "LEAD_SCORING_MLFLOW_PORT": str(layout.mlflow_port),
    }
    return subprocess.run(
        [sys.executable, "-m", "lead_scoring.local", *arguments],
        env=kept | own,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    """Lay out a home with free ports; whatever was started there ends with the module."""
    home = make_home(tmp_path_factory.mktemp("services") / "home")
    made = Layout(home.resolve(), *free_ports())
    yield made
    local(made, "down")


@pytest.fixture(scope="module")
def first(layout: Layout) -> str:
    """Run the demonstration from nothing; return what it printed."""
    finished = local(layout, "demo", "--sample-rows", "6000")
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_one_command_leads_from_nothing_to_scored_leads(first, layout):
    """It tells rows, verdict, champion with metrics, the best leads, addresses and log-in."""
    assert re.search(r"6,000 read = [\d,]+ accepted \+ \d+ quarantined \+ \d+ duplicate", first)
    assert "verdict" in first
    assert re.search(r"champion.*version 1", first)
    assert "ROC AUC" in first
    assert "The 10 best leads" in first
    assert layout.airflow_url in first
    assert layout.mlflow_url in first
    assert password(layout) in first


def test_the_scores_are_in_the_database(first, layout):
    """What the tables hold is what the chain of assets led to."""
    assert first
    with Database.open("sqlite:///database/lead_scoring.db", layout.home) as database:
        status = database.status(USE_CASE)
        leads = database.leads(USE_CASE)

    assert status.batches["published"] >= 1
    assert status.current_leads == status.last_batch.rows_scored
    assert len(leads) == 10


def test_inference_was_started_by_the_champion_and_by_the_snapshot(first, layout):
    """Runs of the three DAGs hang together by events that carry ids."""
    assert first
    with Airflow(layout.airflow_url, "admin", password(layout)) as airflow:
        answer = airflow._request("GET", "/api/v2/assets/events", params={"limit": 100})
    extras = {event["name"]: event["extra"] for event in answer["asset_events"]}

    assert extras[f"{USE_CASE}/snapshot"]["load_id"].startswith("load_")
    assert extras[f"{USE_CASE}/training_request"]["reason"].startswith("no_champion")
    assert extras[f"{USE_CASE}/champion"]["model_version"] == 1


def test_the_console_stands_in_airflows_navigation(first, layout, chromium):
    """Whoever logs in to Airflow finds the call list there; nobody else sees a page of it."""
    assert first
    address = f"{layout.airflow_url}/lead-scoring/{USE_CASE}/leads"
    assert httpx.get(address).status_code == 401

    page = chromium.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    page.get_by_role("link", name="Log in").click()
    page.locator("input").nth(0).fill("admin")
    page.locator("input").nth(1).fill(password(layout))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Call list").wait_for()
    assert page.locator("table a.id").count() > 0

    page.goto(layout.airflow_url)
    page.get_by_role("link", name="Leads").click()
    inside = page.frame_locator("iframe")
    inside.get_by_role("link", name="CodePro leads").first.click()
    inside.get_by_role("heading", name="Call list").wait_for()
    assert inside.get_by_text("admin").count() == 1
    page.close()


def test_everything_listens_on_loopback_alone(first, layout):
    """No process of ours can be reached from outside."""
    assert first
    listening = [
        connection.laddr
        for process in ours(layout.services)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]

    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert {layout.airflow_port, layout.mlflow_port} <= {address.port for address in listening}


def test_nobody_gets_in_without_the_password(first, layout):
    """The API refuses who is not logged in."""
    assert first

    answer = httpx.get(f"{layout.airflow_url}/api/v2/dags", trust_env=False)

    assert answer.status_code == 401


def test_secrets_are_in_no_log_and_private(first, layout):
    """Neither the password nor a key stands in any log; their files are their owner's."""
    assert first
    secrets = [password(layout), *re.findall(r'": "([^"]+)"', layout.secrets.read_text())]
    logs = [*layout.services.glob("*.log"), *Path(layout.airflow_home, "logs").rglob("*.log")]
    texts = [log.read_text(encoding="utf-8", errors="replace") for log in logs]

    assert not [secret for secret in secrets if any(secret in text for text in texts)]
    for file in (layout.secrets, layout.passwords):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_second_demonstration_works_on_what_is_there(first, layout):
    """The services are found running, and the end is the same."""
    again = local(layout, "demo", "--sample-rows", "6000")

    assert again.returncode == 0, again.stderr
    assert "running already" in again.stderr
    assert LEADS.findall(again.stdout) == LEADS.findall(first) != []


def test_down_stops_all_of_it_orphans_included(first, layout):
    """After the scheduler was killed its children are orphans; nothing of ours is left."""
    assert first
    scheduler = next(p for p in ours(layout.services) if "scheduler" in " ".join(p.cmdline()))
    scheduler.send_signal(signal.SIGKILL)

    finished = local(layout, "down")

    assert finished.returncode == 0
    assert ours(layout.services) == []
