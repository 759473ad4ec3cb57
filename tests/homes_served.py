"""A small use case with two versions of its model, and keys to ask for its scores."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from commands import Command
from commands import new_command
from homes import environment_of
from leads import small_leads
from leads import small_use_case

USE_CASE = "made_up"
FIRST, SECOND = "2024-01-15", "2024-01-16"
LEAD: dict[str, Any] = {
    "created": "2024-01-15T10:00:00Z", "city": "bonn", "source": "mail", "visits": 5,
    "clicks": 1.0, "calls": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Served:
    """A home with two versions, of which the first is champion, and its keys by scope."""

    command: Command
    keys: dict[str, str]

    def headers(self, scope: str = "score") -> dict[str, str]:
        """Return the headers of somebody whose key has a scope."""
        return {"Authorization": f"Bearer {self.keys[scope]}"}


def make_served(home: Path) -> Served:
    """Train two versions on leads made up, and make keys."""
    command = new_command(home)
    for file in (command.home / "configs").glob("*.yaml"):
        if file.name != "platform.yaml":
            file.unlink()
    config = small_use_case(candidates={"logistic_regression": {}}).model_dump(
        mode="json", by_alias=True, exclude_unset=True
    )
    config["outcome"]["maturity"] = "3d"
    (command.home / "configs" / f"{USE_CASE}.yaml").write_text(yaml.safe_dump(config))
    data = command.home / "database" / "sample"
    data.mkdir(parents=True)
    columns = ["created", "city", "source", "visits", "clicks", "calls", "won"]
    leads = small_leads().rename(columns={"outcome": "won"}).astype({"won": "Int64"})
    leads[columns].to_csv(data / "leads.csv", index=False)
    command.json("run", USE_CASE, "--as-of", FIRST)
    command.json("train", USE_CASE, "--as-of", SECOND)
    if champion(command) != 1:
        promote(command, 1)
    return Served(command, {scope: new_secret(command, scope) for scope in SCOPES})


SCOPES = ("read", "score", "admin")


def new_secret(command: Command, *scopes: str, **options: str) -> str:
    """Make a key with scopes."""
    given = [part for scope in scopes for part in ("--scope", scope)]
    named = [part for name, value in options.items() for part in (f"--{name}", value)]
    return str(command.json("keys", "add", "a test", *given, *named)["key"])


def champion(command: Command) -> int:
    """Return the version that is champion."""
    return int(command.json("status", USE_CASE)["champion"]["version"])


def promote(command: Command, version: int) -> None:
    """Make a version the champion."""
    command.json("promote", USE_CASE, version, "--by", "ada", "--reason", "a test wants it")


@contextmanager
def serving(served: Served, log: Path, **settings: str) -> Iterator[httpx.Client]:
    """Run ``lead-scoring serve`` in a process of its own; give a client without a key."""
    options = ("--port", "0", "--rate", "100000/second", "--interval", "0.2")
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-c", "from lead_scoring.cli import app; app()", "serve", *options],
            env=environment_of(served.command.home, **settings) | {"PYTHONUNBUFFERED": "1"},
            cwd=served.command.home,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            found = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
            assert found, log.read_text()
            with httpx.Client(base_url=found[0], trust_env=False, timeout=300) as client:
                yield client
        finally:
            process.terminate()
            process.wait(timeout=120)
