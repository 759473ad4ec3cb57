"""Answers as JSON."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from lead_scoring.core.plain import plain


def answered(content: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return records as an answer; instants are ISO 8601 in UTC."""
    text = json.dumps(plain(content), ensure_ascii=False, allow_nan=False)
    return Response(
        text.encode(errors="backslashreplace"), status.value, media_type="application/json"
    )
