"""Fixtures every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from collection import Collection
from consoles import chromium_path
from databases import postgresql_database
from databases import postgresql_server
from databases import sqlite_url
from proofs import register_profiles

from lead_scoring.config.loading import home
from lead_scoring.io.database import Database

register_profiles()


def pytest_configure(config: pytest.Config) -> None:
    """Let one class choose what is opened, in the package and in the tests."""
    config.pluginmanager.register(Collection())


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of real data; skip, saying so, where there is none."""
    given = os.environ.get("LEAD_SCORING_DATA")
    if not given:
        pytest.skip("LEAD_SCORING_DATA is not set: nothing was tested on real data")
    folder = Path(given).resolve()
    if not (folder / "codepro" / "leadscoring.csv").exists():
        pytest.skip(f"{folder} has no codepro/leadscoring.csv: nothing was tested on real data")
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[sa.URL]:
    """Run a real PostgreSQL for the session."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the system's Chromium once; skip, saying so, where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip("there is no chromium on this machine: no page was looked at in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Give the URL of a fresh SQLite platform database."""
    return sqlite_url(tmp_path)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Open a fresh SQLite platform database."""
    with Database.open(database_url, home()) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a fresh platform database, once of each kind."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    with postgresql_database(request.getfixturevalue("postgresql")) as url:
        yield url


@pytest.fixture
def either_database(either_url: str) -> Iterator[Database]:
    """Open a fresh platform database, once of each kind."""
    with Database.open(either_url, home()) as opened:
        yield opened
