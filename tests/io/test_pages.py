"""Pages as HTML files that need nothing beside them."""

import re
from html.parser import HTMLParser

import pytest

from lead_scoring.core.document import Bullets
from lead_scoring.core.document import Document
from lead_scoring.core.document import Figures
from lead_scoring.core.document import Picture
from lead_scoring.core.document import Section
from lead_scoring.core.document import Table
from lead_scoring.core.document import Text
from lead_scoring.io.pages import to_html

EVIL = "<script>alert('x')</script>"
LONG = tuple((f"level {number}", "1") for number in range(40))
PAGE = Document(
    f"Title {EVIL}",
    f"Summary {EVIL}",
    (
        Section(
            f"Section {EVIL}",
            (
                Text(EVIL),
                Bullets((EVIL,)),
                Bullets(()),
                Figures(((EVIL, EVIL),)),
                Table(EVIL, (EVIL, "leads"), ((EVIL, EVIL),)),
                Table("Long", ("level", "leads"), LONG, folded=True),
                Picture("a.png", f'"{EVIL}'),
            ),
        ),
    ),
)


class Tags(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page():
    """Write the page once."""
    return to_html(PAGE, {"a.png": b"\x89PNG"})


@pytest.fixture(scope="module")
def tags(page):
    """Give all tags of the page."""
    parser = Tags()
    parser.feed(page)
    return parser.found


def test_nothing_is_fetched_from_anywhere(page, tags):
    """Pictures are inside, and there is no script and no link to another file."""
    sources = [values["src"] for _, values in tags if "src" in values]

    assert sources == ["data:image/png;base64,iVBORw=="]
    assert not {"script", "link", "iframe"} & {tag for tag, _ in tags}
    assert not re.search(r"https?://|url\(", page)


def test_values_are_shown_as_they_are(page):
    """A level with a tag in its name stays text, everywhere."""
    assert EVIL not in page
    assert page.count("&lt;script&gt;") >= 9


def test_a_page_can_be_read_by_ear(tags):
    """Pictures have words, cells have headings, the language is known."""
    of = dict(tags)
    scopes = [values.get("scope") for tag, values in tags if tag == "th"]

    assert of["html"]["lang"] == "en"
    assert of["img"]["alt"].startswith('"<script>')
    assert set(scopes) == {"row", "col"}
    assert [tag for tag, _ in tags if tag.startswith("h") and tag[1:].isdigit()] == ["h1", "h2"]


def test_a_page_follows_light_and_dark(page):
    """The reader's own setting decides."""
    assert "prefers-color-scheme: dark" in page
    assert "color-scheme: light dark" in page


def test_a_table_can_be_folded(tags):
    """Forty rows that a picture shows, too, do not bury what follows them."""
    assert [tag for tag, _ in tags].count("details") == 1


def test_a_picture_that_was_not_drawn_is_an_error():
    """No page with a hole is written."""
    with pytest.raises(KeyError, match=r"a\.png"):
        to_html(PAGE, {})
