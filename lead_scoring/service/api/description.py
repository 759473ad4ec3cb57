"""The OpenAPI description, with an example lead of every use case."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.examples import example_lead
from lead_scoring.errors import ConfigError

_LEAD = {"type": "object", "minProperties": 1, "additionalProperties": {}}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "row": {"type": "integer"},
                    "field": {"type": "string"},
                    "rule": {"type": "string"},
                    "value": {"type": "string"},
                    "allowed": {"type": "string"},
                },
            },
        },
    },
}
_REFUSALS = {
    "400": "The body is no JSON",
    "401": "There is no key, or it is not good",
    "403": "The key may not do this",
    "404": "There is no such use case or lead",
    "409": "There is no model to score with",
    "413": "The body is too long, or has too many leads",
    "422": "A lead breaks the contract, or a parameter is wrong",
    "429": "The key asks too often",
    "503": "The database or the registry does not answer; try again",
}


def describe(app: FastAPI, names: Iterable[str]) -> None:
    """Give an app a description with examples of its use cases.

    Args:
        app: The app; all routes are there.
        names: Use cases whose examples are shown.
    """
    known = tuple(names)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app, known)
        return app.openapi_schema

    # FastAPI's documented way to change the description.
    app.openapi = openapi  # type: ignore[method-assign]


def _described(app: FastAPI, names: tuple[str, ...]) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        description="Scores leads with the champion of each use case, and shows scored leads.",
        routes=app.routes,
    )
    examples = _examples(names)
    found["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    for path, methods in found["paths"].items():
        for operation in methods.values():
            for one in operation.get("parameters", ()):
                if one["name"] == "use_case":
                    one["schema"] = {"type": "string", "enum": list(names)}
            if path != "/health":
                operation["responses"] |= {
                    status: _refusal(words) for status, words in _REFUSALS.items()
                }
    paths = found["paths"]
    _with_body(
        paths["/v1/{use_case}/score"]["post"],
        {"anyOf": [_LEAD, {"type": "array", "minItems": 1, "items": _LEAD}]},
        examples,
    )
    _with_body(
        paths["/v1/{use_case}/invocations"]["post"],
        {
            "type": "object",
            "properties": {
                "dataframe_records": {"type": "array", "items": _LEAD},
                "dataframe_split": {
                    "type": "object",
                    "required": ["columns", "data"],
                    "properties": {
                        "columns": {"type": "array", "items": {"type": "string"}},
                        "data": {"type": "array", "items": {"type": "array", "items": {}}},
                    },
                },
            },
        },
        {name: {"value": {"dataframe_records": [one["value"]]}} for name, one in examples.items()},
    )
    return found


def _examples(names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    found = {}
    for name in names:
        try:
            config = load_use_case(name)
        except ConfigError:
            continue
        found[name] = {"summary": config.title, "value": example_lead(config)}
    return found


def _refusal(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}


def _with_body(operation: dict[str, Any], schema: object, examples: object) -> None:
    content = {"application/json": {"schema": schema, "examples": examples}}
    operation["requestBody"] = {"required": True, "content": content}
