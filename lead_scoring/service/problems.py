"""Errors as RFC 9457 says them: what is wrong, in words, and never a stack trace.

Source:
    M. Nottingham, E. Wilde, S. Dalal (2023), RFC 9457, Problem Details for HTTP APIs,
    https://www.rfc-editor.org/rfc/rfc9457
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from lead_scoring.errors import LeadScoringError
from lead_scoring.errors import NoChampionError
from lead_scoring.errors import TransientError
from lead_scoring.errors import UnknownIdError

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 5


class Problem(Exception):  # noqa: N818 the word of the RFC
    """What is wrong with a request.

    Attributes:
        status: The HTTP status.
        detail: What is wrong and what to do, in sentences.
        members: Further members of the answer.
        headers: Headers of the answer.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.members = members or {}
        self.headers = headers or {}


def to_response(problem: Problem) -> Response:
    """Return a problem as an answer."""
    content = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        **problem.members,
    }
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Response(
        text.encode(errors="backslashreplace"),
        problem.status.value,
        dict(problem.headers),
        MEDIA_TYPE,
    )


def show_problems(app: FastAPI) -> None:
    """Answer every error as a problem."""

    @app.exception_handler(Problem)
    async def own(_: Request, error: Problem) -> Response:
        return to_response(error)

    @app.exception_handler(LeadScoringError)
    async def on_purpose(request: Request, error: LeadScoringError) -> Response:
        return to_response(_of_error(request, error))

    @app.exception_handler(HTTPException)
    async def of_http(_: Request, error: HTTPException) -> Response:
        return to_response(_of_http(error))

    @app.exception_handler(RequestValidationError)
    async def of_parameters(_: Request, error: RequestValidationError) -> Response:
        return to_response(_of_parameters(error))

    @app.exception_handler(Exception)
    async def by_mistake(request: Request, error: Exception) -> Response:
        log.error("%s %s: %s", request.method, request.url.path, error, exc_info=error)
        detail = "the service failed; its log says why. Nothing was changed"
        return to_response(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


def _of_error(request: Request, error: LeadScoringError) -> Problem:
    match error:
        case UnknownIdError():
            return Problem(HTTPStatus.NOT_FOUND, str(error))
        case NoChampionError():
            return Problem(HTTPStatus.CONFLICT, str(error))
        case TransientError():
            retry = {"Retry-After": str(RETRY_SECONDS)}
            return Problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=retry)
        case _:
            log.error("%s %s: %s", request.method, request.url.path, error)
            detail = "the platform is not set up as it should be; the service's log says how"
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _of_http(error: HTTPException) -> Problem:
    status = HTTPStatus(error.status_code)
    said = {
        HTTPStatus.NOT_FOUND: "there is nothing at this address; /openapi.json says what there is",
        HTTPStatus.METHOD_NOT_ALLOWED: "this address takes another method; see the header Allow",
    }
    detail = said.get(status, str(error.detail))
    return Problem(status, detail, headers=error.headers)


def _of_parameters(error: RequestValidationError) -> Problem:
    findings = [
        {
            "field": ".".join(str(part) for part in one["loc"][1:]),
            "rule": str(one["type"]),
            "value": str(one.get("input"))[:200],
            "allowed": str(one["msg"]),
        }
        for one in error.errors()
    ]
    first = findings[0]
    detail = f"{first['field']}: {first['allowed']}"
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, {"findings": findings})
