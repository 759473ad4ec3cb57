"""Runs the revisions on the connection that `lead_scoring.io.migrations.migrate` opened."""

from alembic import context

from lead_scoring.io.migrations import VERSION_TABLE
from lead_scoring.io.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    compare_type=True,
)
context.run_migrations()
