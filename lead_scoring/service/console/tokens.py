"""Signed texts: tokens that forms carry, and notices that a page shows once.

A form is accepted only from a page of the console that was made for the same person: the token
is signed, names the person and grows old; see
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from itsdangerous import BadSignature
from itsdangerous import URLSafeTimedSerializer

FORM_AGE: Final = 12 * 3600
"""Seconds a form may stay open before it is sent."""
NOTICE_AGE: Final = 60
"""Seconds after which a notice in an address is not shown any more."""


class Tokens:
    """Signs with one secret; each purpose has its own salt.

    >>> tokens = Tokens("secret")
    >>> tokens.is_from_form("ada", tokens.for_form("ada")), tokens.is_from_form("bob", "forged")
    (True, False)
    """

    def __init__(self, secret: str) -> None:
        self._forms = URLSafeTimedSerializer(secret, salt="lead-scoring console form")
        self._notices = URLSafeTimedSerializer(secret, salt="lead-scoring console notice")

    def for_form(self, name: str) -> str:
        """Return the token for a form of a person."""
        return str(self._forms.dumps(name))

    def is_from_form(self, name: str, token: str) -> bool:
        """Whether a token was made for a form of this person, not too long ago."""
        return _read(self._forms, token, FORM_AGE) == name

    def for_notice(self, words: str) -> str:
        """Return a notice as it may stand in an address."""
        return str(self._notices.dumps(words))

    def notice(self, token: str) -> str:
        """Return the words of a notice of our own; empty where it is old or forged."""
        return _read(self._notices, token, NOTICE_AGE) or ""


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that a request comes from a page of the same origin.

    Args:
        headers: Headers of the request, names in lower case.

    >>> is_from_here({"sec-fetch-site": "cross-site"})
    False
    >>> is_from_here({"origin": "http://desk:8080", "host": "desk:8080"})
    True
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _read(serializer: URLSafeTimedSerializer, token: str, age: int) -> str | None:
    try:
        found = serializer.loads(token, max_age=age)
    except BadSignature:
        return None
    return str(found)
