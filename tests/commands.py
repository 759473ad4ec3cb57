"""Runs ``lead-scoring`` in this process on a home of its own."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

from databases import copy_migrated
from homes import make_home
from typer.testing import CliRunner

from lead_scoring.cli import app

AS_OF = "2022-02-01"
LATER = "2022-03-10"


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.stdout)


@dataclass(frozen=True)
class Command:
    """The command, on one home.

    Attributes:
        home: The project's folder.
        settings: Further environment.
    """

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object) -> Answer:
        """Run a command; an error that is not on purpose is raised."""
        inherited = {name: None for name in os.environ if name.startswith("LEAD_SCORING_")}
        environment = {**inherited, "LEAD_SCORING_HOME": str(self.home), **self.settings}
        given = [str(argument) for argument in arguments]
        result = CliRunner().invoke(app, given, env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def json(self, *arguments: object) -> Any:
        """Run a command that must succeed; return its document."""
        answer = self(*arguments, "--json")
        assert answer.code == 0, answer.stdout + answer.stderr
        return answer.document

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let code of this process work on the home."""
        before = dict(os.environ)
        for name in before:
            if name.startswith("LEAD_SCORING_"):
                del os.environ[name]
        os.environ.update({"LEAD_SCORING_HOME": str(self.home), **self.settings})
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the platform database."""
        with sqlite3.connect(self.home / "database" / "lead_scoring.db") as connection:
            return connection.execute(query).fetchall()


def new_command(home: Path, **settings: str) -> Command:
    """Return the command on a new, migrated home."""
    command = Command(make_home(home), settings)
    copy_migrated(command.home / "database" / "lead_scoring.db")
    return command


def copied(command: Command, home: Path) -> Command:
    """Return the command on a copy of a home's databases; files stay where they were."""
    kept = command.home / "database"
    files = {
        f"LEAD_SCORING_{name.upper()}": str(kept / folder)
        for name, folder in (
            ("storage", "storage"),
            ("artifacts", "artifacts"),
            ("data", "sample"),
        )
    }
    copy = Command(make_home(home), {**files, **command.settings})
    for file in kept.glob("*.db*"):
        shutil.copy(file, copy.home / "database")
    return copy
