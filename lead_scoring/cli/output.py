"""What a command prints: one JSON document, or words and tables for people."""

import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Final

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lead_scoring.core.plain import instant
from lead_scoring.core.plain import plain

NAME_WIDTH: Final = 18
"""Characters of the column of names, so that tables printed one after another line up."""
_GAP: Final = 2
"""Blanks between the columns of a table."""


def show(
    document: Mapping[str, object], *, as_json: bool, render: Callable[[Console], None]
) -> None:
    """Print a command's answer on standard output.

    Args:
        document: The whole answer.
        as_json: Print the document instead of what ``render`` makes of it.
        render: Writes the answer for people.
    """
    if as_json:
        typer.echo(json.dumps(plain(document), ensure_ascii=False, allow_nan=False))
    else:
        render(Console(highlight=False, soft_wrap=True))


def facts(rows: Iterable[tuple[str, object]]) -> Table:
    """Lay out names and values in two columns; a value is never read as markup."""
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=NAME_WIDTH, overflow="fold")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(Text(name, style="dim"), Text(_words(value)))
    return table


def grid(headers: Sequence[str], rows: Iterable[Iterable[object]]) -> Table:
    """Lay out rows under headers; a value is never cut short and never read as markup."""
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    cells = [[_words(value) for value in row] for row in rows]
    widths = [
        max(cell_len(cell) for cell in (header, *(row[place] for row in cells)))
        for place, header in enumerate(headers)
    ]
    # As wide as it must be: told to fit a terminal, rich would leave out whole columns.
    table.width = sum(widths) + _GAP * (len(widths) - 1)
    for header, width in zip(headers, widths, strict=True):
        table.add_column(header, no_wrap=True, min_width=width)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _words(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value.value if isinstance(value, Enum) else value)
