"""What every request passes before a page sees it: log-in, size, origin, token."""

from collections.abc import Callable
from collections.abc import Coroutine
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from typing import Any
from typing import Final

from fastapi import Depends
from fastapi import HTTPException
from starlette.requests import Request

from lead_scoring.service.console.access import Principal
from lead_scoring.service.console.console import Console
from lead_scoring.service.console.tokens import is_from_here

SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
MAX_FORM_BYTES: Final = 256 * 1024
"""Longest body of a form, bytes."""
MAX_FIELDS: Final = 1000


def guard(
    authenticate: Callable[..., Any],
) -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the dependency that stands before every page.

    It leaves the principal and the form on ``request.state``, where the visits find them.
    """

    async def arrive(
        request: Request, principal: Annotated[Principal, Depends(authenticate)]
    ) -> None:
        request.state.principal = principal
        request.state.form = {}
        if request.method not in SAFE_METHODS:
            request.state.form = await checked_form(request, principal.name)

    return arrive


async def checked_form(request: Request, name: str) -> Mapping[str, str]:
    """Return the fields of a form of our own, the last value of each.

    Args:
        request: A request of an unsafe method.
        name: Name of the person the form was made for; empty before the log-in.

    Raises:
        HTTPException: It is too large, from elsewhere, too old or not ours. Nothing was done.
    """
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_FORM_BYTES:
        detail = f"A form is at most {MAX_FORM_BYTES:,} bytes and says how long it is."
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    if not is_from_here(request.headers):
        detail = "The form was sent from another site; nothing was done."
        raise HTTPException(HTTPStatus.FORBIDDEN, detail)
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    console: Console = request.app.state.console
    if not console.tokens.is_from_form(name, fields.pop("token", "")):
        detail = (
            "The form is too old or was made for somebody else; nothing was done. "
            "Open the page again and send it once more."
        )
        raise HTTPException(HTTPStatus.FORBIDDEN, detail)
    return fields
