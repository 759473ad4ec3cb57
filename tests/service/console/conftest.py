"""A console on a database that a real run filled, and one browser for all tests."""

import shutil
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from calls import score_calls
from calls import write_calls
from commands import AS_OF
from commands import Command
from commands import new_command
from consoles import KEYS
from consoles import People
from consoles import served
from consoles import settings_of
from homes import change_config

from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import ModelVersion
from lead_scoring.tasks import data
from lead_scoring.tasks import reports
from lead_scoring.tasks.wiring import opened_database

ROWS = 3_000
USE_CASE = "codepro_leads"
WEEK_LATER = "2022-02-08"
WEEKS_LATER = "2022-03-10"
QUICK = {"logistic_regression": {"C": 1.0}}


@pytest.fixture
def people() -> People:
    """Give three people with keys."""
    return People()


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Give a home where the pipelines of one use case ran."""
    command = new_command(tmp_path_factory.mktemp("console") / "home")
    config = yaml.safe_load((command.home / "configs" / f"{USE_CASE}.yaml").read_text())
    change_config(
        command.home,
        USE_CASE,
        training=config["training"] | {"candidates": QUICK},
        inference=config["inference"] | {"hold": {"min_rows": 10 * ROWS}},
    )
    command.json("sample", USE_CASE, "--rows", ROWS)
    run = command.json("run", USE_CASE, "--as-of", AS_OF)
    assert run["batch"]["status"] == "published", run
    return command


@pytest.fixture(scope="session")
def site(ran: Command) -> Iterator[str]:
    """Serve the console of that home; give its address."""
    with served(Path(ran.home)) as address:
        yield address


@pytest.fixture(scope="session")
def sessions(chromium: Any, site: str) -> dict[str, Any]:
    """Log each person in once; give what their browsers keep."""
    kept = {}
    for name, key in KEYS.items():
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{site}/log-in")
        page.get_by_label("API key").fill(key)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{site}/")
        kept[name] = context.storage_state()
        context.close()
    return kept


@pytest.fixture
def visit(chromium: Any, site: str, sessions: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """Give a way to open a page as a person; ``None`` is nobody; anything wrong on it fails."""
    contexts, wrong = [], []

    def open_page(path: str = "/", name: str | None = "admin", **options: Any) -> Any:
        context = chromium.new_context(storage_state=sessions.get(name or ""), **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: _from_elsewhere(asked.url, site, wrong))
        page.goto(f"{site}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    refused = "the server responded with a status of 4"  # what a page of an error says itself
    assert [words for words in wrong if refused not in words] == []


def _from_elsewhere(url: str, site: str, wrong: list[str]) -> None:
    origin = site.removesuffix("/console")
    if not url.startswith((origin, "data:", "blob:")):
        wrong.append(f"asked for {url}")


@pytest.fixture(scope="session")
def watched(ran: Command, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Give a copy of that home a week later: a report, a version that waits and a held batch."""
    command = Command(tmp_path_factory.mktemp("watched") / "home")
    shutil.copytree(ran.home, command.home, symlinks=True)
    config = yaml.safe_load((command.home / "configs" / f"{USE_CASE}.yaml").read_text())
    held = config["inference"] | {"hold": {"max_grade_shift": 0.0}}
    change_config(command.home, USE_CASE, inference=held)
    for batch in command.json("status", USE_CASE)["held"]:
        command.json("release", batch["batch_id"], "--reason", "so that there are scores")
    for name in ("check", "train", "score"):
        command.json(name, USE_CASE, "--as-of", WEEK_LATER)
    with settings_of(command.home), opened_database() as database:
        newest = database.last_check(USE_CASE)
        assert newest is not None
        reports.report_drift(USE_CASE, newest.check_id)
        data.save_outcomes(USE_CASE, newest.load_id, WEEKS_LATER)
        database.save_decision(_hold(database.versions(USE_CASE, 1)[0].record))
    return command


@pytest.fixture(scope="session")
def called(watched: Command, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Give a copy of that home, and two files scored that know leads by ids of their own.

    On Tuesday ``call 1`` was referred, ``call 2`` is as it was, and ``call 9`` is new.
    """
    command = Command(tmp_path_factory.mktemp("called") / "home")
    shutil.copytree(watched.home, command.home, symlinks=True)
    score_calls(command, write_calls(command, "monday", [0] * 9), "2022-02-09")
    score_calls(command, write_calls(command, "tuesday", [0, 1] + [0] * 8), "2022-02-10")
    return command


def _hold(version: ModelVersion) -> Decision:
    """Return the decision by which a version waits, whatever its gate said."""
    return Decision(
        decision_id="decision_hold",
        use_case=USE_CASE,
        kind=DecisionKind.HOLD,
        subject=str(version.version),
        champion=1,
        reasons=("every new champion needs a person's approval",),
        decided_by="gate",
        as_of=version.as_of,
    )
