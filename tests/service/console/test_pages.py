"""The pages of sales people in a real browser: every page, every form, and who may see them."""

import csv
import io
import re

import pytest
from consoles import assert_accessible

from lead_scoring.io.database import Database

pytestmark = pytest.mark.slow
LIST = "/codepro_leads/leads"
WHAT_IF = "/codepro_leads/what-if"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def leads(ran):
    """Give the leads of the list, best first."""
    with Database.open("sqlite:///database/lead_scoring.db", ran.home) as database:
        return database.leads("codepro_leads", None)


def ids_on(page):
    """Return the ids of the leads that a page lists."""
    return page.locator("table a.id").all_inner_texts()


def fits(page):
    """Whether nothing sticks out of the window to the right."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", ["/", LIST, WHAT_IF, "lead", "/nowhere"])
def test_pages_are_for_everybody(visit, leads, path):
    """In light, in dark, on a phone: axe-core finds no serious fault, and nothing sticks out."""
    first = f"/codepro_leads/lead?id={leads.lead_id[0]}"
    page = visit(first if path == "lead" else path)
    assert_accessible(page)

    page.emulate_media(color_scheme="dark")
    assert_accessible(page)

    page.set_viewport_size(PHONE)
    assert fits(page)
    assert_accessible(page)


def test_log_in_and_out(visit, site):
    """A wrong key is refused at its field; the right one leads on; after logging out it asks."""
    page = visit("/", None)
    page.get_by_label("API key").fill("guessed")
    page.keyboard.press("Enter")
    refused = page.get_by_text("This is no key, or it was revoked or has expired.")
    refused.wait_for()
    assert page.get_by_label("API key").get_attribute("aria-invalid") == "true"
    assert_accessible(page)

    page.get_by_label("API key").fill("key-of-reader")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Use cases").wait_for()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("API key").wait_for()
    page.goto(f"{site}{LIST}")
    assert page.get_by_role("heading", level=1).inner_text() == "Log in"


def test_todays_list_is_the_best_of_the_day(visit, leads):
    """So many leads as can be called, a line after the last of them, and their sum of chances."""
    page = visit(LIST)
    page.get_by_label("Calls a day").fill("20")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("Today ends here: 20 calls.").wait_for()

    shown = page.locator("tbody tr").all_inner_texts()
    expected = round(leads.probability.head(20).sum())
    assert "Today ends here" in shown[20]
    assert ids_on(page)[:20] == list(leads.lead_id[:20])
    assert page.locator(".figures dd").nth(0).inner_text().startswith("20")
    assert page.locator(".figures dd").nth(1).inner_text().startswith(f"{expected}")


def test_pages_of_the_list_hold_every_lead_once(visit, leads):
    """The next page goes on where the last one ended."""
    page = visit(LIST)
    found = ids_on(page)
    while (following := page.get_by_role("link", name="Next page")).count():
        following.click()
        page.wait_for_load_state()
        found += ids_on(page)

    assert found == list(leads.lead_id)
    assert page.get_by_role("link", name="First page").count() == 1


def test_list_is_filtered_by_grade_day_and_id(visit, leads):
    """The form keeps what was asked, and says so where nothing is found."""
    page = visit(LIST)
    page.get_by_role("checkbox", name="B").check()
    page.get_by_label("Created from").fill("2022-01-25")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**grade=B**")

    wanted = leads[(leads.grade == "B") & (leads.created_at >= "2022-01-25")]
    assert len(wanted)
    assert ids_on(page) == list(wanted.lead_id)
    assert page.get_by_role("checkbox", name="B").is_checked()

    page.get_by_label("Lead id begins with").fill("no such lead")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("No lead is like this.").wait_for()
    assert_accessible(page)


def test_what_cannot_be_read_is_said_at_its_field(visit):
    """An address that somebody changed by hand shows the list and names the fault."""
    page = visit(f"{LIST}?per_day=many&from=soon")

    assert page.get_by_text("Write a whole number from 1 to 10,000.").is_visible()
    assert page.get_by_text("Write a day such as 2024-02-01.").is_visible()
    assert page.locator("[aria-invalid=true]").count() == 2
    assert len(ids_on(page)) > 0


@pytest.mark.parametrize("which", ["Today\u2019s 20", "All that match"])
def test_leads_are_downloaded_as_csv(visit, leads, which):
    """Today's, or all that the filters leave, in the order of the list."""
    page = visit(f"{LIST}?per_day=20&grade=A")
    page.locator("summary", has_text="Download").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=f"{which}, CSV").click()

    text = download.value.path().read_text(encoding="utf-8")
    wanted = leads[leads.grade == "A"].head(20 if "20" in which else None)
    assert [row["lead_id"] for row in csv.DictReader(io.StringIO(text))] == list(wanted.lead_id)
    assert re.fullmatch(r"codepro_leads_(today|all)\.csv", download.value.suggested_filename)


def test_lead_page_tells_a_lead(visit, leads):
    """Grade, score, batch and history; the list leads there."""
    page = visit(LIST)
    page.get_by_role("link", name=leads.lead_id[0]).click()
    page.get_by_role("heading", name="Score over time").wait_for()

    text = page.locator("main").inner_text()
    assert leads.lead_id[0] in page.get_by_role("heading", level=1).inner_text()
    assert f"{leads.score[0]:.1f}" in text
    assert leads.batch_id[0] in text
    assert "Its outcome is not known yet." in text


def test_lead_nobody_knows_is_not_found(visit):
    """The page says so in words."""
    page = visit("/codepro_leads/lead?id=nobody")

    assert "no lead 'nobody' of CodePro leads was ever scored" in page.inner_text("main")


def test_what_if_scores_a_lead_as_the_batch_did(visit, leads):
    """Filled with an existing lead it gives that lead's score; changed, it says the difference."""
    page = visit(f"{WHAT_IF}?lead={leads.lead_id[3]}")
    page.get_by_role("button", name="Score this lead").click()
    result = page.get_by_role("status", name="Result")
    result.wait_for()

    assert f"+0.0 against {leads.score[3]:.1f} on the list" in result.inner_text()
    assert_accessible(page)

    page.get_by_label("Referred lead").select_option("0")
    page.get_by_label("Total leads droppped").fill("")
    page.get_by_role("button", name="Score this lead").click()
    page.get_by_text(f"against {leads.score[3]:.1f} on the list").wait_for()
    assert page.get_by_label("Referred lead").input_value() == "0"


def test_what_if_says_what_is_wrong_at_the_field(visit):
    """A number that is none, and one below its least, each at its field; nothing is lost."""
    page = visit(WHAT_IF)
    page.get_by_label("Total leads droppped").fill("-1")
    page.get_by_label("Created date").fill("yesterday")
    page.get_by_label("City mapped").fill("pune")
    page.get_by_role("button", name="Score this lead").click()
    page.get_by_text("You wrote '-1'.").wait_for()

    assert page.get_by_text("an instant such as 2022-02-01T05:30:00Z").first.is_visible()
    assert page.get_by_label("Created date").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("First platform c").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("City mapped").input_value() == "pune"
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    assert_accessible(page)


def test_who_may_only_read_sees_no_what_if(visit, site):
    """The tab is not there, and the address is refused."""
    page = visit(LIST, "reader")

    assert page.get_by_role("link", name="What if").count() == 0
    answer = page.goto(f"{site}{WHAT_IF}")
    assert answer.status == 403
    assert "reader may not score codepro_leads" in page.inner_text("main")
    assert_accessible(page)


def test_list_works_by_keyboard_alone(visit, leads):
    """From the top: over the skip link into the list, to a lead, and back."""
    page = visit(LIST)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == leads.lead_id[0]:
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Score over time").wait_for()
    page.get_by_role("link", name="Call list").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Calls a day").wait_for()


def test_list_works_without_scripts(visit, leads):
    """Form, pages and links need no JavaScript."""
    page = visit(LIST, java_script_enabled=False)
    page.get_by_label("Calls a day").fill("5")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("Today ends here: 5 calls.").wait_for()
    page.locator("summary", has_text="CodePro leads").click()

    assert page.get_by_role("link", name="Olist sellers").first.is_visible()
    assert ids_on(page)[0] == leads.lead_id[0]


def test_use_case_without_a_score_says_what_to_do(visit):
    """Nothing is empty without a word; the what-if says that there is no model."""
    page = visit("/olist_sellers/leads")

    assert "Nothing is scored yet." in page.inner_text("main")
    assert_accessible(page)
    page.goto(page.url.replace("/leads", "/what-if"))
    assert "no champion to score with" in page.inner_text("main")
