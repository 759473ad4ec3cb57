"""The command ``summary``: a week in business words."""

from pathlib import Path
from typing import TYPE_CHECKING
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.output import show
from lead_scoring.errors import SourceError

if TYPE_CHECKING:
    from lead_scoring.core.document import Document


def summary(
    use_case: UseCaseName,
    *,
    week_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="A day of the week; default: that of the newest batch."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page instead of printing: .html or .md."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell a week in business words: leads, conversions, changes, decisions, what waits.

    The page is one file without network. Weeks begin on Monday, UTC.
    """
    from lead_scoring.core.document import to_markdown
    from lead_scoring.tasks.summary import weekly_summary

    document = weekly_summary(use_case, week_of)
    told = {"use_case": use_case, "title": document.title, "summary": document.summary}
    if out is None:
        text = to_markdown(document)
        show(
            told | {"text": text},
            as_json=as_json,
            render=lambda console: console.print(Markdown(text), soft_wrap=False),
        )
        return
    _write(document, out)
    show(told | {"output": str(out)}, as_json=as_json, render=lambda console: _said(console, out))


def _said(console: Console, out: Path) -> None:
    console.print(f"written to {out}")


def _write(document: "Document", out: Path) -> None:
    from lead_scoring.core.document import to_markdown
    from lead_scoring.io.lead_files import opened_for_writing
    from lead_scoring.io.pages import to_html

    if out.suffix.lower() not in {".html", ".md"}:
        msg = f"{out}: name it .html or .md, so that the format is clear"
        raise SourceError(msg)
    text = to_html(document, {}) if out.suffix.lower() == ".html" else to_markdown(document)
    with opened_for_writing(out) as stream:
        stream.write(text.encode())
