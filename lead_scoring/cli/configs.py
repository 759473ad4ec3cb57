"""Commands about configs: ``new``, ``schema``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import show


class Kind(StrEnum):
    """What may be predicted."""

    BINARY = "binary"
    REGRESSION = "regression"
    MULTICLASS = "multiclass"


def schema(
    *,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write configs/schema/*.json, docs/CONFIG.md, SQL.md anew."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the JSON schema of a use case's config, or write all schemas for editors."""
    from lead_scoring.config.json_schema import published_schemas
    from lead_scoring.tasks import configs

    if not write:
        typer.echo(published_schemas()["use_case.json"], nl=False)
        return
    files = configs.write_schemas()
    show(
        {"files": files},
        as_json=as_json,
        render=lambda console: console.print(facts([("written", file) for file in files])),
    )


def new(
    use_case: Annotated[
        str, typer.Argument(metavar="USE_CASE", help="Name of the new use case, such as sales.")
    ],
    *,
    source: Annotated[
        Path,
        typer.Option(
            "--from",
            metavar="FILE",
            exists=True,
            readable=True,
            help="CSV or Parquet file, or a folder of Parquet files, with outcomes.",
        ),
    ],
    outcome: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column with the outcome; else guessed.")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(metavar="VALUE", help="Outcome that counts as a conversion.")
    ] = None,
    task: Annotated[
        Kind | None, typer.Option(help="What is predicted; else guessed from the outcome.")
    ] = None,
    created: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Column of event times; else guessed."),
    ] = None,
    lead_id: Annotated[
        str | None,
        typer.Option("--id", metavar="COLUMN", help="Column that identifies a row; else guessed."),
    ] = None,
    maturity: Annotated[
        str | None,
        typer.Option(help="Time from the event until an outcome is final, such as 14d."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the config if it is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at a file and write a first config that runs; what was guessed is marked CHECK."""
    from lead_scoring.core.first_roles import Wishes
    from lead_scoring.tasks import configs

    wishes = Wishes(outcome, positive, task.value if task else None, created, lead_id)
    made = configs.new(use_case, source, wishes, maturity, replace=force)

    def render(console: Console) -> None:
        console.print(facts([("written", made["file"]), ("task", made["task"])]))
        for note in made["notes"]:
            console.print(Text(f"! {note}", style="yellow"))
        console.print(Text("Read the file, then:"))
        for command in made["next"]:
            console.print(Text(f"    {command}"))

    show(made, as_json=as_json, render=render)
