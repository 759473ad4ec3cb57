"""Bodies of requests: read within a limit, as strict JSON, into leads."""

import json
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from typing import NoReturn

from fastapi import Request

from lead_scoring.core.submission import Row
from lead_scoring.service.problems import Problem
from lead_scoring.service.settings import ServiceLimits


async def read_json(request: Request, limits: ServiceLimits) -> Any:
    """Return the body of a request as JSON says it.

    Raises:
        Problem: It is longer than allowed, or no JSON.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limits.most_bytes:
            detail = f"the body has more than {limits.most_bytes:,} bytes; send fewer leads"
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    try:
        return json.loads(
            body, parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeated
        )
    except RecursionError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "the body is nested too deeply") from error
    except ValueError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {error}") from error


def leads_of(content: object, limits: ServiceLimits) -> Sequence[Row]:
    """Return the leads of a body: one object, or a list of them.

    Raises:
        Problem: It is something else, no lead at all, or more than allowed.
    """
    rows = [content] if isinstance(content, dict) else content
    if not isinstance(rows, list):
        refuse_shape("the body is one lead, an object of field and value, or a list of leads")
    if not rows:
        refuse_shape("there is no lead in the list")
    if len(rows) > limits.most_rows:
        detail = f"{len(rows):,} leads at a time are too many; send {limits.most_rows:,} at most"
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            refuse_shape(f"lead {number} is no object of field and value")
    return rows


def refuse_shape(detail: str) -> NoReturn:
    """Refuse a body that is laid out wrongly.

    Raises:
        Problem: Always.
    """
    raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is none; leave a missing value out, or say null"
    raise ValueError(msg)


def _refuse_repeated(pairs: Iterable[tuple[str, object]]) -> Mapping[str, object]:
    listed = list(pairs)
    found = dict(listed)
    if len(found) < len(listed):
        names = [name for name, _ in listed]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"{twice[:100]!r} stands twice in one object"
        raise ValueError(msg)
    return found
