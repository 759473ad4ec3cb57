"""Records made up for tests; every field has a value, and any can be given."""

from collections.abc import Iterable
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Any

import pyarrow as pa

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import ColumnDrift
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import Finding
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.records import Window

USE_CASE = "made_up"
INSTANT = pa.timestamp("us", tz="UTC")


def day(number: int) -> datetime:
    """Return midnight of a day of 2024, UTC; 1 is the first of January."""
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number - 1)


def make_load(**given: Any) -> Load:
    """Make a load of three rows: one accepted, one quarantined, one duplicate."""
    values: dict[str, Any] = {
        "load_id": "load_1",
        "use_case": USE_CASE,
        "purpose": Purpose.TRAIN_AND_SCORE,
        "source": "leads.csv",
        "source_digest": "a" * 64,
        "contract_digest": "b" * 64,
        "window": Window(day(1), None),
        "as_of": day(10),
        "rows_read": 3,
        "rows_accepted": 1,
        "rows_quarantined": 1,
        "rows_duplicate": 1,
        "snapshot": "file:///snapshots/load_1",
        "content_digest": "c" * 64,
        "findings": (Finding("range", "visits", "quarantine", 1, ("row 2: '-1'",)),),
    }
    return Load(**values | given)


def make_quarantined(row_number: int = 2, **given: Any) -> QuarantinedRow:
    """Make a quarantined row."""
    values: dict[str, Any] = {
        "row_number": row_number,
        "line": row_number + 1,
        "column": "visits",
        "rule": "range",
        "value": "-1",
        "findings": ("range:visits",),
        "raw_row": '{"visits": "-1"}',
    }
    return QuarantinedRow(**values | given)


def make_version(**given: Any) -> ModelVersion:
    """Make a registered version 1."""
    values: dict[str, Any] = {
        "use_case": USE_CASE,
        "version": 1,
        "model_digest": "d" * 64,
        "family": "logistic_regression",
        "uri": "models:/made_up/1",
        "run_id": "run",
        "training_id": "train_1",
        "as_of": day(10),
        "fitted_until": day(5),
        "tested_from": day(6),
        "tested_until": day(8),
        "artifacts": {"model.json": "e" * 64},
        "metrics": {"roc_auc": 0.75},
    }
    return ModelVersion(**values | given)


def make_decision(**given: Any) -> Decision:
    """Make the decision to release a batch."""
    values: dict[str, Any] = {
        "decision_id": "decision_1",
        "use_case": USE_CASE,
        "kind": DecisionKind.RELEASE,
        "subject": "batch_1",
        "champion": 1,
        "reasons": ("the source renamed its levels",),
        "decided_by": "ada",
        "as_of": day(11),
    }
    return Decision(**values | given)


def make_column(**given: Any) -> ColumnDrift:
    """Make a column of numbers that did not drift."""
    values: dict[str, Any] = {
        "column": "visits",
        "rows": 900,
        "statistic": "KS",
        "value": 1 / 30,
        "p_value": 0.1 + 0.2,
        "q_value": 0.7,
        "psi": 1e-300,
        "mean_shift": -0.01,
        "missing_reference": 0.0,
        "missing_current": 1 / 3,
        "drifted": False,
    }
    return ColumnDrift(**values | given)


def make_check(**given: Any) -> DriftCheck:
    """Make a check that found nothing."""
    values: dict[str, Any] = {
        "check_id": "check_1",
        "use_case": USE_CASE,
        "load_id": "load_1",
        "model_version": 1,
        "as_of": day(10),
        "verdict": Verdict.STABLE,
        "summary": "no column drifted",
        "action": Action.NONE,
        "action_reason": "nothing changed that matters",
        "rows_reference": 1000,
        "rows_current": 900,
    }
    return DriftCheck(**values | given)


def make_batch(**given: Any) -> Batch:
    """Make a published batch of two leads out of three rows."""
    values: dict[str, Any] = {
        "batch_id": "batch_1",
        "use_case": USE_CASE,
        "load_id": "load_1",
        "as_of": day(10),
        "model_version": 1,
        "model_digest": "d" * 64,
        "rows_in": 3,
        "rows_scored": 2,
        "rows_skipped": 1,
        "status": BatchStatus.PUBLISHED,
        "hold_reasons": (),
        "scores": "file:///batches/batch_1/scores.parquet",
        "scores_digest": "f" * 64,
    }
    return Batch(**values | given)


def make_scores(probabilities: dict[str, float]) -> pa.RecordBatch:
    """Make the scores of leads, created on the ninth day, with margin equal to probability."""
    values = list(probabilities.values())
    return pa.RecordBatch.from_pydict(
        {
            "lead_id": pa.array(probabilities, pa.string()),
            "created_at": pa.array([day(9)] * len(values), INSTANT),
            "probability": pa.array(values, pa.float64()),
            "score": pa.array([value * 100 for value in values], pa.float64()),
            "margin": pa.array(values, pa.float64()),
            "grade": pa.array(["A" if value >= 0.5 else "D" for value in values], pa.string()),
        }
    )


def make_outcomes(known: Iterable[tuple[str, float, datetime]]) -> pa.RecordBatch:
    """Make outcomes from lead, outcome and the instant it became known."""
    leads, outcomes, instants = zip(*known, strict=True)
    return pa.RecordBatch.from_pydict(
        {
            "lead_id": pa.array(leads, pa.string()),
            "outcome": pa.array(outcomes, pa.float64()),
            "known_at": pa.array(instants, INSTANT),
        }
    )


def make_use_case(**given: Any) -> UseCase:
    """Make a use case with the columns ``visits`` (number) and ``medium`` (text)."""
    values: dict[str, Any] = {
        "use_case": USE_CASE,
        "title": "Made up",
        "description": "Leads made up for tests.",
        "source": {"kind": "csv", "location": "leads.csv"},
        "lead": {"id_column": "lead_id", "created_column": "created"},
        "outcome": {"column": "won", "maturity": "3d"},
        "contract": {
            "columns": {
                "lead_id": {"type": "string"},
                "created": {"type": "timestamp"},
                "won": {"type": "integer"},
                "visits": {"type": "number"},
                "medium": {"type": "string"},
            }
        },
        "features": {"numeric": ["visits"], "categorical": ["medium"]},
        "inference": {"chunk_rows": 7, "hold": {"min_rows": 10}},
    }
    return UseCase.model_validate(values | given)


def make_snapshot(rows: int = 40, first: int = 0, **given: Any) -> pa.Table:
    """Make a snapshot of leads, one per day from the first of January.

    The first half has an outcome, known three days later. ``visits`` goes from 0 to 6 and round
    again, ``medium`` is ``web`` or ``mail`` by turns.
    """
    numbers = range(first, first + rows)
    outcomes = [float(n % 2) if n - first < rows // 2 else None for n in numbers]
    [float(n % 2) if n - first < rows // 2 else None for n in numbers]
    columns: dict[str, Any] = {
        "row_number": pa.array(range(1, rows + 1), pa.int64()),
        "lead_id": pa.array([f"lead_{number:04d}" for number in numbers], pa.string()),
        "created_at": pa.array([day(number + 1) for number in numbers], INSTANT),
        "outcome": pa.array(outcomes, pa.float64()),
        "known_at": pa.array([day(number + 4) for number in numbers], INSTANT),
        "visits": pa.array([float(number % 7) for number in numbers], pa.float64()),
        "medium": pa.array(["web" if n % 2 else "mail" for n in numbers], pa.string()),
    }
    return pa.table(columns | given)
