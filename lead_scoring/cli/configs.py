"""Commands about configs: ``schema``."""

from typing import Annotated

import typer

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import show


def schema(
    *,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write configs/schema/*.json and docs/CONFIG.md anew."),
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
