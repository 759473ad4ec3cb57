"""API keys in the platform database: their digests, never a secret."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lead_scoring.core.api_keys import ApiKey
from lead_scoring.core.api_keys import KeyScope
from lead_scoring.io.tables import API_KEYS
from lead_scoring.io.transactions import Connected


class KeyTables(Connected):
    """Keys by their id."""

    def save_key(self, key: ApiKey) -> None:
        """Insert a key.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        row = asdict(key) | {"scopes": sorted(key.scopes)}
        with self.writing(f"key {key.key_id}") as connection:
            connection.execute(sa.insert(API_KEYS), [row])

    def find_key(self, key_id: str) -> ApiKey | None:
        """Return a key, also one that is revoked or expired."""
        with self.reading(f"key {key_id}") as connection:
            found = connection.execute(sa.select(API_KEYS).where(API_KEYS.c.key_id == key_id))
            row = found.one_or_none()
        return None if row is None else _key(row)

    def keys(self) -> tuple[ApiKey, ...]:
        """Return all keys, oldest first."""
        every = sa.select(API_KEYS).order_by(API_KEYS.c.created_at, API_KEYS.c.key_id)
        with self.reading("keys") as connection:
            return tuple(_key(row) for row in connection.execute(every))

    def revoke_key(self, key_id: str, now: datetime) -> bool:
        """Revoke a key for good; one that is revoked already keeps its instant.

        Returns:
            Whether there is such a key.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        own = API_KEYS.c.key_id == key_id
        with self.writing(f"key {key_id}") as connection:
            connection.execute(
                sa.update(API_KEYS)
                .where(own, API_KEYS.c.revoked_at.is_(None))
                .values(revoked_at=now)
            )
            return connection.scalar(sa.select(API_KEYS.c.key_id).where(own)) is not None


def _key(row: sa.Row[Any]) -> ApiKey:
    values = row._asdict()
    return ApiKey(**values | {"scopes": frozenset(map(KeyScope, values["scopes"]))})
