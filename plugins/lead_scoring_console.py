"""The console inside Airflow: its pages, mounted, and an entry in the navigation.

A mounted app is open to everybody unless it asks who comes; this one asks Airflow, for every page.
Each process of Airflow imports this file, but only the API server needs the pages: they are made
when the first request comes, and everything heavy is imported then.
"""

import sys
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Any
from typing import Final
from urllib.parse import urlencode
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp
    from starlette.types import Receive
    from starlette.types import Scope
    from starlette.types import Send

    from lead_scoring.service.console.access import Entrance

PREFIX: Final = "/lead-scoring"
ROOT: Final = urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/")
"""Path below which Airflow itself is served."""


class Console:
    """An ASGI app that becomes the console at its first request."""

    @cached_property
    def app(self) -> "ASGIApp":
        """The console, whose people are Airflow's."""
        from lead_scoring.service.console.app import console_app

        return console_app(_entrance())

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on."""
        await self.app(scope, receive, send)


def _entrance() -> "Entrance":
    from lead_scoring.service.console.access import Entrance

    return Entrance(
        authenticate=_authenticate(),
        secret=conf.get("api", "secret_key"),
        log_in=_log_in,
    )


def _authenticate() -> Any:
    """Return the dependency that asks Airflow who comes, and what they may do.

    Whoever may read the DAG of a use case that scores may read its pages and try what a lead would
    score; whoever may trigger that DAG may decide.
    """
    from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
    from airflow.api_fastapi.core_api.security import GetUserDep
    from airflow.api_fastapi.core_api.security import requires_access_view
    from fastapi import Request

    from lead_scoring.service.console.access import Permission
    from lead_scoring.service.console.access import Principal

    may_see_plugins = requires_access_view(AccessView.PLUGINS)

    def authenticate(request: Request, user: GetUserDep) -> Principal:
        may_see_plugins(request, user)

        def may(permission: Permission, use_case: str) -> bool:
            return _may(user, use_case, decide=permission is Permission.DECIDE)

        return Principal(user.get_name(), may)

    return authenticate


def _may(user: Any, use_case: str, *, decide: bool) -> bool:
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
    from airflow.models.dag import DagModel

    from lead_scoring_dags import dag_id_of

    dag_id = dag_id_of(use_case, "inference")
    manager = get_auth_manager()
    return bool(
        manager.is_authorized_dag(
            method="POST" if decide else "GET",
            access_entity=DagAccessEntity.RUN if decide else None,
            details=DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id)),
            user=user,
        )
    )


def _log_in(request: "Request") -> str:
    query = urlencode({"next": str(request.url)})
    return f"{ROOT}/api/v2/auth/login?{query}"


CONSOLE: Final = Console()
if sys.argv[1:2] == ["api-server"]:
    CONSOLE.app  # noqa: B018 made before the first page is asked for


class LeadScoringConsole(AirflowPlugin):
    """Mounts the console and leads to it."""

    name = "lead_scoring_console"
    fastapi_apps = [  # noqa: RUF012 as Airflow declares it
        {"app": CONSOLE, "url_prefix": PREFIX, "name": "Lead scoring"}
    ]
    external_views = [  # noqa: RUF012 as Airflow declares it
        {
            "name": "Leads",
            "href": f"{ROOT}{PREFIX}/",
            "destination": "nav",
            "url_route": "lead-scoring",
            "icon": f"{ROOT}{PREFIX}/static/icon.svg",
            "nav_top_level": True,
        }
    ]
