"""Commands that keep the platform running: ``doctor``, ``migrate``, ``sample``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from lead_scoring.cli.group import FAILED
from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import show
from lead_scoring.cli.progress import progress

DEFAULT_ROWS = 20_000
DEFAULT_SEED = 20
_MARKS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red")}


def doctor(*, as_json: AsJson = False) -> None:
    """Check everything the platform needs; each line says what to do. Exit code 1 if one fails."""
    from lead_scoring.tasks import health

    checks = health.examine()

    def render(console: Console) -> None:
        for check in checks:
            mark, colour = _MARKS[check.level]
            console.print(Text(f"{mark} {check.name}: {check.found}", style=colour))
            if check.advice:
                console.print(Text(f"    {check.advice}"))

    healthy = all(check.level != "fail" for check in checks)
    show({"healthy": healthy, "checks": checks}, as_json=as_json, render=render)
    if not healthy:
        raise typer.Exit(FAILED)


def migrate(*, as_json: AsJson = False) -> None:
    """Make the platform's tables and views, or bring them up to date; running it twice is fine."""
    from lead_scoring.tasks import upkeep

    revision = upkeep.migrate()
    rows = [("database", "up to date"), ("revision", revision)]
    show(
        {"revision": revision},
        as_json=as_json,
        render=lambda console: console.print(facts(rows)),
    )


def sample(
    use_case: UseCaseName,
    *,
    rows: Annotated[int, typer.Option(min=100, help="Leads to make up.")] = DEFAULT_ROWS,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same leads.")] = DEFAULT_SEED,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder to write to. Default: the sources' folder."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite files that hold something else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make up the use case's source files, shaped like real ones, for a first try or a test."""
    from lead_scoring.tasks import upkeep

    with progress() as shown:
        written = upkeep.make_sample(use_case, rows, seed, output, replace=replace, progress=shown)
    lines = [
        (file.path, f"{file.rows:,} rows{'' if file.changed else ', was there already'}")
        for file in written
    ]
    show(
        {"use_case": use_case, "seed": seed, "files": written},
        as_json=as_json,
        render=lambda console: console.print(facts(lines)),
    )
