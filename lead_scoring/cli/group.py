"""How the command ends: exit codes 0, 1 and 2, and errors as a line or as one JSON document."""

import json
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any
from typing import Final
from typing import NoReturn

import typer
from typer.core import TyperGroup

from lead_scoring.errors import LeadScoringError
from lead_scoring.errors import TransientError

FAILED: Final = 1
USAGE: Final = 2
JSON_FLAG: Final = "--json"


class Group(TyperGroup):
    """Commands whose errors on purpose never show a stack trace."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 the signature is typer's
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 the signature is typer's
        **extra: Any,
    ) -> Any:
        """Run a command and leave with its exit code."""
        _be_quiet()
        given = sys.argv[1:] if args is None else list(args)
        as_json = standalone_mode and JSON_FLAG in given
        try:
            code = super().main(
                args=given,
                prog_name=prog_name,
                complete_var=complete_var,
                standalone_mode=standalone_mode and not as_json,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except LeadScoringError as error:
            _leave(error, str(error), FAILED, as_json=as_json)
        except typer.TyperException as error:
            if not as_json:
                raise
            _leave(error, _sentence(error), USAGE, as_json=True)
        if as_json:
            sys.exit(code if isinstance(code, int) else 0)
        return code


def _be_quiet() -> None:
    """Keep logs off the terminal: an answer says all that people need, and progress the rest."""
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    logging.getLogger("lead_scoring").addHandler(logging.NullHandler())


def _sentence(error: typer.TyperException) -> str:
    """Return a usage error's text with the name of the parameter at fault."""
    describe = getattr(error, "format_message", None)
    return str(describe() if describe else error)


def _leave(error: Exception, text: str, code: int, *, as_json: bool) -> NoReturn:
    if as_json:
        fault = {
            "kind": type(error).__name__,
            "message": text,
            "retry": isinstance(error, TransientError),
        }
        typer.echo(json.dumps({"error": fault}, ensure_ascii=False))
    else:
        typer.secho(f"Error: {text}", fg=typer.colors.RED, err=True)
    sys.exit(code)
