"""Pages for who looks after use cases in a real browser: read, decided on, and by axe."""

import shutil
from collections.abc import Iterator

import pytest
from consoles import KEYS
from consoles import assert_accessible
from consoles import served

pytestmark = pytest.mark.slow
NAME = "codepro_leads"
PAGES = ("drift", "model", "realised?every=yes", "quarantine", "held", "week")
MOVED = tuple(f"lead/why?id=call%20{number}" for number in (1, 9))
PATHS = ["/overview", *(f"/{NAME}/{page}" for page in PAGES + MOVED)]


@pytest.fixture(scope="module")
def desk(called, tmp_path_factory) -> Iterator[str]:
    """Serve the console of a copy of the home; give its address."""
    home = shutil.copytree(called.home, tmp_path_factory.mktemp("desk") / "home", symlinks=True)
    with served(home) as address:
        yield address


@pytest.fixture
def opened(chromium, desk):
    """Give a way to log in and open a page; a request elsewhere or a script's error fails."""
    contexts, wrong = [], []

    def seen(request):
        if not request.url.startswith((desk.removesuffix("/console"), "data:", "blob:")):
            wrong.append(request.url)

    def open_page(path, **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", seen)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{desk}{path}")
        page.get_by_label("API key").fill(KEYS["admin"])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{desk}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def is_as_wide_as_the_window(page):
    """Return whether nothing has to be scrolled sideways but what is made for it."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "options",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark", "viewport": {"width": 375, "height": 720}},
    ],
    ids=["light", "dark phone"],
)
def test_every_page_is_accessible_and_fits(opened, desk, options):
    """Axe finds no serious fault, on a desk in light and on a phone in dark."""
    page = opened(PATHS[0], **options)
    for path in PATHS:
        page.goto(f"{desk}{path}")

        assert_accessible(page)
        assert is_as_wide_as_the_window(page), path


def test_the_report_on_a_check_is_drawn_inside_the_page(opened):
    """Its scripts run in the frame, and it asks for nothing from elsewhere."""
    page = opened(f"/{NAME}/drift")
    page.get_by_role("link", name="Columns and report of this check").click()
    frame = page.frame_locator("iframe[title='Report by Evidently']")

    frame.get_by_text("first_utm_source_c").first.wait_for()

    assert page.evaluate("document.querySelector('iframe').contentDocument") is None
    assert is_as_wide_as_the_window(page)


def test_the_card_of_a_version_stands_in_its_page(opened):
    """Reached by keyboard from the overview, shown in a frame of its own."""
    page = opened("/overview")
    link = page.get_by_role("link", name="version 1", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Version 1", exact=True).wait_for()
    page.frame_locator("iframe[title='Model card']").get_by_role("heading").first.wait_for()

    assert_accessible(page)


def test_a_chart_opens_as_a_table(opened):
    """What is drawn can be read as numbers, by keyboard."""
    page = opened(f"/{NAME}/drift")
    summary = page.locator("summary", has_text="Share of columns that drifted as a table")
    summary.focus()
    page.keyboard.press("Enter")

    table = page.get_by_role("table", name="Share of columns that drifted")
    table.wait_for()
    assert table.get_by_role("row").count() > 1


def test_decisions_are_made_by_forms(opened):
    """A reason is asked for; a batch is released, a version rejected, a quarantine replayed."""
    page = opened(f"/{NAME}/held")
    release = page.get_by_role("button", name="Release")
    release.click()
    page.get_by_label("Why it is right as it is").fill("   ")
    release.click()
    page.get_by_text("Say why, in a sentence").wait_for()
    assert_accessible(page)
    page.get_by_label("Why it is right as it is").fill("the campaign began")
    release.click()
    page.get_by_role("status").get_by_text("is published").wait_for()

    page.get_by_role("link", name="Model").click()
    page.get_by_label("Reason").fill("too many leave the top")
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("status").get_by_text("Version 2 was rejected").wait_for()

    page.get_by_role("link", name="Quarantine").click()
    page.get_by_label("Column").select_option("app_complete_flag")
    page.get_by_role("button", name="Show").click()
    page.locator("summary", has_text="fields").first.click()
    page.get_by_text("first_platform_c").first.wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Replay").click()
    page.get_by_role("status").wait_for()
