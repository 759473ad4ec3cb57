"""Examines everything the platform needs, one line each; nothing is changed."""

import importlib
import sys
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version
from typing import Final
from typing import Literal

from lead_scoring.config.loading import BrokenUseCase
from lead_scoring.config.loading import configs_folder
from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_cases
from lead_scoring.config.use_case import UseCase
from lead_scoring.errors import LeadScoringError
from lead_scoring.tasks.wiring import connected_database
from lead_scoring.tasks.wiring import is_missing
from lead_scoring.tasks.wiring import located
from lead_scoring.tasks.wiring import opened
from lead_scoring.tasks.wiring import revisions

PYTHON: Final = (3, 11)
IMPORTED: Final = (
    "duckdb", "fsspec", "lightgbm", "mlflow", "numpy", "pandas", "pandera", "pyarrow", "scipy",
    "sklearn", "skops", "sqlalchemy",
)  # fmt: skip
"""Imported to see that they load; the two below only have to be there, for they take seconds."""
INSTALLED: Final = ("apache-airflow", "evidently")
REINSTALL: Final = "run make setup"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        level: ``ok``, ``warn`` (works, but look at it) or ``fail``.
        found: What was found.
        advice: What to do; empty if there is nothing to do.
    """

    name: str
    level: Literal["ok", "warn", "fail"]
    found: str
    advice: str = ""


def examine() -> tuple[Check, ...]:
    """Look at Python, packages, configs, database, storage, sources, registry and champions."""
    checks = [_python(), _packages(), _platform()]
    if checks[-1].level == "fail":
        return tuple(checks)
    checks += _use_cases()
    checks += [_database(), _storage()]
    sound = [item for item in load_use_cases() if isinstance(item, UseCase)]
    for use_case in sound:
        checks += [_source(use_case), _champion(use_case)]
    return tuple(checks)


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == PYTHON:
        return Check("Python", "ok", found)
    return Check("Python", "fail", found, "the platform runs on 3.11; run make setup with it")


def _packages() -> Check:
    broken = [*_broken(IMPORTED, importlib.import_module), *_broken(INSTALLED, version)]
    if broken:
        return Check("packages", "fail", "; ".join(broken), REINSTALL)
    return Check("packages", "ok", f"{len(IMPORTED) + len(INSTALLED)} are there and load")


def _broken(names: tuple[str, ...], load: Callable[[str], object]) -> Iterator[str]:
    for name in names:
        try:
            load(name)
        except (ImportError, OSError, PackageNotFoundError) as error:
            yield f"{name}: {error}"


def _platform() -> Check:
    try:
        load_platform()
    except LeadScoringError as error:
        return Check("platform settings", "fail", str(error), "correct the setting that is named")
    return Check("platform settings", "ok", str(configs_folder()))


def _use_cases() -> Iterator[Check]:
    found = load_use_cases()
    if not found:
        yield Check("use cases", "fail", f"none in {configs_folder()}", "add a YAML file there")
    for use_case in found:
        name = f"config {use_case.use_case}"
        if isinstance(use_case, BrokenUseCase):
            yield Check(name, "fail", use_case.reason, "correct the key that is named")
        else:
            yield Check(name, "ok", use_case.title)


def _database() -> Check:
    from sqlalchemy.exc import SQLAlchemyError

    url = load_platform().database_url.get_secret_value()
    if is_missing(url):
        return Check("database", "fail", "there is none yet", "run lead-scoring migrate")
    try:
        with connected_database() as database:
            found, newest = revisions(database)
    except (LeadScoringError, SQLAlchemyError) as error:
        advice = "start the database, or correct LEAD_SCORING_DATABASE_URL"
        return Check("database", "fail", str(error), advice)
    if found != newest:
        said = f"revision {found or 'none'}, newest is {newest}"
        return Check("database", "fail", said, "run lead-scoring migrate")
    return Check("database", "ok", f"revision {found}")


def _storage() -> Check:
    from lead_scoring.io.storage import Folder

    folder = Folder(located(load_platform().storage))
    try:
        folder.write_bytes("doctor", b"")
        folder.remove("doctor")
    except (LeadScoringError, OSError) as error:
        return Check("storage", "fail", str(error), f"make {folder.url} writable")
    return Check("storage", "ok", f"{folder.url} can be written")


def _source(use_case: UseCase) -> Check:
    import fsspec

    name = f"source of {use_case.use_case}"
    if use_case.source.kind == "sql":
        return Check(name, "ok", f"a query on the connection {use_case.source.connection}")
    below = located(load_platform().data)
    locations = [located(location, below=below) for location in use_case.source.locations]
    absent = []
    for location in locations:
        try:
            filesystem, path = fsspec.url_to_fs(location)
            absent += [] if filesystem.exists(path) else [location]
        except (OSError, ImportError, ValueError) as error:
            advice = "correct source.location, or install what it needs"
            return Check(name, "fail", f"{location}: {error}", advice)
    if not absent:
        joined = len(locations) - 1
        others = f" and {joined} joined file{'s' * (joined > 1)}" if joined else ""
        return Check(name, "ok", f"{locations[0]}{others}")
    made = f"run lead-scoring sample {use_case.use_case}, or " if use_case.sample else ""
    advice = f"{made}set LEAD_SCORING_DATA to the folder of the real data"
    return Check(name, "warn", f"nothing at {', '.join(absent)}", advice)


def _champion(use_case: UseCase) -> Check:
    from sqlalchemy.exc import SQLAlchemyError

    name = f"champion of {use_case.use_case}"
    advice = f"run lead-scoring train {use_case.use_case}"
    if is_missing(load_platform().tracking_uri.get_secret_value()):
        return Check(name, "warn", "none yet", advice)
    try:
        with opened(use_case.use_case) as work:
            champion = work.registry.champion(use_case.use_case)
            if champion is not None:
                work.registry.load_model(champion)
    except (LeadScoringError, SQLAlchemyError) as error:
        way_out = "start MLflow or restore the model's files; lead-scoring rollback goes back one"
        return Check(name, "fail", str(error), way_out)
    if champion is None:
        return Check(name, "warn", "none yet", advice)
    return Check(name, "ok", f"version {champion.version}, every file as recorded")
