"""The console as an app that is mounted somewhere: in Airflow, or in the REST service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Depends
from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from lead_scoring.service.console.access import Entrance
from lead_scoring.service.console.console import Console
from lead_scoring.service.console.faults import show_faults
from lead_scoring.service.console.guard import guard
from lead_scoring.service.console.headers import SafeHeaders
from lead_scoring.service.console.pages import ROUTERS
from lead_scoring.service.console.pages import TABS
from lead_scoring.tasks.scoring import Champions

STATIC_AGE: Final = 3600
"""Seconds a browser may keep style and script."""


def console_app(entrance: Entrance, champions: Champions | None = None) -> FastAPI:
    """Return the console.

    Every page asks ``entrance.authenticate``; style, script, icon and the log-in itself are open.

    Args:
        entrance: How people come in.
        champions: The models that score leads typed in, where somebody keeps them open already.
    """
    console = Console(entrance, TABS, champions)
    console.prepare()

    @asynccontextmanager
    async def closing(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        console.close()

    app = FastAPI(
        title="Lead scoring", docs_url=None, redoc_url=None, openapi_url=None, lifespan=closing
    )
    app.state.console = console
    app.add_middleware(SafeHeaders)
    app.mount("/static", _Static(packages=[(__package__, "static")]), name="static")
    if entrance.router is not None:
        app.include_router(entrance.router)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(guard(entrance.authenticate))])
    show_faults(app)
    return app


class _Static(StaticFiles):
    """Style and script, which a browser may keep for a while."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = f"max-age={STATIC_AGE}"
        return answer
