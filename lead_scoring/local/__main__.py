"""``python -m lead_scoring.local``: the demonstration and its end."""

import os
import sys
import time
from typing import Annotated
from typing import Final
from typing import NoReturn

import typer
from rich.console import Console

from lead_scoring.config.loading import home
from lead_scoring.config.loading import load_platform
from lead_scoring.errors import LeadScoringError
from lead_scoring.local import demo as demonstration
from lead_scoring.local import processes
from lead_scoring.local import services
from lead_scoring.local.layout import AIRFLOW_PORT
from lead_scoring.local.layout import MLFLOW_PORT
from lead_scoring.local.layout import Layout
from lead_scoring.tasks.instants import parse

AS_OF: Final = "2022-02-01T00:00:00Z"
"""An instant at which the sample and the real data have mature and open leads."""
FAILED: Final = 1
WIDTH: Final = 110
"""Columns of a table that is not shown on a terminal."""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
shown = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else WIDTH)
told = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


@app.command()
def demo(
    use_case: Annotated[str, typer.Option(help="Whose leads.")] = "codepro_leads",
    as_of: Annotated[str, typer.Option(help="Instant to compute for.")] = AS_OF,
    airflow_port: Annotated[
        int, typer.Option(envvar="LEAD_SCORING_AIRFLOW_PORT", help="Port of Airflow.")
    ] = AIRFLOW_PORT,
    mlflow_port: Annotated[
        int, typer.Option(envvar="LEAD_SCORING_MLFLOW_PORT", help="Port of MLflow.")
    ] = MLFLOW_PORT,
    sample_rows: Annotated[
        int, typer.Option(min=1000, help="Rows of the sample, where there is no real data.")
    ] = demonstration.SAMPLE_ROWS,
) -> None:
    """Start the services, run the three pipelines, show the best leads; leave all running."""
    say = _Teller()
    try:
        wanted = demonstration.Demo(
            layout=Layout(home().resolve(), airflow_port, mlflow_port),
            platform=load_platform(),
            use_case=use_case,
            as_of=parse(as_of),
            sample_rows=None if os.environ.get("LEAD_SCORING_DATA") else sample_rows,
        )
        batch = demonstration.run_demo(wanted, say)
    except LeadScoringError as error:
        _fail(error)
    say("scored")
    demonstration.show(wanted, batch, shown)


@app.command()
def down() -> None:
    """Stop exactly the services that were started here, orphans included."""
    layout = Layout(home().resolve())
    stopped = processes.stop(services.records_of(layout), layout.services, _Teller())
    told.print(f"stopped {stopped} processes" if stopped else "nothing was running")


class _Teller:
    """Prints what happens with the seconds since the start."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def __call__(self, message: str) -> None:
        told.print(f"{time.monotonic() - self._begun:5.0f} s  {message}")


def _fail(error: LeadScoringError) -> NoReturn:
    told.print(f"make demo: {error}", style="red")
    raise typer.Exit(FAILED) from error


if __name__ == "__main__":
    app()
