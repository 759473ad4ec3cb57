"""Leads of a published batch, scored once more as JSON, one path beside the other."""

import sqlite3
from datetime import datetime
from typing import Any

import pytest
from commands import Command

from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.plain import instant
from lead_scoring.tasks.scoring import open_scorer
from lead_scoring.tasks.wiring import opened

MOST = 300


def as_json(value: object) -> object:
    """Return a value of a snapshot as JSON says it."""
    return instant(value) if isinstance(value, datetime) else value


def leads_of(use_case: str, batch_id: str) -> dict[str, dict[str, Any]]:
    """Return the leads of a batch's snapshot by id, with the contract's fields that have a value.

    The home must be entered.
    """
    with opened(use_case) as work:
        load = work.database.find_load(work.database.find_batch(batch_id).load_id)
        lead, outcome = work.use_case.lead, work.use_case.outcome.column
        own = {lead.id_column: "lead_id", lead.created_column: "created_at"}
        found = {}
        for rows in work.snapshots.batches(load):
            assert rows.schema.field("created_at").type == INSTANT
            for row in rows.to_pylist():
                values = {
                    name: as_json(row[name if name in row else own[name]])
                    for name in work.use_case.contract.columns
                    if name != outcome
                }
                found[row["lead_id"]] = {k: v for k, v in values.items() if v is not None}
    return found


def published(command: Command, use_case: str) -> list[dict[str, Any]]:
    """Return current scores of one batch of a use case, with their columns."""
    file = command.home / "database" / "lead_scoring.db"
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        query = "SELECT * FROM current_scores WHERE use_case = ? ORDER BY lead_id LIMIT ?"
        found = [dict(row) for row in connection.execute(query, (use_case, MOST))]
    return [row for row in found if row["batch_id"] == found[0]["batch_id"]]


def assert_live_equals_batch(command: Command, use_case: str) -> int:
    """Score the leads of the newest batch as JSON; each score is the batch's. Return how many."""
    batch = published(command, use_case)
    with command.entered():
        leads = leads_of(use_case, batch[0]["batch_id"])
        scorer = open_scorer(use_case)
        rows = scorer.score([leads[row["lead_id"]] for row in batch])
        alone = scorer.score([leads[batch[0]["lead_id"]]])
    assert [row.findings for row in rows] == [()] * len(batch)
    for live, stored in zip([*rows, *alone], [*batch, batch[0]], strict=True):
        assert live.score["lead_id"] == stored["lead_id"]
        assert live.score["grade"] == stored["grade"]
        for name in ("probability", "prediction", "interval_low", "interval_high", "score"):
            if name in live.score:
                assert live.score[name] == pytest.approx(stored[name], abs=1e-9)
        assert live.score["margin"] == pytest.approx(stored["margin"], abs=1e-9)
        assert live.score.get("predicted_class") == stored["predicted_class"]
        assert scorer.version.version == stored["model_version"]
    return len(batch)
