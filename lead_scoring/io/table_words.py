"""What every table and column means: comments of the database and words of ``docs/SQL.md``.

Views say it themselves, at the top of their file under ``database/views``.
"""

from typing import Final

import sqlalchemy as sa

TABLES: Final = {
    "loads": "One row per load: one run of the data pipeline over a window of the source",
    "quarantine": "One row per refused row of a load, and why it was refused",
    "drift_checks": "One row per drift check of a load: the verdict and what it led to",
    "drift_columns": "One row per column that a drift check compared",
    "models": "One row per registered model version, with the digests that guard it",
    "decisions": "One row per decision on a model, batch or check; rows are only ever added",
    "batches": "One row per batch: the open leads of one load, scored at one instant by one model",
    "scores": "One row per lead in a batch, published or not",
    "outcomes": "One row per lead whose outcome is known",
    "exports": "One row per file that was written for other systems after a batch",
    "exported_leads": "One row per lead that was exported: the score it went out with last",
    "current_scores": "One row per open lead: its newest published score; the list to work with",
}
"""What one row of each table is."""

COLUMNS: Final = {
    "about": "Decision this one answers; empty if it answers none",
    "action": "What the check led to: none, train, wait, ask or stop",
    "action_reason": "Why, in words",
    "artifacts": "JSON object of each stored file and its SHA-256",
    "as_of": "Instant it was computed for, UTC; what happened later did not exist for it",
    "batch_id": "Batch the score was computed in",
    "champion": "Version that was champion before the decision; empty if there was none",
    "check_id": "Drift check",
    "class_probabilities": "JSON object of class and probability, where there are several classes",
    "column_name": "Column of the source; empty where the whole row is at fault",
    "content_digest": "SHA-256 of what the snapshot holds",
    "contract_digest": "SHA-256 of the contract the rows were held against",
    "created_at": "Event time of the lead, UTC; empty where leads have none",
    "decided_by": "Name of a person, gate, or timeout where nobody answered",
    "decision_id": "Decision; the same again if the same is decided again",
    "digest": "SHA-256 of the file",
    "drifted": "Whether the change is certain and large enough to matter",
    "evidence": "JSON object of what the decision rests on",
    "family": "Kind of model, such as logistic_regression",
    "export_id": "Batch after which it went out",
    "faults": "JSON list of what is broken, a sentence each",
    "file": "Where the file lies",
    "findings": "JSON list of every broken rule",
    "finished_at": "When the work ended, UTC",
    "fitted_until": "Event time of the newest lead it was fitted on, UTC",
    "grade": "A, B, C or D; A leads are called first",
    "grading": "JSON object of what the batch was graded by: rule, and where each grade ends",
    "hold_reasons": "JSON list of why the batch is held; empty if it is not",
    "interval_high": "Upper end of the interval of a predicted number",
    "interval_low": "Lower end of the interval of a predicted number",
    "kind": "promotion, hold, approval, refusal, rollback, release or override",
    "known_at": "Instant the outcome became known, UTC",
    "lead_id": "The lead, as the source calls it",
    "least_change": "Points of score by which a lead must differ to improve or decline",
    "line": "Line of the file the row began on; empty where the source has no lines",
    "load_id": "Load it comes from",
    "margin": "Orders leads of one grade and score; log-odds where a probability is predicted",
    "mean_shift": "Shift of the mean in standard deviations of the reference; empty for levels",
    "metrics": "JSON object of the metrics on the test window",
    "missing_current": "Share of missing values in the new rows, 0 to 1",
    "missing_reference": "Share of missing values in the champion's reference, 0 to 1",
    "model_digest": "Hash of the fitted model: the same rows and seed give the same",
    "model_version": "Version in the registry of the model lead_scoring__<use case>",
    "outcome": "What happened: 1 converted, 0 not; a number; or the position of a class, from 0",
    "outcome_class": "Name of the class that happened; of several classes only",
    "p_value": "Chance of such a difference where nothing changed, 0 to 1",
    "performance": "JSON list of how well the champion does on the new rows",
    "predicted_class": "Most probable class; of several classes only",
    "prediction": "Predicted number; where a number is predicted",
    "previous_as_of": "Instant the score before this one was computed for, UTC; empty if new",
    "previous_grade": "Grade before this one; empty if new",
    "previous_score": "Score before this one, of an earlier as_of; empty if new",
    "probability": "Calibrated probability to convert, 0 to 1; of several classes the predicted's",
    "psi": "Population stability index of the column; 0 is unchanged",
    "purpose": "train_and_score, or score_only for a file that was scored by hand",
    "q_value": "The p-value after correction for all tests of the check, 0 to 1",
    "raw_row": "The row as it came, a JSON object of column and text",
    "reasons": "JSON list of the strongest contributions to the score, strongest first",
    "recorded_at": "When it was written down, UTC",
    "replayed_in": "Load that took the row after all; empty if none did",
    "report": "Address of the report for people; empty if there is none",
    "row_number": "Position in the source, 1 for the first row",
    "rows": "Values compared on either side, at most",
    "rows_accepted": "Rows that kept the contract",
    "rows_current": "New rows that were compared",
    "rows_duplicate": "Rows left out because they repeat another",
    "rows_in": "Rows of the load: rows_scored + rows_skipped",
    "rows_quarantined": "Rows refused, kept in quarantine",
    "rows_read": "Rows of the source: accepted + quarantined + duplicate",
    "rows_reference": "Rows of the champion's reference; 0 without a champion",
    "rows_scored": "Leads that were open and got a score",
    "rows_skipped": "Rows that were not open: not yet created, or outcome known",
    "rule": "Rule that was broken, such as range",
    "run_id": "Run that wrote it, as its scheduler calls it",
    "score": "The same as the probability or prediction on 0 to 100, for people",
    "scores": "Address of the computed scores",
    "scores_digest": "SHA-256 of that file",
    "snapshot": "Address of the accepted rows",
    "source": "Where the rows were read from",
    "source_digest": "SHA-256 of what was read",
    "started_at": "When the work began, UTC",
    "statistic": "Name of the test with the least p-value",
    "status": "published, held (waits for a release), superseded (taken back), computed or empty",
    "subject": "Version of a model, or id of the batch, check or load it is about",
    "summary": "The verdict in sentences",
    "superseded_by": "Rollback that took the batch back; empty if none did",
    "tested_from": "Event time of the oldest lead it was tested on, UTC",
    "tested_until": "Event time of the newest lead it was tested on, UTC",
    "training_id": "Training the version comes from",
    "trend": "new, improving, steady or declining; of several classes by grade, else by score",
    "uri": "Address of the model in the registry",
    "use_case": "Name of the use case, as its file under configs is called",
    "value": "Value that was found",
    "verdict": "stable, virtual_drift, harmful_drift, data_fault, no_champion, not_enough_data",
    "version": "Version in the registry",
    "window_from": "First event time that was read, UTC; empty for no limit",
    "window_to": "End of the event times that were read, not included, UTC; empty for no limit",
    "exports.batch_id": "Published batch after which the file was written",
    "exports.rows": "Leads in the file",
    "exported_leads.batch_id": "Batch of the score it went out with",
    "decisions.reasons": "JSON list of every reason, in words",
    "drift_columns.column_name": "The column; probability or prediction is what was promised",
    "drift_columns.value": "Value of that test's statistic",
    "drift_checks.model_version": "Champion it was compared with; empty if there was none",
    "loads.as_of": "Earliest instant the load is known at, UTC",
    "loads.load_id": "The load; the same again if the same is loaded again",
    "batches.batch_id": "The batch; the same again if the same is scored again",
}
"""What a column means: by its name, or by ``table.column`` where that table means another."""


def words_of(table: str, column: str) -> str | None:
    """Return what a column means; ``None`` where nobody wrote it down."""
    return COLUMNS.get(f"{table}.{column}", COLUMNS.get(column))


def describe(metadata: sa.MetaData) -> None:
    """Set the comments of all tables and columns."""
    for table in metadata.tables.values():
        table.comment = TABLES.get(table.name)
        for column in table.columns:
            column.comment = words_of(table.name, column.name)
