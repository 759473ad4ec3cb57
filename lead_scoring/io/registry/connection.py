"""A client for the tracking server or file, and what its errors mean."""

import fcntl
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import mlflow
from mlflow.exceptions import MlflowException

from lead_scoring.errors import TransientError

_SQLITE: Final = "sqlite:///"
_UNAVAILABLE: Final = frozenset({"TEMPORARILY_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"})
_ABSENT: Final = frozenset({"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"})


def connect(tracking_uri: str) -> mlflow.MlflowClient:
    """Return a client; a SQLite file that is not there is made, by one process at a time.

    Args:
        tracking_uri: ``sqlite:///`` and an absolute path, or the address of a server.

    Raises:
        TransientError: The server is down or the file is locked.
    """
    if not tracking_uri.startswith(_SQLITE):
        return mlflow.MlflowClient(tracking_uri, tracking_uri)
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)  # it tells of each table
    file = Path(tracking_uri.removeprefix(_SQLITE))
    file.parent.mkdir(parents=True, exist_ok=True)
    lock_file = file.with_name(f"{file.name}.lock")
    with lock_file.open("w") as lock, warnings.catch_warnings(), translated(tracking_uri):
        # MLflow's own mappings use what SQLAlchemy means to drop.
        warnings.filterwarnings("ignore", "The ``noload`` loader strategy is deprecated")
        fcntl.flock(lock, fcntl.LOCK_EX)
        client = mlflow.MlflowClient(tracking_uri, tracking_uri)
        client.search_experiments(max_results=1)
    return client


@contextmanager
def translated(tracking_uri: str) -> Iterator[None]:
    """Turn errors of a server that is down, or a file that is locked, into `TransientError`."""
    try:
        yield
    except MlflowException as error:
        if not is_transient(error):
            raise
        where = tracking_uri.rpartition("@")[2]
        msg = f"MLflow at {where} does not answer: {error.message[:300]}; try again when it is up"
        raise TransientError(msg) from error


def is_transient(error: MlflowException) -> bool:
    """Return whether the same request may succeed later."""
    text: str = error.message
    unanswered = text.startswith("API request to") and "failed with exception" in text
    return unanswered or "database is locked" in text or error.error_code in _UNAVAILABLE


def is_absent(error: MlflowException) -> bool:
    """Return whether an error says that a model, version or alias is not there."""
    return error.error_code in _ABSENT or "not found" in error.message.lower()
