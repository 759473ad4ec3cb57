"""The service as one app: REST, and the console's pages below ``/console``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from time import perf_counter
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp
from starlette.types import Message
from starlette.types import Receive
from starlette.types import Scope
from starlette.types import Send

from lead_scoring.service.api import about
from lead_scoring.service.api import leads
from lead_scoring.service.api import scoring
from lead_scoring.service.api.description import describe
from lead_scoring.service.console.app import console_app
from lead_scoring.service.console.key_entrance import key_entrance
from lead_scoring.service.metrics import Metrics
from lead_scoring.service.problems import show_problems
from lead_scoring.service.service import Service
from lead_scoring.service.settings import Settings

CONSOLE: Final = "/console"


def service_app(settings: Settings, secret: str) -> FastAPI:
    """Return the service; champions are opened, and watched, while it runs.

    Args:
        settings: How it is set up.
        secret: Signs cookies and forms of the console.

    Raises:
        ConfigError: The rate is none.
    """
    service = Service(settings)
    console = console_app(key_entrance(service.keys, secret), service.champions)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(service.champions.refresh)
        with service.champions.watching(settings.interval):
            yield
        console.state.console.close()
        service.close()

    app = FastAPI(
        title="Lead scoring",
        version=version("lead-scoring"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=running,
    )
    app.state.service = service
    for router in (about.open_router, about.router, scoring.router, leads.router):
        app.include_router(router)
    app.mount(CONSOLE, console)
    app.add_middleware(Counted, metrics=service.metrics)
    show_problems(app)
    describe(app, service.champions.names)
    return app


class Counted:
    """Counts answers and the time they take, by route and not by address."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = scope.get("route")
            path = route.path if isinstance(route, APIRoute) else "other"
            self._metrics.answered(scope["method"], path, status, perf_counter() - started)
