"""The command ``backtest``: history again, under other rules of when to train."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.options import instant_option
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import grid
from lead_scoring.cli.output import show
from lead_scoring.cli.progress import progress

FORMS = "never, always, every:14d, drift, drift:FILE"
DEFAULT = ("never", "always", "drift")


def backtest(
    use_case: UseCaseName,
    *,
    start: Annotated[
        datetime, instant_option("First instant; it trains the first model of every policy.")
    ],
    end: Annotated[datetime, instant_option("Last instant, at most.")],
    every: Annotated[
        str, typer.Option(metavar="TIME", help="Time from one instant to the next: 7d, 12h.")
    ] = "7d",
    policy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POLICY",
            help=f"When to train: {FORMS}; FILE holds other settings of the section drift. "
            f"Give it again for more. Default: {', '.join(DEFAULT)}.",
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Policies that run at once.")] = 1,
    folder: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            help="Where everything is kept. Default: a folder under database/backtests that the "
            "settings name.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay history with the real pipelines and compare policies of when to train.

    Nothing of the platform is touched but MLflow, where the result is logged: each policy has a
    database and a registry of its own. A backtest that was stopped goes on where it was when the
    same command is given again.
    """
    from lead_scoring.tasks.backtests import running

    with progress() as shown:
        answer = running.backtest(
            use_case,
            start,
            end,
            every,
            policies=policy or DEFAULT,
            jobs=jobs,
            folder=folder,
            progress=shown,
        )
    document = {**answer, "files": [str(file) for file in answer["files"]]}
    show(document, as_json=as_json, render=lambda console: render_backtest(console, document))


def render_backtest(console: Console, answer: dict[str, Any]) -> None:
    """Show each window, the totals and what they say."""
    from lead_scoring.core import backtest_text

    found = answer["backtest"]
    rows = backtest_text.window_rows(found)
    console.print(grid(backtest_text.WINDOW_HEADERS, rows))
    console.print()
    console.print(grid(backtest_text.TOTALS_HEADERS, backtest_text.totals_rows(found)))
    console.print()
    console.print(grid(backtest_text.SURE_HEADERS, backtest_text.sure_rows(found)))
    console.print()
    for sentence in backtest_text.conclusions(found):
        console.print(Text(sentence))
    console.print(facts([("folder", answer["folder"]), ("MLflow run", answer["run_id"])]))
