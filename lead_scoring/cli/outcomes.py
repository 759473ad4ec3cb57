"""The commands about outcomes that come back."""

from pathlib import Path
from typing import TYPE_CHECKING
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import AsOf
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import show
from lead_scoring.cli.pipelines import moment
from lead_scoring.cli.progress import progress
from lead_scoring.cli.rendering import render_load

if TYPE_CHECKING:
    from lead_scoring.core.records import Load
    from lead_scoring.core.records import Settled

app = typer.Typer(no_args_is_help=True, help="Outcomes that come back beside the source's own.")


@app.command()
def load(
    use_case: UseCaseName,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            exists=True,
            readable=True,
            help="CSV or Parquet with the columns lead_id, outcome and known_at.",
        ),
    ],
    *,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write down what became of leads, from a file; the source's outcomes stay beside them.

    An outcome is spelled as in the source. Bad rows, leads nobody loaded and outcomes that
    contradict a known one are set apart with line, value and rule. Of two outcomes that differ,
    the one that became known later stands; of the same instant, the source's. Trainings, drift
    checks and scoring for this instant or a later one know what stands.
    """
    from lead_scoring.tasks.outcomes import load_outcomes

    with progress() as shown:
        found = load_outcomes(
            use_case, str(file.resolve()), moment(use_case, as_of), progress=shown
        )
    document = {"load": found.load, "settled": found.settled}
    show(
        document,
        as_json=as_json,
        render=lambda console: _render(console, found.load, found.settled),
    )


def _render(console: Console, load: "Load", settled: "Settled") -> None:
    render_load(console, {"load": load})
    for example in (one for finding in load.findings for one in finding.examples):
        console.print(Text(f"    {example}", style="yellow"))
    rows: list[tuple[str, object]] = [
        ("new", settled.new),
        ("known already", settled.confirmed),
        ("corrected", settled.corrected),
    ]
    console.print(facts(rows))
