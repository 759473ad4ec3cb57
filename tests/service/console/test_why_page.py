"""The page that says why a lead's score moved, over HTTP, on scores that real models made."""

import re
import shutil

import pytest
from calls import score_calls
from commands import Command
from consoles import browsed

pytestmark = pytest.mark.slow
NAME = "codepro_leads"
WEIGHT = r'class="num">(?:<span class="nowrap">)?([-+]?\d+\.\d\d)'


@pytest.fixture(scope="module")
def client(called):
    """Give a browser of who may read; nothing of the home is changed by it."""
    with browsed(called.home, "reader") as found:
        yield found


def why(client, lead_id):
    """Open the page of a lead."""
    return client.get(f"/{NAME}/lead/why", params={"id": lead_id})


def text_of(page):
    """Return what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def weights_of(page):
    """Return the weights of each row: of the lead, of the model, and together."""
    table = re.search(r'aria-label="What moved the score">(.*?)</table>', page.text, re.DOTALL)
    assert table, page.text
    rows = re.findall(r"<tr.*?</tr>", table[1], re.DOTALL)[1:]
    return [[float(found) for found in re.findall(WEIGHT, row)] for row in rows]


def test_a_change_is_split_and_named(client):
    """Feature, words and column are said; the parts add up to the line below them."""
    page = why(client, "call 1")
    said = text_of(page)
    *parts, whole = weights_of(page)

    assert page.status_code == 200
    assert "Referred lead not referred came by referral" in said
    assert "Columns of the source that changed" in said
    assert re.search(r"Column Before Now referred_lead 0(\.0)? 1(\.0)?", said)
    assert len(parts) == 1
    assert parts[0] == whole == [whole[0], 0.0, whole[0]]
    assert whole[0] > 0
    assert "Before, 2022-02-09" in said
    assert "by model version 1" in said


def test_a_lead_as_it_was_did_not_move(client):
    """Its page says so, and has no table."""
    page = why(client, "call 2")

    assert page.status_code == 200
    assert "Nothing moved." in page.text
    assert "<table" not in page.text


def test_a_lead_scored_once_gets_a_sentence(client):
    """No error: it is told when it was scored, and the way back is there."""
    page = why(client, "call 9")

    assert page.status_code == 200
    assert "Lead call 9 was scored once, for 2022-02-10 00:00 UTC" in text_of(page)
    assert f'href="/console/{NAME}/lead?id=call+9"' in page.text


@pytest.mark.parametrize("lead_id", ["nobody", "no\0body", "<b>"])
def test_a_lead_nobody_knows_is_not_found(client, lead_id):
    """In words, whatever stands in the address."""
    page = why(client, lead_id)

    assert page.status_code == 404
    assert "There is no such page" in page.text
    assert "<b>" not in page.text


def test_what_came_with_the_lead_and_with_the_model_stand_apart(called, tmp_path):
    """Both changed: each row adds up, and so do the rows but for what two digits leave out."""
    command = Command(tmp_path / "home")
    shutil.copytree(called.home, command.home, symlinks=True)
    command.json("approve", NAME, "2", "--by", "ada", "--reason", "it finds more")
    score_calls(command, command.home / "monday.csv", "2022-02-11")
    with browsed(command.home, "reader") as client:
        pages = [why(client, lead_id) for lead_id in ("call 1", "call 2")]
    changed, same = (weights_of(page) for page in pages)

    assert "by model version 2" in pages[0].text
    assert changed[-1][0] < 0
    assert same[-1][0] == 0
    for *parts, whole in (changed, same):
        assert whole[1] != 0
        for lead, model, together in [*parts, whole]:
            assert lead + model == pytest.approx(together, abs=0.011)
        for column, total in enumerate(whole):
            rounded = 0.0051 * (len(parts) + 1)
            assert sum(part[column] for part in parts) == pytest.approx(total, abs=rounded)
