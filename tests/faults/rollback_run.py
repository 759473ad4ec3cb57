"""Rollbacks that are killed at each place of a list and then run again, in processes of their own.

One process imports what is needed once and forks the others, which costs a tenth of a start.

Usage: ``python rollback_run.py <folder> <place>...``; writes ``ends.json``: of each place how the
killed process ended, what readers saw then, and what was left after the second run.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

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
from lead_scoring.io.registry.models import registered_name

LATER = day(61)


class Aliases:
    """Aliases in a file, as MLflow's client gives them; dies before it moves the n-th one."""

    def __init__(self, file: Path, where: str = "") -> None:
        self._file = file
        self._where = where
        self._moved = 0

    def get_model_version_by_alias(self, name: str, alias: str) -> SimpleNamespace:
        """Return the version an alias points at."""
        from mlflow.exceptions import MlflowException
        from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST

        there = json.loads(self._file.read_text())
        if alias not in there:
            msg = f"{name} has no alias {alias}"
            raise MlflowException(msg, RESOURCE_DOES_NOT_EXIST)
        return SimpleNamespace(version=there[alias])

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        """Move an alias, or die."""
        assert name == registered_name(USE_CASE)
        self._moved += 1
        if self._where == f"alias {self._moved}":
            die()
        moved = json.loads(self._file.read_text()) | {alias: version}
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(moved))
        part.replace(self._file)


class CrownedRegistry(AliasRegistry):
    """The models of the fakes, whose aliases are moved as those of the registry are."""

    def __init__(self, client: Aliases) -> None:
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


def main(folder: Path, places: list[str]) -> None:
    """Make the state before, then kill and repeat a rollback at each place."""
    before, own, ends = folder / "before", folder / "own", {}
    assert forked(lambda: prepare(before)) == 0
    for place in ("", *places):
        shutil.copytree(before, own)
        killed = forked(lambda place=place: roll_back(own, place))
        assert forked(lambda place=place: again(own, place)) == 0
        ends[place] = {"killed": killed, **json.loads((own / "end.json").read_text())}
        shutil.rmtree(own)
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
    (folder / "aliases.json").write_text(json.dumps({CHAMPION: "2", PREVIOUS: "1"}))
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
        made.registry = CrownedRegistry(Aliases(folder / "aliases.json", where))
        made.progress = Deadly(where)
        sa.event.listen(database.engine, "commit", before_commit)
        made.roll_back(as_of=as_of)


def again(folder: Path, place: str) -> None:
    """Run it again as a person would: later, unless nothing was begun or all was done."""
    seen = look(folder)
    with opened(folder) as database:
        begun = bool(database.decisions(USE_CASE))
    roll_back(folder, "", LATER if begun and place not in {"", "rolled_back"} else AS_OF)
    end = {"seen": seen, "left": look(folder)}
    (folder / "end.json").write_text(json.dumps(end))


def look(folder: Path) -> dict[str, object]:
    """Return what readers see, and what the tables hold."""
    with opened(folder) as database:
        leads = database.leads(USE_CASE, top=None)
        return {
            "aliases": json.loads((folder / "aliases.json").read_text()),
            "by_batch": sorted(leads.groupby("batch_id").size().tolist()),
            "tables": table_hash(database.engine),
        }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
