"""Connections to the platform database: SQLite and PostgreSQL behave alike from here on."""

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from typing import Final
from typing import Self

import sqlalchemy as sa

from lead_scoring.errors import ConfigError
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import PermanentError
from lead_scoring.errors import TransientError
from lead_scoring.io import clock

BUSY_TIMEOUT_SECONDS: Final = 30
CACHE_KIB: Final = 65_536
_WRITES: Final = "lead_scoring_writes"
_SQLITE_BUSY: Final = ("database is locked", "database table is locked", "database is busy")
# Too many connections, shutting down, serialization failure, deadlock, lock not available.
_POSTGRESQL_BUSY: Final = frozenset({"53300", "57P01", "57P03", "40001", "40P01", "55P03"})

_SQLITE_DAMAGED: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_SQLITE_CLOSED: Final = ("SQLITE_CANTOPEN", "SQLITE_READONLY")


def make_engine(url: str, home: Path) -> sa.Engine:
    """Make an engine; nothing is opened yet, but the folder of a SQLite file is made.

    Args:
        url: SQLAlchemy URL with its driver.
        home: Folder a relative SQLite path is below.

    Raises:
        ConfigError: The URL names no database this platform runs on.
    """
    parsed = sa.make_url(url)
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite_engine(parsed, home)
    if parsed.drivername == "postgresql+psycopg":
        return sa.create_engine(parsed, pool_pre_ping=True)
    msg = (
        f"database_url names the driver {parsed.drivername!r}; "
        "use sqlite:///<file> or postgresql+psycopg://<user>@<host>/<database>"
    )
    raise ConfigError(msg)


def _sqlite_engine(url: sa.URL, home: Path) -> sa.Engine:
    if url.database in {None, "", ":memory:"}:
        msg = "database_url names no file; use sqlite:///<file>"
        raise ConfigError(msg)
    file = (home / url.database).resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url.set(database=str(file)), connect_args={"timeout": BUSY_TIMEOUT_SECONDS}
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Hand transactions to us, let readers and one writer work side by side, keep keys."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"cache_size = -{CACHE_KIB}",
        "temp_store = FILE",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """Take the write lock at the start: a writer waits there and cannot fail half-way."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_busy(error: sa.exc.DBAPIError) -> bool:
    """Whether the database may accept the same work a little later."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _POSTGRESQL_BUSY or state.startswith("08")
    text = str(error.orig).lower()
    refused = "connection" in text and ("refused" in text or "failed" in text)
    return refused or any(phrase in text for phrase in _SQLITE_BUSY)


def what_is_wrong(error: sa.exc.DBAPIError) -> tuple[type[PermanentError], str] | None:
    """Return the error for a SQLite file that will not work later either, and what to do.

    Returns:
        ``None`` if it is not known what is wrong.
    """
    name = getattr(error.orig, "sqlite_errorname", "")
    if name.startswith(_SQLITE_DAMAGED):
        return (
            IntegrityError,
            "is damaged; put back a copy, or move it away and run `lead-scoring migrate`",
        )
    if name.startswith(_SQLITE_CLOSED):
        return (
            ConfigError,
            "cannot be opened; check database_url and the rights of file and folder",
        )
    return None


class Connected:
    """An engine, and transactions on it whose errors say what was left behind.

    Args:
        engine: Engine made by `make_engine`.
        run_id: Run that writes, as its scheduler calls it; kept for people only.
        now: The clock, for the operational columns.
    """

    def __init__(
        self,
        engine: sa.Engine,
        run_id: str | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._engine = engine
        self._run_id = run_id
        self._now = now
        self._opened_at = now()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @property
    def engine(self) -> sa.Engine:
        """The engine, for what reads the database in its own way."""
        return self._engine

    @contextmanager
    def writing(self, what: str, lock: str = "") -> Iterator[sa.Connection]:
        """Open a transaction that writes; everything in it happens or nothing does.

        Args:
            what: What is written, for the message of an error.
            lock: Writers that name the same lock wait for each other. SQLite has one writer
                at a time anyway.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
            IntegrityError: Its SQLite file is damaged. Nothing was written.
            ConfigError: Its SQLite file cannot be opened or written. Nothing was written.
        """
        with self._translated(f"{what} not written"), self._engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                if lock and connection.dialect.name == "postgresql":
                    key = sa.func.hashtextextended(f"lead_scoring:{lock}", 0)
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
                yield connection

    @contextmanager
    def reading(self, what: str) -> Iterator[sa.Connection]:
        """Open a transaction that reads one consistent state.

        Raises:
            TransientError: The database is locked or down.
            IntegrityError: Its SQLite file is damaged.
            ConfigError: Its SQLite file cannot be opened.
        """
        with self._translated(f"{what} not read"), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def _translated(self, outcome: str) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            if is_busy(error):
                msg = f"the database is busy or down: {outcome}; try again ({error.orig})"
                raise TransientError(msg) from error
            wrong = what_is_wrong(error)
            if wrong is None:
                raise
            kind, advice = wrong
            msg = f"the database {self._engine.url} {advice}: {outcome} ({error.orig})"
            raise kind(msg) from error
