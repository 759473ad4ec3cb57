"""Errors as pages in words."""

import logging
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.responses import Response

from lead_scoring.errors import ConfigError
from lead_scoring.errors import GateError
from lead_scoring.errors import LeadScoringError
from lead_scoring.errors import NoChampionError
from lead_scoring.errors import TransientError
from lead_scoring.errors import UnknownIdError
from lead_scoring.service.console.guard import SAFE_METHODS
from lead_scoring.service.console.headers import HEADERS
from lead_scoring.service.console.visit import render

log = logging.getLogger(__name__)

_STATUS: Final = (
    (UnknownIdError, HTTPStatus.NOT_FOUND),
    (NoChampionError, HTTPStatus.CONFLICT),
    (GateError, HTTPStatus.CONFLICT),
    (TransientError, HTTPStatus.SERVICE_UNAVAILABLE),
    (ConfigError, HTTPStatus.INTERNAL_SERVER_ERROR),
)

_TITLES: Final = {
    HTTPStatus.UNAUTHORIZED: "Please log in",
    HTTPStatus.FORBIDDEN: "You may not do this",
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.CONFLICT: "This cannot be done now",
    HTTPStatus.SERVICE_UNAVAILABLE: "Busy: please try again in a moment",
}
_WORDS: Final = {
    HTTPStatus.NOT_FOUND: "The address is wrong, or what it led to is gone.",
    HTTPStatus.UNAUTHORIZED: "These pages are for people who are logged in.",
}


def show_faults(app: FastAPI) -> None:
    """Make an app answer every error by a page."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(LeadScoringError, _failed)
    app.add_exception_handler(Exception, _unexpected)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 as it is registered
    status = HTTPStatus(error.status_code)
    entrance = request.app.state.console.entrance
    if status is HTTPStatus.UNAUTHORIZED and entrance.sends and request.method in SAFE_METHODS:
        return RedirectResponse(entrance.log_in(request), HTTPStatus.SEE_OTHER)
    said = error.detail if error.detail and error.detail != status.phrase else ""
    return _page(request, status, _WORDS.get(status, said) or status.description)


async def _failed(request: Request, error: Exception) -> Response:
    kinds = (status for kind, status in _STATUS if isinstance(error, kind))
    status = next(kinds, HTTPStatus.UNPROCESSABLE_ENTITY)
    log.warning("%s %s: %s", request.method, request.url.path, error)
    return _page(request, status, str(error))


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    words = "Something went wrong that nobody foresaw. It is in the log of the service."
    answer = _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, words)
    answer.headers.update(HEADERS)  # this answer is made outside all middlewares
    return answer


def _page(request: Request, status: HTTPStatus, words: str) -> Response:
    context = {
        "status": status.value,
        "title": _TITLES.get(status, status.phrase),
        "words": words,
        "principal": getattr(request.state, "principal", None),
        "log_in": (
            request.app.state.console.entrance.log_in(request)
            if status is HTTPStatus.UNAUTHORIZED
            else ""
        ),
    }
    return render(request, "fault.html", status, context)
