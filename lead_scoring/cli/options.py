"""The arguments and options that commands share."""

import getpass
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated
from typing import Any

import typer

from lead_scoring.config.loading import use_case_names
from lead_scoring.errors import ConfigError
from lead_scoring.tasks.instants import parse


def parse_instant(text: str | datetime) -> datetime:
    """Read an instant given on the command line.

    Raises:
        typer.BadParameter: It is no instant.
    """
    try:
        return parse(text, "instant")
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error


def known_use_case(name: str) -> str:
    """Return the name of a use case that has a config.

    Raises:
        typer.BadParameter: There is none.
    """
    names = use_case_names()
    if name not in names:
        msg = f"there is no use case {name!r}; there are: {', '.join(names) or 'none'}"
        raise typer.BadParameter(msg)
    return name


def readable_place(place: str | None) -> str | None:
    """Return a URL as it is, and a file with its whole path.

    Raises:
        typer.BadParameter: There is no such file.
    """
    if place is None or "://" in place:
        return place
    file = Path(place)
    if not file.is_file() or not os.access(file, os.R_OK):
        msg = f"File {place!r} does not exist or may not be read."
        raise typer.BadParameter(msg)
    return str(file.resolve())


def instant_option(words: str) -> Any:
    """Return an option that takes an instant."""
    return typer.Option(metavar="INSTANT", parser=parse_instant, help=words)


def said_reason(reason: str) -> str:
    """Return a reason that says something.

    Raises:
        typer.BadParameter: It is blank.
    """
    if not reason.strip():
        msg = "say why, in a sentence"
        raise typer.BadParameter(msg, param_hint="--reason")
    return reason.strip()


def person(by: str | None) -> str:
    """Return who decides: the name given, else the user's."""
    return (by or "").strip() or getpass.getuser()


UseCaseName = Annotated[
    str,
    typer.Argument(
        metavar="USE_CASE",
        callback=known_use_case,
        autocompletion=lambda: list(use_case_names()),
        help="Name of the use case, such as codepro_leads.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
AsOf = Annotated[
    datetime | None,
    instant_option(
        "Compute for this instant: 2022-02-01 (midnight UTC) or 2022-02-01T05:30:00Z. "
        "What happened later does not exist for this run. Default: the instant set for "
        "the platform, else now."
    ),
]
InputFile = Annotated[
    Path,
    typer.Option(
        "--input",
        metavar="FILE",
        exists=True,
        readable=True,
        help="CSV or Parquet file with the columns of the use case.",
    ),
]
By = Annotated[
    str | None, typer.Option(help="Who decides this; your user name if it is not given.")
]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; it is kept with the decision.")]
Name = Annotated[
    str, typer.Option("--by", help="Who decides this, by name; it is kept with the decision.")
]
Version = Annotated[
    int, typer.Argument(metavar="VERSION", min=1, help="Version of the model, such as 3.")
]
