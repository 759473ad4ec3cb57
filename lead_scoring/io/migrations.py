"""Brings the platform database to the newest revision under ``database/migrations``."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from lead_scoring.errors import ConfigError
from lead_scoring.io.comments import write_comments
from lead_scoring.io.transactions import Connected
from lead_scoring.io.transactions import make_engine
from lead_scoring.io.views import create_views
from lead_scoring.io.views import drop_views
from lead_scoring.io.views import grant_views

VERSION_TABLE: Final = "lead_scoring_alembic"


def migrate(url: str, home: Path) -> str:
    """Create or upgrade the database in one transaction; a database that is new stays as it is.

    Views are made again from ``database/views`` whenever a revision is applied, and comments are
    written anew, so changed words or a changed view need a revision beside them. What the readers
    of dashboards may see is granted every time.

    Args:
        url: SQLAlchemy URL with its driver.
        home: The project's folder.

    Returns:
        The revision the database is at now.

    Raises:
        ConfigError: The folder has no migrations.
        TransientError: The database is locked or down. It is as it was.
    """
    config = _config(home)
    newest = newest_revision(home)
    with (
        Connected(make_engine(url, home)) as database,
        database.writing("the new revision", lock="migrate") as connection,
    ):
        if current_revision(connection) != newest:
            drop_views(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            create_views(connection, home)
            write_comments(connection, home)
        grant_views(connection)
    return str(newest)


def newest_revision(home: Path) -> str | None:
    """Return the revision that ``database/migrations`` leads to."""
    return ScriptDirectory.from_config(_config(home)).get_current_head()


def current_revision(connection: sa.Connection) -> str | None:
    """Return the revision a database is at; ``None`` if it is empty."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _config(home: Path) -> Config:
    config = Config()
    config.set_main_option("path_separator", "os")
    scripts = home / "database" / "migrations"
    if not scripts.is_dir():
        msg = (
            f"there is no {scripts}; nothing was done. LEAD_SCORING_HOME is to name the project's"
            " folder, with its database/migrations and database/views"
        )
        raise ConfigError(msg)
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config
