"""Puts the commands together; imports nothing heavy, so that help comes at once."""

from typing import Final

import typer

from lead_scoring.cli import backtest
from lead_scoring.cli import capacity
from lead_scoring.cli import configs
from lead_scoring.cli import deciding
from lead_scoring.cli import explaining
from lead_scoring.cli import keys
from lead_scoring.cli import outcomes
from lead_scoring.cli import pipelines
from lead_scoring.cli import promoting
from lead_scoring.cli import reading
from lead_scoring.cli import realised
from lead_scoring.cli import serve
from lead_scoring.cli import summary
from lead_scoring.cli import upkeep
from lead_scoring.cli.group import Group

RUN: Final = "Run pipelines"
READ: Final = "Look at leads and at how things stand"
DECIDE: Final = "Decide"
DESCRIBE: Final = "Describe use cases"
SERVE: Final = "Serve scores to programs and people"
KEEP: Final = "Keep the platform running"

app = typer.Typer(
    name="lead-scoring",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "Score leads: from a source to a ranked list, every step checked and repeatable. "
        "Exit codes: 0 done (a held batch included), 1 failed, 2 wrong use."
    ),
)

app.command(rich_help_panel=RUN)(pipelines.run)
app.command(rich_help_panel=RUN)(pipelines.load)
app.command(rich_help_panel=RUN)(pipelines.train)
app.command(rich_help_panel=RUN)(pipelines.score)
app.add_typer(outcomes.app, name="outcomes", rich_help_panel=RUN)
app.command(rich_help_panel=READ)(reading.status)
app.command(rich_help_panel=READ)(reading.leads)
app.command(rich_help_panel=READ)(capacity.capacity)
app.command(rich_help_panel=READ)(explaining.why)
app.command(rich_help_panel=READ)(explaining.replay)
app.command(rich_help_panel=READ)(realised.realised)
app.command(rich_help_panel=READ)(promoting.decisions)
app.command(rich_help_panel=READ)(summary.summary)
app.command(rich_help_panel=READ)(reading.features)
app.command(rich_help_panel=READ)(backtest.backtest)
app.command(rich_help_panel=DECIDE)(deciding.check)
app.command(rich_help_panel=DECIDE)(deciding.release)
app.command(rich_help_panel=DECIDE)(promoting.approve)
app.command(rich_help_panel=DECIDE)(promoting.reject)
app.command(rich_help_panel=DECIDE)(promoting.promote)
app.command(rich_help_panel=DECIDE)(promoting.rollback)
app.command(rich_help_panel=DECIDE)(deciding.replay_quarantine)
app.command(rich_help_panel=DESCRIBE)(configs.new)
app.command(rich_help_panel=DESCRIBE)(configs.schema)
app.command(rich_help_panel=SERVE)(serve.serve)
app.add_typer(keys.app, rich_help_panel=SERVE)
app.command(rich_help_panel=KEEP)(upkeep.doctor)
app.command(rich_help_panel=KEEP)(upkeep.migrate)
app.command(rich_help_panel=KEEP)(upkeep.sample)
