"""Routes that tell of the service: what it is for, whether it works, and what it counted."""

from http import HTTPStatus
from typing import Annotated
from typing import Any

from fastapi import APIRouter
from fastapi import Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.api_keys import ApiKey
from lead_scoring.core.api_keys import KeyScope
from lead_scoring.errors import LeadScoringError
from lead_scoring.service.answers import answered
from lead_scoring.service.api.access import Shared
from lead_scoring.service.api.access import needs
from lead_scoring.service.api.leads import known_use_case

open_router = APIRouter(tags=["service"])
"""The one route that asks for no key."""
router = APIRouter(tags=["service"])


@open_router.get("/health")
async def health() -> Response:
    """Say that the process runs; nothing else is looked at, and no key is needed."""
    return answered({"status": "ok"})


@router.get("/ready", dependencies=[needs(KeyScope.READ)])
def ready(service: Shared) -> Response:
    """Say whether leads can be scored: 503 where the database is down or no champion is open."""
    problems = service.champions.problems
    try:
        with service.database.reading("whether it answers"):
            database = "ok"
    except LeadScoringError as error:
        database = str(error)
    champions = {
        name: {
            "model_version": scorer.version.version if scorer else None,
            "problem": problems.get(name),
        }
        for name in service.champions.names
        for scorer in [service.champions.ready(name)]
    }
    can = database == "ok" and any(one["model_version"] for one in champions.values())
    content = {"ready": can, "database": database, "use_cases": champions}
    return answered(content, HTTPStatus.OK if can else HTTPStatus.SERVICE_UNAVAILABLE)


@router.get("/metrics", dependencies=[needs(KeyScope.READ)])
def metrics(service: Shared) -> Response:
    """Return what was counted, in Prometheus' text format."""
    return Response(service.metrics.text(service.champions), media_type=CONTENT_TYPE_LATEST)


@router.get("/openapi.json", dependencies=[needs(KeyScope.READ)], include_in_schema=False)
def description(request: Request) -> Response:
    """Return the description of the service as OpenAPI."""
    return answered(request.app.openapi())


@router.get("/v1/use_cases", tags=["models"])
def use_cases(service: Shared, key: Annotated[ApiKey, needs(KeyScope.READ)]) -> Response:
    """List the use cases that the key is for, each with the version that scores."""
    return answered(
        {
            "use_cases": [
                _use_case(service, name)
                for name in service.champions.names
                if key.may(KeyScope.READ, name)
            ]
        }
    )


@router.get("/v1/{use_case}/models", tags=["models"], dependencies=[needs(KeyScope.READ)])
def models(service: Shared, use_case: str) -> Response:
    """List the versions of a use case's model, newest first, with metrics and decisions."""
    known_use_case(service, use_case)
    scorer = service.champions.ready(use_case)
    champion = None if scorer is None else scorer.version.version
    decisions = service.database.decisions(use_case)
    return answered(
        {
            "use_case": use_case,
            "champion": champion,
            "fields": [] if scorer is None else scorer.fields,
            "models": [
                {
                    "version": one.version,
                    "model_digest": one.model_digest,
                    "family": one.family,
                    "as_of": one.as_of,
                    "is_champion": one.version == champion,
                    "metrics": one.metrics,
                    "decisions": [
                        {"kind": made.kind, "by": made.decided_by, "reasons": made.reasons}
                        for made in decisions
                        if made.subject == str(one.version)
                    ],
                }
                for one in reversed(service.database.models(use_case))
            ],
        }
    )


def _use_case(service: Shared, name: str) -> dict[str, Any]:
    scorer = service.champions.ready(name)
    said: dict[str, Any] = {"name": name, "model_version": None, "model_digest": None}
    if scorer is not None:
        version = scorer.version
        said |= {"model_version": version.version, "model_digest": version.model_digest}
    try:
        config = load_use_case(name)
    except LeadScoringError:
        return said | {"title": name, "problem": "its config is not valid"}
    return said | {
        "title": config.title,
        "task": config.task,
        "description": config.description,
        "problem": service.champions.problems.get(name),
    }
