"""Answers in words and tables, for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from lead_scoring.cli.output import facts
from lead_scoring.cli.output import grid
from lead_scoring.config.contract import Rule
from lead_scoring.core.records import SOURCE_WARNING
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import Finding
from lead_scoring.core.records import Load
from lead_scoring.core.said import in_words
from lead_scoring.core.said import said_of

_METRICS = {
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "rmse": "RMSE",
    "mse": "MSE",
    "mae": "MAE",
    "r2": "R² against the mean",
    "interval_coverage": "share of outcomes within their interval",
    "macro_f1": "macro F1",
    "macro_roc_auc": "macro ROC AUC",
    "brier": "Brier",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
    "lift_10": "lift in the top 10 %",
    "captured_10": "share of conversions in the top 10 %",
    "captured_20": "share of conversions in the top 20 %",
}
_OF_CLASSES = {"accuracy": "accuracy", **_METRICS}
"""Of two classes, accuracy says more about the base rate than about the model."""

Answer = Mapping[str, Any]


def render_run(console: Console, summary: Answer) -> None:
    """Say what a whole run did, and who its ten best leads are."""
    console.print(facts([("use case", summary["use_case"]), ("as of", summary["as_of"])]))
    render_load(console, summary)
    render_check(console, summary["drift"])
    if summary["training"] is not None:
        render_training(console, summary["training"])
    if summary["unscored"] is not None:
        render_unscored(console, summary["unscored"])
    elif summary["batch"] is None:
        render_faulty(console, summary["use_case"], summary["load"].load_id)
    else:
        render_batch(console, summary)
    render_leads(console, summary["leads"])


def render_check(console: Console, check: Answer) -> None:
    """Say the verdict and what it leads to, each with its reason."""
    rows = [
        ("verdict", check["verdict"]),
        ("", check["summary"]),
        ("action", check["action"]),
        ("", check["action_reason"]),
    ]
    console.print(facts(rows))


def render_unscored(console: Console, why: str) -> None:
    """Say that nothing was scored, and why."""
    console.print(Text("Nothing was scored.", "bold yellow"))
    console.print(Text(f"  · {why}"))


def render_faulty(console: Console, use_case: str, load_id: str) -> None:
    """Say that a load is kept apart, and how it gets out."""
    console.print(Text(f"Kept apart: {load_id} is neither trained on nor scored.", "bold yellow"))
    console.print(
        Text(
            f"  · if it is right as it is: lead-scoring check {use_case} --load {load_id} "
            "--override accept --reason …"
        )
    )


def render_load(console: Console, answer: Answer) -> None:
    """Say what became of the rows that were read."""
    load: Load = answer["load"]
    rows: list[tuple[str, object]] = [
        ("load", load.load_id),
        ("source", load.source),
        ("rows read", load.rows_read),
        ("accepted", load.rows_accepted),
        ("quarantined", load.rows_quarantined),
        ("duplicate", load.rows_duplicate),
    ]
    if "outcomes" in answer:
        rows.append(("outcomes known", answer["outcomes"]))
    console.print(facts(rows))
    for finding in load.findings:
        console.print(Text(f"  {_told(finding)}", style="yellow"))


def _told(finding: Finding) -> str:
    """Say what was found: of rows how many, of a source its own words."""
    if finding.rule == SOURCE_WARNING:
        return "; ".join(finding.examples)
    if finding.rule == Rule.NOT_YET:
        return f"not yet leads: {finding.count:,} without {finding.column} so far"
    where = f" in {finding.column}" if finding.column else ""
    rows = f"{finding.count:,} row{'s' * (finding.count > 1)}"
    return f"{finding.action}: {rows} broke {finding.rule}{where}"


def render_training(console: Console, answer: Answer) -> None:
    """Say how good the challenger is and what was decided, with every reason."""
    model, decision = answer["model"], answer["decision"]
    console.print(
        facts(
            [
                ("trained", f"version {model.version}, {model.family}"),
                *_metrics(model.metrics),
                *_decision(decision),
            ]
        )
    )


def render_batch(console: Console, answer: Answer) -> None:
    """Say what was scored, and what to do if the batch is held."""
    batch: Batch = answer["batch"]
    training = answer.get("training")
    champion = answer["champion"] if training is None or training["promoted"] is None else None
    rows: list[tuple[str, object]] = [
        ("batch", batch.batch_id),
        ("status", batch.status),
        ("leads scored", batch.rows_scored),
        ("not open, skipped", batch.rows_skipped),
        ("model version", batch.model_version),
    ]
    if champion is not None:
        rows += _metrics(champion.metrics)
    console.print(facts(rows))
    if batch.status is BatchStatus.HELD:
        render_held(console, batch)


def render_scored(console: Console, answer: Answer) -> None:
    """Say which rows were read and what was scored; show the best leads if they are published."""
    render_load(console, answer)
    render_batch(console, answer)
    batch: Batch = answer["batch"]
    if batch.status is not BatchStatus.PUBLISHED:
        return
    unlisted = batch.rows_scored - answer["listed"]
    if unlisted:
        said = (
            f"{unlisted:,} of them not listed as open: another load knows the outcome, or a newer"
            " score stands; the table scores has them all"
        )
        console.print(Text(f"  {said}", style="yellow"))
    render_leads(console, answer["leads"])


def render_held(console: Console, batch: Batch) -> None:
    """Say why a batch is held; the last reason says how it gets out."""
    console.print(Text(f"Held: {batch.batch_id} is not visible in current_scores.", "bold yellow"))
    for reason in batch.hold_reasons:
        console.print(Text(f"  · {reason}"))


def render_leads(console: Console, leads: list[dict[str, Any]]) -> None:
    """Show leads, best first, with what their scores go with."""
    if not leads:
        console.print("No leads.")
        return
    said = said_of(leads[0])
    rows = [
        (
            str(rank),
            lead["lead_id"],
            *(lead[name] for name in said),
            f"{lead['score']:.1f}",
            lead["grade"],
            lead.get("trend") or "-",
            str(lead["model_version"]),
            lead["created_at"],
            in_words(lead["reasons"] or []),
        )
        for rank, lead in enumerate(leads, start=1)
    ]
    last = ("score", "grade", "trend", "model", "created", "goes with")
    headers = ("", "lead", *said.values(), *last)
    console.print(grid(headers, rows))


def _metrics(metrics: Mapping[str, float]) -> list[tuple[str, object]]:
    shown = _OF_CLASSES if "macro_f1" in metrics else _METRICS
    known = [(words, metrics[name]) for name, words in shown.items() if name in metrics]
    return [(f"  {words}", value) for words, value in known]


def _decision(decision: Decision) -> list[tuple[str, object]]:
    kept = "there is still no champion" if decision.champion is None else "the champion stays"
    match decision.kind:
        case DecisionKind.PROMOTION:
            said = "promoted to champion"
        case DecisionKind.HOLD:
            said = f"held for approval; until then {kept}"
        case _:
            said = f"refused; {kept}"
    rows: list[tuple[str, object]] = [("decision", said)]
    rows += [("", reason) for reason in decision.reasons]
    if decision.kind is DecisionKind.HOLD:
        rows.append(("", to_answer(decision)))
    return rows


def decided(decision: Decision) -> str:
    """Return what was decided on what.

    Versions are numbers; batches and checks say themselves what they are.
    """
    subject = decision.subject
    return f"{decision.kind} of {f'version {subject}' if subject.isdigit() else subject}"


def to_answer(hold: Decision) -> str:
    """Return how to answer a version that waits."""
    what = f"{hold.use_case} {hold.subject} --by … --reason …"
    return f"to go on: lead-scoring approve {what} (or reject)"
