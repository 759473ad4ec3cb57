"""Pages for people as one HTML file each: no network, light and dark, readable by ear."""

import base64
import html
from collections.abc import Mapping
from typing import Final

from lead_scoring.core.document import Block
from lead_scoring.core.document import Bullets
from lead_scoring.core.document import Document
from lead_scoring.core.document import Figures
from lead_scoring.core.document import Picture
from lead_scoring.core.document import Section
from lead_scoring.core.document import Table
from lead_scoring.core.document import Text

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2329; --paper: #fff; --line: #c9d0d8; --soft: #f3f5f7 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ec; --paper: #15191d; --line: #454d56; --soft: #20262c }
}
body { color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif;
  max-width: 66rem; margin: 2rem auto; padding: 0 1.2rem }
h1 { line-height: 1.2 } h2 { margin-top: 2.4rem; border-bottom: 1px solid var(--line) }
.summary { font-size: 1.12rem }
nav ul { columns: 15rem; padding-left: 1.2rem } a { color: inherit }
.wide { overflow-x: auto; margin: 1rem 0 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
caption { text-align: left; font-weight: 600; padding: .3rem 0 }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right;
  vertical-align: top }
th[scope=row], thead th:first-child { text-align: left }
td.words, thead th.words { text-align: left }
th { font-weight: 600 } tbody th { font-weight: 400 }
thead th { background: var(--soft) }
summary { cursor: pointer }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0 }
.figures div { background: var(--soft); border-radius: 10px; padding: .7rem 1.1rem;
  min-width: 8rem }
.figures dt { font-size: .9rem } .figures dd { margin: 0; font-size: 1.8rem; font-weight: 600 }
figure { margin: 1rem 0 } figcaption { font-size: .9rem; max-width: 44rem }
img { max-width: 100%; height: auto; background: #fff; border-radius: 6px; padding: 6px }
"""

_LONGEST_FIGURE: Final = 24
"""Characters; a longer cell is a sentence."""


def to_html(document: Document, pictures: Mapping[str, bytes]) -> str:
    """Return a page as one HTML file that needs nothing beside it.

    Args:
        document: The page.
        pictures: PNG of each picture of the page, by file.

    Raises:
        KeyError: A picture of the page is not among them.
    """
    sections = list(enumerate(document.sections, start=1))
    contents = "".join(
        f'<li><a href="#part{number}">{html.escape(section.title)}</a></li>'
        for number, section in sections
    )
    body = "\n".join(_section(number, section, pictures) for number, section in sections)
    title = html.escape(document.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>"
        f'<h1>{title}</h1>\n<p class="summary">{html.escape(document.summary)}</p></header>\n'
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>\n<main>\n{body}\n</main>\n'
        "</body>\n</html>\n"
    )


def _section(number: int, section: Section, pictures: Mapping[str, bytes]) -> str:
    blocks = "\n".join(_block(block, pictures) for block in section.blocks)
    name = f"part{number}"
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{html.escape(section.title)}</h2>\n'
        f"{blocks}\n</section>"
    )


def _block(block: Block, pictures: Mapping[str, bytes]) -> str:
    match block:
        case Text():
            return f"<p>{html.escape(block.text)}</p>"
        case Bullets():
            items = "".join(f"<li>{html.escape(item)}</li>" for item in block.items)
            return f"<ul>{items}</ul>" if items else ""
        case Figures():
            return _figures(block)
        case Table():
            return _table(block)
        case Picture():
            source = base64.b64encode(pictures[block.file]).decode("ascii")
            words = html.escape(block.words)
            return (
                f'<figure><img src="data:image/png;base64,{source}" alt="{words}">'
                f'<figcaption aria-hidden="true">{words}</figcaption></figure>'
            )


def _figures(figures: Figures) -> str:
    items = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>"
        for name, value in figures.items
    )
    return f'<dl class="figures">{items}</dl>'


def _kind(place: int, table: Table) -> str:
    """Mark columns of sentences, which are read from the left; figures line up on the right."""
    longest = max((len(row[place]) for row in table.rows), default=0)
    return ' class="words"' if place and longest > _LONGEST_FIGURE else ""


def _table(table: Table) -> str:
    kinds = [_kind(place, table) for place in range(len(table.header))]
    names = "".join(
        f'<th scope="col"{kind}>{html.escape(name)}</th>'
        for name, kind in zip(table.header, kinds, strict=True)
    )
    rows = "\n".join(
        f'<tr><th scope="row">{html.escape(first)}</th>'
        + "".join(
            f"<td{kind}>{html.escape(cell)}</td>"
            for cell, kind in zip(rest, kinds[1:], strict=True)
        )
        + "</tr>"
        for first, *rest in table.rows
    )
    caption = html.escape(table.caption)
    whole = (
        f'<div class="wide" role="region" aria-label="{caption}" tabindex="0"><table>'
        f"<caption>{caption}</caption><thead><tr>{names}</tr></thead>\n<tbody>{rows}</tbody>"
        "</table></div>"
    )
    if not table.folded:
        return whole
    return f"<details><summary>{caption}: {len(table.rows)} rows</summary>{whole}</details>"
