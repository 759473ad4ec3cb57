"""Shows what a demonstration came to: the load, the verdict, the champion, the best leads."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pandas as pd
from rich.console import Console
from rich.table import Table

from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.said import said_of
from lead_scoring.io.database import Database
from lead_scoring.local.credentials import USER
from lead_scoring.local.credentials import password
from lead_scoring.local.layout import Layout

TOP: Final = 10
HEADLINES: Final = {
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "brier": "Brier",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
    "lift_10": "lift in the top 10 %",
    "captured_20": "conversions in the top 20 %",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
    "interval_coverage": "interval coverage",
    "macro_f1": "macro F1",
    "macro_roc_auc": "macro ROC AUC",
}
"""Metrics shown, in words; the MLflow run has all of them."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a demonstration came to.

    Attributes:
        check: The newest drift check of the batch's load and instant.
        champion: The model that scored the batch.
        leads: The best leads of ``current_scores``, best first.
    """

    batch: Batch
    load: Load
    check: DriftCheck | None
    champion: ModelVersion
    leads: pd.DataFrame


def find_batch(
    database_url: str, home: Path, use_case: str, load_id: str, as_of: datetime
) -> Batch | None:
    """Return the batch of a load at an instant that the newest model made."""
    with Database.open(database_url, home) as database:
        batches = database.batches(use_case)
    own = [batch for batch in batches if (batch.load_id, batch.as_of) == (load_id, as_of)]
    return max(own, key=lambda batch: batch.model_version, default=None)


def read_results(database_url: str, home: Path, batch: Batch) -> Results:
    """Read everything that belongs to one batch."""
    with Database.open(database_url, home) as database:
        load = database.find_load(batch.load_id)
        champion = database.find_model(batch.use_case, batch.model_version)
        if load is None or champion is None:
            msg = f"{batch.batch_id}: its load or model is not in the database"
            raise LookupError(msg)
        checks = database.checks(batch.use_case)
        leads = database.leads(batch.use_case, TOP)
    asked = (batch.load_id, batch.as_of)
    check = next((one for one in checks if (one.load_id, one.as_of) == asked), None)
    return Results(batch, load, check, champion, leads)


def show_results(console: Console, results: Results, layout: Layout, *, has_mlflow: bool) -> None:
    """Print the results, the addresses and the log-in."""
    console.print(_facts(results))
    if results.batch.status is BatchStatus.HELD:
        console.print(
            f"The batch is held and not visible: {'; '.join(results.batch.hold_reasons)}\n"
            f"Let it through: lead-scoring release {results.batch.batch_id} --reason …"
        )
    console.print(_best_leads(results))
    console.print(f"Airflow  {layout.airflow_url}   {USER} / {password(layout)}")
    console.print(f"Console  {layout.airflow_url}/lead-scoring/   the leads, the same log-in")
    if has_mlflow:
        console.print(
            f"MLflow   {layout.mlflow_url}   no log-in; it listens on this machine alone"
        )
    console.print("make down stops both.")


def _facts(results: Results) -> Table:
    load, batch, champion, check = results.load, results.batch, results.champion, results.check
    metrics = "  ".join(
        f"{words} {champion.metrics[name]:.3f}"
        for name, words in HEADLINES.items()
        if name in champion.metrics
    )
    table = Table(
        title=f"{batch.use_case} as of {batch.as_of:%Y-%m-%d %H:%M} UTC", show_header=False
    )
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row(
        "rows",
        f"{load.rows_read:,} read = {load.rows_accepted:,} accepted + "
        f"{load.rows_quarantined:,} quarantined + {load.rows_duplicate:,} duplicate",
    )
    if check is not None:
        table.add_row("verdict", f"{check.verdict}: {check.summary}")
        table.add_row("action", f"{check.action}: {check.action_reason}")
    table.add_row("champion", f"version {champion.version}, {champion.family}")
    table.add_row("metrics", metrics)
    table.add_row(
        "batch",
        f"{batch.status}: {batch.rows_scored:,} open leads scored, "
        f"{batch.rows_skipped:,} others skipped",
    )
    return table


def _best_leads(results: Results) -> Table:
    table = Table(title=f"The {len(results.leads)} best leads")
    said = said_of(results.leads.columns)
    for name in ("lead", "created", *said.values(), "grade", "model version"):
        table.add_column(name, no_wrap=True)
    for lead in results.leads.to_dict("records"):
        table.add_row(
            lead["lead_id"],
            f"{lead['created_at']:%Y-%m-%d %H:%M}" if pd.notna(lead["created_at"]) else "",
            *(_shown(lead[name]) for name in said),
            lead["grade"],
            str(lead["model_version"]),
        )
    return table


def _shown(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
