"""Commands that only read: ``status``, ``leads``, ``features``."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import InputFile
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.options import instant_option
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import show
from lead_scoring.cli.progress import progress
from lead_scoring.cli.rendering import decided
from lead_scoring.cli.rendering import render_faulty
from lead_scoring.cli.rendering import render_held
from lead_scoring.cli.rendering import render_leads
from lead_scoring.cli.rendering import to_answer
from lead_scoring.core.schema import GRADES

DEFAULT_TOP = 10


class Form(StrEnum):
    """How leads are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


def known_grades(grades: list[str] | None) -> list[str]:
    """Return grades in capitals.

    Raises:
        typer.BadParameter: One is none of A to D.
    """
    chosen = [grade.upper() for grade in grades or []]
    unknown = sorted(set(chosen) - set(GRADES))
    if unknown:
        msg = f"{', '.join(unknown)}: a grade is one of {', '.join(GRADES)}"
        raise typer.BadParameter(msg)
    return chosen


Top = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="At most so many, best first. Default: 10; for --output and other formats all.",
    ),
]
OnlyGrades = Annotated[
    list[str] | None,
    typer.Option(help="Only this grade, A to D; give it again for more.", callback=known_grades),
]
LeadFile = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "--out",
        metavar="FILE",
        help="Write a file instead of printing: .csv, .json, .parquet or .xlsx.",
    ),
]


def status(use_case: UseCaseName, *, as_json: AsJson = False) -> None:
    """Show the newest load, verdict, decision, champion and batch, and what is kept back and why.

    A verdict comes with the action it led to and the reason.
    """
    from lead_scoring.tasks import reading

    found = reading.status(use_case)
    show(found, as_json=as_json, render=lambda console: _render_status(console, found))


def leads(
    use_case: UseCaseName,
    *,
    top: Top = None,
    grade: OnlyGrades = None,
    min_probability: Annotated[
        float | None, typer.Option(min=0, max=1, help="Only leads at least this probable, 0 to 1.")
    ] = None,
    created_from: Annotated[
        datetime | None, instant_option("Only leads created at or after this instant.")
    ] = None,
    created_until: Annotated[
        datetime | None, instant_option("Only leads created before this instant.")
    ] = None,
    model_version: Annotated[
        int | None, typer.Option(help="Only leads scored by this model version.")
    ] = None,
    lead: Annotated[
        list[str] | None, typer.Option(help="Only the lead of this id; give it again for more.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print them.")] = Form.TABLE,
    output: LeadFile = None,
    as_json: AsJson = False,
) -> None:
    """List the best open leads with probability (0 to 1), score (0 to 100) and grade (A to D).

    CSV and Excel are safe to open: text that looks like a formula stays text. A file is there as
    a whole or not at all, and memory does not grow with the leads.
    """
    from lead_scoring.io.lead_queries import LeadFilter
    from lead_scoring.tasks import reading

    only = LeadFilter(
        grades=grade or None,
        min_probability=min_probability,
        model_version=model_version,
        created_from=created_from,
        created_until=created_until,
        lead_ids=lead or None,
    )
    if output is None and (as_json or form is Form.TABLE):
        found = reading.best_leads(use_case, top or DEFAULT_TOP, only)
        document = {"use_case": use_case, "leads": found}
        show(document, as_json=as_json, render=lambda console: render_leads(console, found))
    else:
        _export(use_case, top, only, form, output, as_json=as_json)


def _export(
    use_case: str, top: int | None, only: Any, form: Form, output: Path | None, *, as_json: bool
) -> None:
    from lead_scoring.io.lead_files import Format
    from lead_scoring.io.lead_files import format_of
    from lead_scoring.tasks import reading

    if output is None:
        stream = sys.stdout.buffer
        if form in {Form.PARQUET, Form.XLSX} and stream.isatty():
            msg = f"{form.value} is not text: give --output FILE or send it into a pipe"
            raise typer.BadParameter(msg)
        reading.write_leads(use_case, top, only, stream, Format(form.value))
        stream.flush()
        return
    chosen = format_of(output) if form is Form.TABLE else Format(form.value)
    rows = reading.save_leads(use_case, top, only, output, chosen)
    document = {"use_case": use_case, "output": str(output), "leads": rows}
    show(
        document,
        as_json=as_json,
        render=lambda console: console.print(f"{rows:,} leads written to {output}"),
    )


def features(
    use_case: UseCaseName,
    *,
    file: InputFile,
    output: Annotated[
        Path,
        typer.Option(metavar="FILE", help="Where to write them: .csv or .parquet, by its name."),
    ],
    as_json: AsJson = False,
) -> None:
    """Write the columns a model would see, under the config's names. Needs no champion.

    The file is read by the same contract as a load, and refused for the same reasons; rows the
    contract refuses are left out and counted.
    """
    from lead_scoring.tasks.features import write_features

    with progress() as shown:
        made = write_features(use_case, file, output, progress=shown)
    rows = [
        ("written to", str(output)),
        ("rows", made["rows"]),
        ("quarantined", made["rows_quarantined"]),
        ("duplicate", made["rows_duplicate"]),
        ("columns", ", ".join(made["columns"])),
    ]
    show(made, as_json=as_json, render=lambda console: console.print(facts(rows)))


def _render_status(console: Console, found: dict[str, Any]) -> None:
    load, check, batch = found["last_load"], found["last_check"], found["last_batch"]
    champion, decision = found["champion"], found["last_decision"]
    rows = [
        ("use case", found["use_case"]),
        ("newest load", load and f"{load.load_id}, {load.rows_accepted:,} rows accepted"),
        ("in quarantine", found["quarantined"]),
        ("newest verdict", check and f"{check.verdict}: {check.summary}"),
        ("  action", check and f"{check.action}: {check.action_reason}"),
        ("  report", found["last_report"]),
        ("newest decision", decision and decided(decision)),
        *([("", to_answer(decision))] if decision and decision.kind == "hold" else []),
        ("champion", champion and f"version {champion.version}, {champion.family}"),
        ("newest batch", batch and f"{batch.batch_id}, {batch.status}"),
        ("leads with a score", found["current_leads"]),
        ("known outcomes", found["outcomes"]),
    ]
    console.print(facts(rows))
    for load in found["faulty"]:
        render_faulty(console, found["use_case"], load.load_id)
    for held in found["held"]:
        render_held(console, held)
    if not found["held"]:
        console.print(Text("No batch is held.", style="dim"))
