"""Pages for people as plain records; Markdown is written here, HTML by the shell.

A page is written once and read in two forms, so that they cannot say different things.
"""

import re
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_\[\]|#~])")


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences; an empty one is not shown."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A few figures that matter most, each a name and a value."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names its rows.

    Attributes:
        caption: What it shows.
        header: Names of the columns.
        rows: Cells as text, as many in each row as there are names.
        folded: Closed in HTML until someone opens it, as a picture shows the same.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.header)]
        if wrong:
            msg = f"{self.caption}: a row has {len(wrong[0])} cells for {len(self.header)} columns"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a file beside the page.

    Attributes:
        file: Path relative to the page.
        words: What can be seen, for those who cannot see it.
    """

    file: str
    words: str


Block = Text | Bullets | Figures | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A page.

    Attributes:
        title: Its heading.
        summary: What it says, in a few sentences.
        sections: The rest of it, in order.
    """

    title: str
    summary: str
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Pictures in the order they are shown."""
        blocks = [block for section in self.sections for block in section.blocks]
        return tuple(block for block in blocks if isinstance(block, Picture))


def to_markdown(document: Document) -> str:
    r"""Return a page as Markdown in which every value stands for itself.

    >>> print(to_markdown(Document("A|B", "One *two*.", ())), end="")
    # A\|B
    <BLANKLINE>
    One \*two\*.
    """
    parts = [f"# {escaped(document.title)}", escaped(document.summary)]
    for section in document.sections:
        parts.append(f"## {escaped(section.title)}")
        parts.extend(text for block in section.blocks if (text := _block(block)))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return text in which no character has a meaning in Markdown or HTML, in one line."""
    plain = " ".join(text.split())
    marked = _SPECIAL.sub(r"\\\1", plain)
    return marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _block(block: Block) -> str:
    match block:
        case Text():
            return escaped(block.text)
        case Bullets():
            return "\n".join(f"- {escaped(item)}" for item in block.items)
        case Figures():
            return "\n".join(f"- {escaped(name)}: {escaped(value)}" for name, value in block.items)
        case Table():
            return "\n".join([f"*{escaped(block.caption)}*\n", *_lines(block)])
        case Picture():
            return f"![{escaped(block.words)}]({block.file})"


def _lines(table: Table) -> Iterator[str]:
    yield _row(table.header)
    yield _row(["---"] + ["---:"] * (len(table.header) - 1), raw=True)
    yield from (_row(row) for row in table.rows)


def _row(cells: Sequence[str], *, raw: bool = False) -> str:
    return f"| {' | '.join(cells if raw else map(escaped, cells))} |"
