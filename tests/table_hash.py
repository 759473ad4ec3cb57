"""A canonical hash of the platform database, to compare end states."""

import hashlib
import json

import sqlalchemy as sa

from lead_scoring.io.tables import METADATA
from lead_scoring.io.tables import OPERATIONAL


def table_hashes(engine: sa.Engine) -> dict[str, str]:
    """Return a SHA-256 per table over all rows, sorted, without the operational columns."""
    with engine.connect() as connection:
        return {table.name: _hash(connection, table) for table in METADATA.sorted_tables}


def table_hash(engine: sa.Engine) -> str:
    """Return one SHA-256 over all tables."""
    return hashlib.sha256(json.dumps(table_hashes(engine)).encode()).hexdigest()


def _hash(connection: sa.Connection, table: sa.Table) -> str:
    kept = [column for column in table.columns if column.name not in OPERATIONAL]
    rows = sorted(
        json.dumps([str(value) if value is not None else None for value in row])
        for row in connection.execute(sa.select(*kept))
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
