"""Who may ask for what: every route names the scope it needs."""

from http import HTTPStatus
from typing import Annotated
from typing import Any
from typing import Final

from fastapi import Depends
from fastapi import Request
from fastapi.security import HTTPAuthorizationCredentials
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from lead_scoring.core.api_keys import ApiKey
from lead_scoring.core.api_keys import KeyScope
from lead_scoring.service.problems import Problem
from lead_scoring.service.service import Service
from lead_scoring.tasks.keys import ApiKeys

MOST_NAMED: Final = 5
MOST_LETTERS: Final = 60
"""Bounds of what a refusal repeats of a request."""

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key that `lead-scoring keys add` made: `Authorization: Bearer lsk_…`.",
)


def service_of(request: Request) -> Service:
    """Return what the routes share."""
    found: Service = request.app.state.service
    return found


Shared = Annotated[Service, Depends(service_of)]


class Needs:
    """Asks for a key with a scope for the use case in the path, and counts its requests.

    Args:
        scope: What the route needs.
    """

    def __init__(self, scope: KeyScope) -> None:
        self.scope = scope

    async def __call__(
        self,
        request: Request,
        service: Shared,
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> ApiKey:
        """Return the key of a request.

        Raises:
            Problem: There is none, it is not good, it may not, or it asks too often.
        """
        key = None if given is None else await _authenticated(service.keys, given.credentials)
        if key is None:
            detail = "this needs a key: send it as `Authorization: Bearer lsk_…`"
            if given is not None:
                detail = "this is no key, or it was revoked or has expired"
            headers = {"WWW-Authenticate": "Bearer"}
            raise Problem(HTTPStatus.UNAUTHORIZED, detail, headers=headers)
        use_case = request.path_params.get("use_case")
        if not key.may(self.scope, use_case):
            of = f" for {use_case}" if use_case else " for all use cases"
            detail = f"the key {key.key_id} ({key.name}) has not the scope {self.scope}{of}"
            raise Problem(HTTPStatus.FORBIDDEN, detail)
        wait = service.rates.wait(key.key_id)
        if wait:
            detail = f"a key may ask {service.rates.words}; ask again in {wait} s"
            headers = {"Retry-After": str(wait)}
            raise Problem(HTTPStatus.TOO_MANY_REQUESTS, detail, headers=headers)
        return key


def needs(scope: KeyScope) -> Any:
    """Return the dependency of a route that needs a scope."""
    return Depends(Needs(scope))


def known_parameters(request: Request) -> None:
    """Refuse a query with a parameter the route does not know, such as a filter spelled wrong.

    Raises:
        Problem: There is one; without this it would be left out in silence.
    """
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        named = ", ".join(repr(name[:MOST_LETTERS]) for name in unknown[:MOST_NAMED])
        there = ", ".join(sorted(known)) or "none"
        detail = f"unknown parameter: {named}; there are: {there}. Nothing was looked up"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)


async def _authenticated(keys: ApiKeys, secret: str) -> ApiKey | None:
    if keys.remembers(secret):
        return keys.authenticate(secret)
    return await run_in_threadpool(keys.authenticate, secret)
