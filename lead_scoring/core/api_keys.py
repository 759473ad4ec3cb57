"""Keys that programs come in with: what one may do, and how its secret is kept.

A key is ``lsk_<id>_<secret>``, 256 bits of it from the system's random source. Only its SHA-256 is
kept: of so much randomness nothing can be guessed back, and no slow hash is needed.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

PREFIX: Final = "lsk"
_NOBODY: Final = "0" * 64
"""What a secret is compared with where there is no key of its id: that takes as long."""
_PARTS: Final = 3


class KeyScope(StrEnum):
    """What a key opens; ``admin`` opens everything."""

    READ = "read"
    SCORE = "score"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without its secret.

    Attributes:
        key_id: Public part of the key.
        name: Whose it is, for people.
        scopes: What it opens.
        use_case: The only use case it is for; ``None`` for all of them.
        digest: SHA-256 of the key.
        created_at: When it was made, UTC.
        expires_at: From when on it opens nothing, UTC; ``None`` for never.
        revoked_at: When it was revoked, UTC; ``None`` if it was not.
    """

    key_id: str
    name: str
    scopes: frozenset[KeyScope]
    use_case: str | None
    digest: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def may(self, scope: str, use_case: str | None) -> bool:
        """Return whether it opens something of a use case, or of all of them if ``None``."""
        opens = KeyScope.ADMIN in self.scopes or scope in self.scopes
        return opens and (self.use_case is None or self.use_case == use_case)

    def is_open(self, now: datetime) -> bool:
        """Return whether it opens anything at an instant, UTC."""
        expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not expired


def new_key() -> tuple[str, str]:
    """Return a new key's id and the whole key, which is shown once and never kept."""
    key_id = secrets.token_hex(6)
    return key_id, f"{PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"


def key_id_of(key: str) -> str | None:
    """Return the id in a key; ``None`` if it does not look like one.

    >>> key_id_of("lsk_0a1b2c3d4e5f_secret")
    '0a1b2c3d4e5f'
    >>> key_id_of("secret") is None
    True
    """
    parts = key.split("_", _PARTS - 1)
    return parts[1] if len(parts) == _PARTS and parts[0] == PREFIX else None


def digest_of(key: str) -> str:
    """Return what is kept of a key: its SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def is_secret_of(key: str, kept: ApiKey | None) -> bool:
    """Return whether a key is the one that was kept, in a time that does not tell how near."""
    same = hmac.compare_digest(digest_of(key), _NOBODY if kept is None else kept.digest)
    return same and kept is not None
