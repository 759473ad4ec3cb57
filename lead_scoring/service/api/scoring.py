"""Routes that score leads: our own, and the one MLflow's clients know."""

import json
from collections.abc import Mapping
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from typing import Final

from fastapi import APIRouter
from fastapi import Request
from starlette.responses import Response

from lead_scoring.core.api_keys import KeyScope
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import REASONS
from lead_scoring.core.scorer import ScoredRow
from lead_scoring.core.submission import Row
from lead_scoring.core.submission import RowFinding
from lead_scoring.service.api.access import Shared
from lead_scoring.service.api.access import needs
from lead_scoring.service.api.bodies import leads_of
from lead_scoring.service.api.bodies import read_json
from lead_scoring.service.api.bodies import refuse_shape
from lead_scoring.service.batching import Answer
from lead_scoring.service.problems import Problem

MOST_FINDINGS: Final = 100
"""Findings that an answer names, at most."""
VERSION: Final = "X-Model-Version"
DIGEST: Final = "X-Model-Digest"

router = APIRouter(prefix="/v1/{use_case}", tags=["score"])


@router.post("/score", dependencies=[needs(KeyScope.SCORE)])
async def score(request: Request, service: Shared, use_case: str) -> Response:
    """Score one lead, an object of field and value, or a list of leads.

    A field that is left out is missing, as an empty cell of a file is; no id is needed. Every lead
    is held against the contract of the use case: where one breaks it, nothing is scored and the
    answer 422 names row, field, value, rule and what is allowed.
    """
    content = await read_json(request, service.settings.limits)
    answer = await _scored(service, use_case, leads_of(content, service.settings.limits))
    return _answered(
        answer,
        {
            "use_case": use_case,
            "model_version": answer.scorer.version.version,
            "model_digest": answer.scorer.version.model_digest,
            "scores": [_as_dict(row) for row in answer.rows],
        },
    )


@router.post("/invocations", dependencies=[needs(KeyScope.SCORE)])
async def invocations(request: Request, service: Shared, use_case: str) -> Response:
    """Score leads as MLflow's scoring server does: ``dataframe_split`` or ``dataframe_records``.

    The address to give to a client of MLflow is that of the use case, ``/v1/{use_case}``.
    Predictions have the columns of the registered model; ids and reasons stand in those of
    ``/score``.
    """
    content = await read_json(request, service.settings.limits)
    rows = leads_of(_records(content), service.settings.limits)
    answer = await _scored(service, use_case, rows)
    left_out = {LEAD_ID, MARGIN, REASONS}
    predictions = [
        {name: value for name, value in (row.score or {}).items() if name not in left_out}
        for row in answer.rows
    ]
    return _answered(answer, {"predictions": predictions})


async def _scored(service: Shared, use_case: str, rows: Sequence[Row]) -> Answer:
    """Score leads, all of them or none.

    Raises:
        Problem: A lead breaks the contract.
    """
    answer = await service.batcher(use_case).score(rows)
    findings = [finding for row in answer.rows for finding in row.findings]
    if findings:
        raise _refusal(answer, findings)
    return answer


def _refusal(answer: Answer, findings: Sequence[RowFinding]) -> Problem:
    refused = sum(bool(row.findings) for row in answer.rows)
    first = findings[0]
    where = f"row {first.row}" + (f", {first.field}" if first.field else "")
    got = f", got {first.value!r}" if first.value else ""
    detail = (
        f"{refused:,} of {len(answer.rows):,} leads break the contract, so none was scored; first"
        f" {where}: {first.rule}{got}; allowed: {first.allowed}"
    )
    members = {
        "findings": [_finding(one) for one in findings[:MOST_FINDINGS]],
        "findings_in_all": len(findings),
        "error_code": "BAD_REQUEST",
        "message": detail,
    }
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, members)


def _as_dict(row: ScoredRow) -> dict[str, object]:
    scored: dict[str, object] = {"row": row.row, **(row.score or {})}
    if row.warnings:
        scored["warnings"] = [_finding(one) for one in row.warnings]
    return scored


def _finding(finding: RowFinding) -> dict[str, object]:
    return {
        "row": finding.row,
        "field": finding.field,
        "rule": finding.rule,
        "value": finding.value,
        "allowed": finding.allowed,
    }


def _answered(answer: Answer, content: Mapping[str, object]) -> Response:
    version = answer.scorer.version
    return Response(
        json.dumps(content, ensure_ascii=False, allow_nan=False),
        headers={VERSION: str(version.version), DIGEST: version.model_digest},
        media_type="application/json",
    )


def _records(content: Any) -> list[Row]:
    """Return the rows of a body in one of MLflow's two layouts.

    Raises:
        Problem: It is in neither.
    """
    given = content if isinstance(content, dict) else {}
    records, split = given.get("dataframe_records"), given.get("dataframe_split")
    if isinstance(split, dict):
        return _of_split(split)
    if not isinstance(records, list):
        refuse_shape(
            'the body is {"dataframe_split": {"columns": […], "data": [[…], …]}} or'
            ' {"dataframe_records": [{…}, …]}'
        )
    return records


def _of_split(split: Mapping[str, object]) -> list[Row]:
    columns, data = split.get("columns"), split.get("data")
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        refuse_shape("dataframe_split.columns is a list of names")
    if len(set(columns)) < len(columns):
        refuse_shape("dataframe_split.columns names a column twice")
    if not isinstance(data, list):
        refuse_shape("dataframe_split.data is a list of rows, each a list of values")
    for number, values in enumerate(data, start=1):
        if not isinstance(values, list) or len(values) != len(columns):
            refuse_shape(f"dataframe_split.data: row {number} is no list of {len(columns)} values")
    return [dict(zip(columns, values, strict=True)) for values in data]
