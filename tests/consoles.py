"""A console to test on: people with keys, a service of its own process, and a real browser."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from homes import environment_of
from starlette.testclient import TestClient

from lead_scoring.service.console.app import console_app
from lead_scoring.service.console.key_entrance import key_entrance

HERE = Path(__file__).parent
SECRET = "signs what a test sends"  # noqa: S105 of no use elsewhere
SCOPES = {"reader": ("read",), "scorer": ("read", "score"), "admin": ("read", "score", "admin")}
KEYS = {name: f"key-of-{name}" for name in SCOPES}


@dataclass(frozen=True)
class Person:
    """Who holds a key; all scopes are for every use case."""

    key_id: str
    name: str
    scopes: tuple[str, ...]

    def may(self, scope: str, use_case: str) -> bool:
        """Whether the key has a scope."""
        return bool(use_case) and scope in self.scopes


class People:
    """Three people with a key each; a key can be revoked."""

    def __init__(self) -> None:
        self._held = {KEYS[name]: Person(name, name, scopes) for name, scopes in SCOPES.items()}

    def authenticate(self, secret: str) -> Person | None:
        """Return who holds a key."""
        return self._held.get(secret)

    def find(self, key_id: str) -> Person | None:
        """Return who holds the key of an id."""
        return next((one for one in self._held.values() if one.key_id == key_id), None)

    def revoke(self, key_id: str) -> None:
        """Take a key away."""
        self._held = {key: one for key, one in self._held.items() if one.key_id != key_id}


def token_in(page: str) -> str:
    """Return the token of the first form of a page."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def log_in(client: Any, name: str, prefix: str = "") -> None:
    """Log a test client in by a person's key."""
    token = token_in(client.get(f"{prefix}/log-in").text)
    sent = client.post(f"{prefix}/log-in", data={"key": KEYS[name], "token": token})
    assert sent.status_code == 200, sent.text


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve the console of a home in a process of its own; give its address."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "serve_console.py")],
        env=environment_of(home),
        cwd=home,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=120)


@contextmanager
def settings_of(home: Path) -> Iterator[None]:
    """Read the settings of a home in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("LEAD_SCORING_"):
                patch.delenv(name)
        patch.setenv("LEAD_SCORING_HOME", str(home))
        yield


@contextmanager
def browsed(home: Path, name: str = "admin") -> Iterator[TestClient]:
    """Give a browser without a window, logged in to the console of a home."""
    with settings_of(home):
        console = console_app(key_entrance(People(), SECRET))
        app = FastAPI()
        app.mount("/console", console)
        client = TestClient(app, base_url="http://desk/console", raise_server_exceptions=False)
        log_in(client, name)
        yield client
        console.state.console.close()


def chromium_path() -> str | None:
    """Return where the system's Chromium is: ``LEAD_SCORING_CHROMIUM``, else on the path."""
    return os.environ.get("LEAD_SCORING_CHROMIUM") or shutil.which("chromium")


def assert_accessible(page: Any) -> None:
    """Fail where axe-core finds a serious or critical fault on the page as it is shown."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    serious = [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == [], page.url
