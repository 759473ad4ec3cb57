"""Builds the adapters from the settings; every task gets its collaborators here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Final

from lead_scoring.config.loading import home
from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.config.platform import Platform
from lead_scoring.config.use_case import UseCase
from lead_scoring.errors import ConfigError
from lead_scoring.tasks.progress import Logged

if TYPE_CHECKING:
    from lead_scoring.io.batch_files import BatchFiles
    from lead_scoring.io.database import Database
    from lead_scoring.io.registry.registry import MlflowRegistry
    from lead_scoring.io.registry.reports import MlflowReports
    from lead_scoring.io.registry.trials import MlflowTrials
    from lead_scoring.io.snapshot_files import SnapshotFiles
    from lead_scoring.io.snapshots import SnapshotReader
    from lead_scoring.io.staging import Staging
    from lead_scoring.io.studies import OptunaStudies
    from lead_scoring.pipelines.inference_ports import InferencePorts
    from lead_scoring.pipelines.ports import Progress

SQLITE: Final = "sqlite:///"
RUN_ID: Final = "AIRFLOW_CTX_DAG_RUN_ID"
"""Where the scheduler tells a task which run it is in."""


class Workspace:
    """What one task works with; an adapter is made when it is first used.

    Attributes:
        use_case: Config of the use case.
        platform: Settings of the platform.
        database: The platform database.
        progress: Who watches.
    """

    def __init__(
        self, use_case: UseCase, platform: Platform, database: "Database", progress: "Progress"
    ) -> None:
        self.use_case = use_case
        self.platform = platform
        self.database = database
        self.progress = progress

    @property
    def storage(self) -> str:
        """Folder or URL of snapshots and batches."""
        return located(self.platform.storage)

    @property
    def data(self) -> str:
        """Folder or URL the sources' locations are below."""
        return located(self.platform.data)

    @cached_property
    def snapshots(self) -> "SnapshotReader":
        """Reads snapshots."""
        from lead_scoring.io.snapshots import SnapshotReader

        return SnapshotReader(self.platform.engine_memory)

    @cached_property
    def snapshot_files(self) -> "SnapshotFiles":
        """Writes snapshots."""
        from lead_scoring.io.snapshot_files import SnapshotFiles

        return SnapshotFiles(self.storage)

    @cached_property
    def staging(self) -> "Staging":
        """Where the rows of a load wait until all were seen."""
        from lead_scoring.io.staging import Staging

        return Staging(self.platform.engine_memory)

    @cached_property
    def batch_files(self) -> "BatchFiles":
        """Computed scores."""
        from lead_scoring.io.batch_files import BatchFiles

        return BatchFiles(self.storage, self.platform.engine_memory)

    @cached_property
    def registry(self) -> "MlflowRegistry":
        """Models, guarded by the digests in the database."""
        from lead_scoring.io.registry.registry import MlflowRegistry

        return MlflowRegistry.open(self._tracking, located(self.platform.artifacts), self.database)

    @cached_property
    def reports(self) -> "MlflowReports":
        """Reports on drift checks."""
        from lead_scoring.io.registry.reports import MlflowReports

        artifacts, web = located(self.platform.artifacts), self.platform.mlflow_url
        return MlflowReports.open(self._tracking, artifacts, web)

    @cached_property
    def studies(self) -> "OptunaStudies":
        """Searches for hyperparameters."""
        from lead_scoring.io.studies import OptunaStudies

        return OptunaStudies(_located_url(self.platform.tuning_url.get_secret_value()))

    @cached_property
    def trials(self) -> "MlflowTrials":
        """Their trials, as people see them."""
        from lead_scoring.io.registry.trials import MlflowTrials

        return MlflowTrials.open(self._tracking, located(self.platform.artifacts))

    @property
    def inference_ports(self) -> "InferencePorts":
        """What loads are scored with."""
        from lead_scoring.pipelines.inference_ports import InferencePorts

        return InferencePorts(
            loads=self.database,
            snapshots=self.snapshots,
            registry=self.registry,
            files=self.batch_files,
            scores=self.database,
            progress=self.progress,
        )

    @property
    def _tracking(self) -> str:
        return _located_url(self.platform.tracking_uri.get_secret_value())


@contextmanager
def opened(use_case: str, progress: "Progress | None" = None) -> Iterator[Workspace]:
    """Open what the tasks of a use case work with, and close it again.

    Args:
        use_case: Name of the use case.
        progress: Who watches; by default each step is logged.

    Raises:
        ConfigError: A setting or the use case's config is wrong.
    """
    config = load_use_case(use_case)
    with opened_database() as database:
        yield Workspace(config, load_platform(), database, progress or Logged())


@contextmanager
def opened_database() -> Iterator["Database"]:
    """Open the platform database, and close it again.

    Raises:
        ConfigError: A setting is wrong, or the tables are not there or not up to date.
        TransientError: The database is locked or down.
    """
    with connected_database() as database:
        found, newest = revisions(database)
        if found != newest:
            msg = (
                f"the platform database is at revision {found or 'none'}, this version needs "
                f"{newest}: run `lead-scoring migrate`; nothing was read or written"
            )
            raise ConfigError(msg)
        yield database


@contextmanager
def connected_database() -> Iterator["Database"]:
    """Open the platform database whatever its revision, and close it again.

    Raises:
        ConfigError: A setting is wrong, or there is no database yet.
    """
    from lead_scoring.io.database import Database

    url = load_platform().database_url.get_secret_value()
    if is_missing(url):
        msg = "there is no platform database yet: run `lead-scoring migrate`"
        raise ConfigError(msg)
    with Database.open(url, home(), os.environ.get(RUN_ID)) as database:
        yield database


def revisions(database: "Database") -> tuple[str | None, str | None]:
    """Return the revision a database is at, and the newest there is."""
    from lead_scoring.io.migrations import current_revision
    from lead_scoring.io.migrations import newest_revision

    with database.reading("its revision") as connection:
        return current_revision(connection), newest_revision(home())


def is_missing(url: str) -> bool:
    """Whether a SQLite URL names a file that is not there; looking into it would make one."""
    return url.startswith(SQLITE) and not Path(located(url.removeprefix(SQLITE))).exists()


def _located_url(url: str) -> str:
    """Return the URL of a database, with its place where it is a SQLite file."""
    return SQLITE + located(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else url


def located(path: str, below: str | None = None) -> str:
    """Return a folder or file with its place: URLs and absolute paths are left as they are.

    Args:
        path: Path or fsspec URL.
        below: Folder or URL a relative path is below; the project's folder if absent.
    """
    if "://" in path or Path(path).is_absolute():
        return path
    if below is not None and "://" in below:
        return f"{below.rstrip('/')}/{path}"
    return str(Path(below or home()) / path)
