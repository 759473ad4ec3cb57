"""Pages that were made by a pipeline and kept: shown in a frame that can do nothing."""

import hashlib
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.responses import Response

_QUIET: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)
_BOXED: Final = "frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
_WITHOUT_SCRIPTS: Final = f"sandbox; {_QUIET}; {_BOXED}"
_WITH_SCRIPTS: Final = (
    f"sandbox allow-scripts; {_QUIET}; script-src 'unsafe-inline' 'unsafe-eval' blob:; "
    f"worker-src blob:; {_BOXED}"
)
"""Its scripts run in an origin of their own: no cookie, no request, no way out of the frame."""


def kept_page(request: Request, content: bytes, *, scripts: bool = False) -> Response:
    """Return a kept page under a policy of its own; unchanged, it is not sent again.

    Args:
        request: The request.
        content: The page, HTML in UTF-8.
        scripts: Whether it needs its own scripts to show anything.
    """
    headers = {
        "Content-Security-Policy": _WITH_SCRIPTS if scripts else _WITHOUT_SCRIPTS,
        "Cache-Control": "private, no-cache",
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return HTMLResponse(content, headers=headers)
