"""Pages as records, and their Markdown."""

import pytest

from lead_scoring.core.document import Bullets
from lead_scoring.core.document import Document
from lead_scoring.core.document import Picture
from lead_scoring.core.document import Section
from lead_scoring.core.document import Table
from lead_scoring.core.document import Text
from lead_scoring.core.document import to_markdown

PAGE = Document(
    "A page",
    "What it says.",
    (
        Section(
            "First",
            (
                Text("a <b>bold</b> | claim"),
                Bullets(("one", "two_three")),
                Bullets(()),
                Table("Counts", ("level", "leads"), (("x|y", "1"), ("new\nline", "2"))),
                Picture("plots/roc.png", "A curve"),
            ),
        ),
    ),
)


def test_markdown_has_headings_lists_tables_and_pictures():
    """Each block becomes what Markdown has for it."""
    assert to_markdown(PAGE).split("\n\n") == [
        "# A page",
        "What it says.",
        "## First",
        "a &lt;b&gt;bold&lt;/b&gt; \\| claim",
        "- one\n- two\\_three",
        "*Counts*",
        "| level | leads |\n| --- | ---: |\n| x\\|y | 1 |\n| new line | 2 |",
        "![A curve](plots/roc.png)\n",
    ]


def test_a_page_names_its_pictures():
    """Whoever draws it knows which files it needs."""
    assert [picture.file for picture in PAGE.pictures] == ["plots/roc.png"]


def test_a_row_of_another_length_is_refused():
    """A table that would shift its cells is never written."""
    with pytest.raises(ValueError, match="Counts: a row has 1 cells for 2 columns"):
        Table("Counts", ("level", "leads"), (("x",),))
