"""The log-in by an API key, for where no other log-in stands before the console."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from typing import Final
from typing import Protocol
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi import Depends
from fastapi import HTTPException
from itsdangerous import BadSignature
from itsdangerous import URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.responses import Response

from lead_scoring.service.console.access import Entrance
from lead_scoring.service.console.access import Permission
from lead_scoring.service.console.access import Principal
from lead_scoring.service.console.guard import checked_form
from lead_scoring.service.console.guard import guard
from lead_scoring.service.console.visit import render
from lead_scoring.service.console.visit import url_of

COOKIE: Final = "lead_scoring_console"
SESSION_AGE: Final = 12 * 3600
"""Seconds after which somebody logs in anew."""

_SCOPES: Final = {
    Permission.READ: "read",
    Permission.SCORE: "score",
    Permission.DECIDE: "admin",
}


class Holder(Protocol):
    """Who holds an API key."""

    @property
    def key_id(self) -> str:
        """Public part of the key."""

    @property
    def name(self) -> str:
        """Whose it is."""

    def may(self, scope: str, use_case: str) -> bool:
        """Whether the key has a scope for a use case."""


class Keys(Protocol):
    """The API keys there are."""

    def authenticate(self, secret: str) -> Holder | None:
        """Return who holds a key; ``None`` if it is wrong, revoked or expired."""

    def find(self, key_id: str) -> Holder | None:
        """Return who holds the key of an id; ``None`` if it is revoked or expired by now."""


def key_entrance(keys: Keys, secret: str) -> Entrance:
    """Return the entrance by a form that takes an API key and gives a signed cookie.

    The cookie holds the id of the key and nothing secret; each request looks the key up again, so
    that a revoked key ends its sessions at once.

    Args:
        keys: The API keys there are.
        secret: Signs cookies and forms.
    """
    sessions = URLSafeTimedSerializer(secret, salt="lead-scoring console session")

    def authenticate(request: Request) -> Principal:
        holder = keys.find(_key_id(sessions, request.cookies.get(COOKIE, "")))
        if holder is None:
            raise HTTPException(HTTPStatus.UNAUTHORIZED)
        return Principal(
            holder.name, lambda permission, use_case: holder.may(_SCOPES[permission], use_case)
        )

    return Entrance(
        authenticate=authenticate,
        secret=secret,
        log_in=_log_in_url,
        log_out="/log-out",
        sends=True,
        router=_routes(keys, sessions, authenticate),
    )


def _routes(
    keys: Keys, sessions: URLSafeTimedSerializer, authenticate: Callable[..., Any]
) -> APIRouter:
    router = APIRouter()

    @router.get("/log-in", name="log_in")
    def show(request: Request, to: str = "") -> Response:
        return _form(request, to)

    @router.post("/log-in")
    async def enter(request: Request, to: str = "") -> Response:
        form = await checked_form(request, "")
        holder = await run_in_threadpool(keys.authenticate, form.get("key", "").strip())
        if holder is None:
            fault = "This is no key, or it was revoked or has expired."
            return _form(request, to, fault, HTTPStatus.UNAUTHORIZED)
        answer = RedirectResponse(_own(request, to), HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            COOKIE,
            str(sessions.dumps(holder.key_id)),
            max_age=SESSION_AGE,
            path=_path(request),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return answer

    @router.post("/log-out", name="log_out", dependencies=[Depends(guard(authenticate))])
    def leave(request: Request) -> Response:
        answer = RedirectResponse(url_of(request, "log_in"), HTTPStatus.SEE_OTHER)
        answer.delete_cookie(COOKIE, path=_path(request), httponly=True, samesite="lax")
        return answer

    return router


def _form(request: Request, to: str, fault: str = "", status: int = HTTPStatus.OK) -> Response:
    context = {"to": _own(request, to), "fault": fault}
    return render(request, "log_in.html", status, context)


def _key_id(sessions: URLSafeTimedSerializer, cookie: str) -> str:
    """Return the key's id in a cookie; empty if the cookie is forged, old or not there."""
    try:
        return str(sessions.loads(cookie, max_age=SESSION_AGE))
    except BadSignature:
        return ""


def _log_in_url(request: Request) -> str:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{url_of(request, 'log_in')}?{urlencode({'to': asked})}"


def _own(request: Request, to: str) -> str:
    """Return where to go after the log-in: a page of the console, else the first one."""
    root = request.scope.get("root_path", "")
    plain = to.startswith(f"{root}/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if plain else url_of(request, "home")


def _path(request: Request) -> str:
    return request.scope.get("root_path", "") or "/"
