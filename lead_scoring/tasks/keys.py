"""API keys: made, listed, revoked, and asked for by the services."""

from collections.abc import Callable
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING
from typing import Final
from typing import Self

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.api_keys import ApiKey
from lead_scoring.core.api_keys import KeyScope
from lead_scoring.core.api_keys import digest_of
from lead_scoring.core.api_keys import is_secret_of
from lead_scoring.core.api_keys import key_id_of
from lead_scoring.core.api_keys import new_key
from lead_scoring.errors import ConfigError
from lead_scoring.errors import UnknownIdError
from lead_scoring.tasks.wiring import opened_database

if TYPE_CHECKING:
    from lead_scoring.io.database import Database

KEPT_FOR: Final = 2.0
"""Seconds for which a key that was looked up is not looked up again: so long a revoked one may
still be taken."""
MOST_KEPT: Final = 1_000
"""Keys that are remembered at a time."""


def add_key(
    name: str,
    scopes: Iterable[str],
    use_case: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key.

    Args:
        name: Whose it is, for people.
        scopes: What it opens: ``read``, ``score``, ``admin``.
        use_case: The only use case it is for.
        expires_at: From when on it opens nothing, UTC.

    Returns:
        What is kept of it, and the key itself, which nobody can ever read again.

    Raises:
        ConfigError: There is no such use case or scope, no name, or it has expired already.
    """
    from lead_scoring.io import clock

    now = clock.now()
    chosen = frozenset(scopes)
    unknown = sorted(chosen - {*map(str, KeyScope)})
    if unknown or not chosen:
        msg = f"a key opens one or more of {', '.join(KeyScope)}; got {', '.join(unknown) or '-'}"
        raise ConfigError(msg)
    if not name.strip():
        msg = "a key needs a name: say whose it is"
        raise ConfigError(msg)
    if expires_at is not None and expires_at <= now:
        msg = f"the key would have expired at {expires_at:%Y-%m-%d %H:%M} UTC; nothing was made"
        raise ConfigError(msg)
    if use_case is not None:
        load_use_case(use_case)
    key_id, text = new_key()
    key = ApiKey(
        key_id=key_id,
        name=name.strip(),
        scopes=frozenset(map(KeyScope, chosen)),
        use_case=use_case,
        digest=digest_of(text),
        created_at=now,
        expires_at=expires_at,
    )
    with opened_database() as database:
        database.save_key(key)
    return key, text


def list_keys() -> tuple[ApiKey, ...]:
    """Return all keys, oldest first; revoked ones too."""
    with opened_database() as database:
        return database.keys()


def revoke_key(key_id: str) -> None:
    """Revoke a key for good.

    Raises:
        UnknownIdError: There is no such key.
    """
    from lead_scoring.io import clock

    with opened_database() as database:
        if not database.revoke_key(key_id, clock.now()):
            msg = f"there is no key {key_id!r}; `lead-scoring keys list` shows them"
            raise UnknownIdError(msg)


class ApiKeys:
    """The keys there are, as a service asks for them, again and again.

    Args:
        kept_for: Seconds for which what was found is believed.
    """

    def __init__(self, kept_for: float = KEPT_FOR) -> None:
        self._kept_for = kept_for
        self._stack = ExitStack()
        self._database: Database | None = None
        self._found: dict[str, tuple[float, ApiKey | None]] = {}
        self._turn = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def remembers(self, secret: str) -> bool:
        """Return whether `authenticate` would answer at once, without the database."""
        return self._is_kept(digest_of(secret))

    def authenticate(self, secret: str) -> ApiKey | None:
        """Return whose key it is; ``None`` if it is wrong, revoked or expired.

        Raises:
            TransientError: The database is locked or down.
        """

        def ask() -> ApiKey | None:
            key_id = key_id_of(secret)
            key = self._opened().find_key(key_id) if key_id else None
            return key if is_secret_of(secret, key) else None

        return self._kept(digest_of(secret), ask)

    def find(self, key_id: str) -> ApiKey | None:
        """Return the key of an id; ``None`` if there is none or it is revoked or expired by now.

        Raises:
            TransientError: The database is locked or down.
        """
        return self._kept(f"id {key_id}", lambda: self._opened().find_key(key_id))

    def _kept(self, what: str, ask: Callable[[], ApiKey | None]) -> ApiKey | None:
        from lead_scoring.io import clock

        until, key = self._found.get(what, (0.0, None))
        if until <= monotonic():
            key = ask()
            if len(self._found) >= MOST_KEPT:
                self._found.clear()
            self._found[what] = (monotonic() + self._kept_for, key)
        return key if key is not None and key.is_open(clock.now()) else None

    def _is_kept(self, what: str) -> bool:
        until, _ = self._found.get(what, (0.0, None))
        return until > monotonic()

    def _opened(self) -> "Database":
        with self._turn:
            if self._database is None:
                self._database = self._stack.enter_context(opened_database())
            return self._database
