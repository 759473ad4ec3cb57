"""Rollbacks that are killed at each place of a list and then run again, in processes of their own.

One process imports what is needed once and forks the others, which costs a tenth of a start.

Usage: ``python rollback_run.py <folder>``; writes ``ends.json``: of each place how the killed
process ended, what readers saw then, and what was left after the second run.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from champions import AS_OF
from champions import Champions
from champions import two_models
from databases import copy_migrated
from fakes import AliasRegistry
from faults.scoring_run import Deadly
from faults.scoring_run import die
from faults.scoring_run import watch
from made import USE_CASE
from made import day
from made import make_snapshot
from table_hash import table_hash

from lead_scoring.config.loading import home
from lead_scoring.core.records import ModelVersion
from lead_scoring.io.batch_files import BatchFiles
from lead_scoring.io.database import Database
from lead_scoring.io.registry.aliases import CHAMPION
from lead_scoring.io.registry.aliases import PREVIOUS
from lead_scoring.io.registry.aliases import aliased
from lead_scoring.io.registry.aliases import crown
from lead_scoring.io.registry.connection import connect
from lead_scoring.io.registry.models import registered_name

LATER = day(61)
PLACES = (
    "save_decision", "commit 1", "set_champion", "alias 1", "alias 2", "commit 2", "score+",
    "commit 3", "republish+", "INSERT INTO current_scores", "commit 4", "commit 5", "commit 6",
    "rolled_back",
)  # fmt: skip


class DeadlyClient:
    """MLflow's client, which dies before it moves an alias for the n-th time."""

    def __init__(self, file: Path, where: str = "") -> None:
        self._client = connect(f"sqlite:///{file}")
        self._where = where
        self._moved = 0

    def __getattr__(self, name: str) -> object:
        """Do all else as the client does."""
        return getattr(self._client, name)

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        """Move an alias, or die."""
        self._moved += 1
        if self._where == f"alias {self._moved}":
            die()
        self._client.set_registered_model_alias(name, alias, version)


class MlflowAliases(AliasRegistry):
    """The models of the fakes behind aliases in a real MLflow registry."""

    def __init__(self, client: DeadlyClient) -> None:
        made = two_models()
        super().__init__(made.versions, made.models)
        self._client = client

    def champion(self, use_case: str) -> ModelVersion | None:
        """Resolve ``champion``."""
        return self.versions.get(aliased(self._client, use_case, CHAMPION) or 0)

    def previous(self, use_case: str) -> ModelVersion | None:
        """Resolve ``previous``."""
        return self.versions.get(aliased(self._client, use_case, PREVIOUS) or 0)

    def set_champion(self, version: ModelVersion) -> None:
        """Move both aliases."""
        crown(self._client, USE_CASE, version.version)


def main(folder: Path) -> None:
    """Make the state before, then kill and repeat a rollback at each place."""
    before = folder / "before"
    assert forked(lambda: prepare(before)) == 0
    ends = {}
    for place in ("", *PLACES):
        own = folder / place.replace(" ", "_") if place else folder / "undisturbed"
        shutil.copytree(before, own)
        killed = forked(lambda own=own, place=place: roll_back(own, place))
        assert forked(lambda own=own: look(own, "seen.json")) == 0
        assert forked(lambda own=own, place=place: again(own, place)) == 0
        assert forked(lambda own=own: look(own, "left.json")) == 0
        seen, left = (json.loads((own / f"{name}.json").read_text()) for name in ("seen", "left"))
        ends[place] = {"killed": killed, "seen": seen, "left": left}
    (folder / "ends.json").write_text(json.dumps(ends))


def forked(work: Callable[[], None]) -> int:
    """Do something in a process of its own; return how it ended, a signal as a negative number."""
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def prepare(folder: Path) -> None:
    """Let version 2 be champion and have two batches published."""
    copy_migrated(folder / "platform.db")
    client = connect(f"sqlite:///{folder / 'mlflow.db'}")
    name = registered_name(USE_CASE)
    client.create_registered_model(name)
    for _ in range(2):
        client.create_model_version(name, "s3://nowhere/model")
    for alias, version in ((CHAMPION, "2"), (PREVIOUS, "1")):
        client.set_registered_model_alias(name, alias, version)
    with opened(folder) as database:
        made = Champions.made(database, folder)
        made.add("load_2", make_snapshot(20, first=40), as_of=day(70))
        made.publish()
        made.publish("load_2", day(70))


def opened(folder: Path) -> Database:
    """Open the platform database."""
    return Database.open(f"sqlite:///{folder / 'platform.db'}", home())


def roll_back(folder: Path, where: str, as_of: object = AS_OF) -> None:
    """Roll back, or die where it was asked to."""
    with opened(folder) as database:
        watch(database.engine, where)
        commits = iter(range(1, 100))

        def before_commit(_connection: sa.Connection) -> None:
            if where == f"commit {next(commits)}":
                die()

        made = Champions(database, BatchFiles(str(folder / "storage")))
        made.snapshots.tables |= {
            "load_1": make_snapshot(), "load_2": make_snapshot(20, first=40)
        }  # fmt: skip
        made.registry = MlflowAliases(DeadlyClient(folder / "mlflow.db", where))
        made.progress = Deadly(where)
        sa.event.listen(database.engine, "commit", before_commit)
        made.roll_back(as_of=as_of)


def again(folder: Path, place: str) -> None:
    """Run it again as a person would: later, unless nothing was begun or all was done."""
    with opened(folder) as database:
        begun = bool(database.decisions(USE_CASE))
    roll_back(folder, "", LATER if begun and place not in {"", "rolled_back"} else AS_OF)


def look(folder: Path, name: str) -> None:
    """Write down what readers see, and what the tables hold."""
    client = connect(f"sqlite:///{folder / 'mlflow.db'}")
    with opened(folder) as database:
        leads = database.leads(USE_CASE, top=None)
        found = {
            "aliases": [aliased(client, USE_CASE, alias) for alias in (CHAMPION, PREVIOUS)],
            "by_batch": leads.groupby("batch_id").size().tolist(),
            "tables": table_hash(database.engine),
        }
    (folder / name).write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
