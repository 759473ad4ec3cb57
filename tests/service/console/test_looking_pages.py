"""Pages for who looks after use cases, over HTTP, on what real runs left behind."""

import re
import shutil

import pytest
from commands import new_command
from consoles import browsed
from consoles import settings_of
from consoles import token_in

from lead_scoring.tasks import reading
from lead_scoring.tasks.wiring import opened_database

pytestmark = pytest.mark.slow
NAME = "codepro_leads"
FRAMED = "frame-ancestors 'self'"


@pytest.fixture(scope="module")
def client(watched):
    """Give a browser of who may decide; nothing of the home is changed by it."""
    with browsed(watched.home) as found:
        yield found


@pytest.fixture
def own(watched, tmp_path):
    """Give a copy of the home, for a test that decides something."""
    return shutil.copytree(watched.home, tmp_path / "home", symlinks=True)


def text_of(page):
    """Return what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def send(client, page, action, **fields):
    """Send a form of a page to where an address ends with ``action``."""
    shown = client.get(page).text
    (address,) = set(re.findall(rf'action="/console([^"]*{action})"', shown))
    return client.post(address, data={"token": token_in(shown), **fields})


def newest(home, what):
    """Return what ``status`` says of a home."""
    with settings_of(home):
        return reading.status(NAME)[what]


def test_the_overview_says_how_each_use_case_stands(client):
    """Champion with its interval, verdict, next run, and what needs a person."""
    said = text_of(client.get("/overview"))

    assert "version 2 waits for approval" in said
    assert "1 batch held back, waiting for a release" in said
    assert re.search(r"ROC AUC 0\.\d+ 95 %: 0\.\d+ to 0\.\d+", said)
    assert re.search(r"Next run by schedule in \d+ hours?, \d{4}-\d\d-\d\d 05:00", said)
    assert "Nothing was loaded yet" in said
    assert said.index("CodePro leads") < said.index("Olist sellers")


def test_the_drift_page_shows_every_check(client):
    """Verdicts in words, charts with their tables, and what is not known yet."""
    page = client.get(f"/{NAME}/drift")
    said = text_of(page)

    assert "no champion" in said
    assert "a training was asked for" in said
    assert "Share of columns that drifted as a table" in said
    assert page.text.count('role="img"') > 8


def test_a_check_shows_its_columns_and_its_report_in_a_frame(client, watched):
    """The report has scripts of its own, and can reach nothing with them."""
    with settings_of(watched.home):
        check = reading.status(NAME)["last_check"].check_id
    page = client.get(f"/{NAME}/drift/{check}")
    (address,) = re.findall(r'<iframe[^>]+src="/console([^"]+)"', page.text)
    report = client.get(address)
    policy = report.headers["content-security-policy"]
    again = client.get(address, headers={"if-none-match": report.headers["etag"]})

    assert "first_utm_source_c" in page.text
    assert report.status_code == 200
    assert "evidently" in report.text.lower()
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert FRAMED in policy
    assert "connect-src" not in policy
    assert again.status_code == 304
    assert again.content == b""


def test_a_check_without_a_report_says_so(client):
    """The first one compared nothing."""
    with opened_database() as database:
        first = database.checks(NAME)[-1].check_id
    page, report = (
        client.get(f"/{NAME}/drift/{first}"),
        client.get(f"/{NAME}/drift/{first}/report"),
    )

    assert "No report was drawn" in text_of(page)
    assert "<iframe" not in page.text
    assert report.status_code == 404
    assert "This check has no report" in text_of(report)


def test_the_model_page_shows_versions_and_decisions(client):
    """Who decided and why, the champion, and what waits."""
    said = text_of(client.get(f"/{NAME}/model"))

    assert "Version 2 waits for approval" in said
    assert "every new champion needs a person" in said
    assert "version 1 champion" in said
    assert re.search(r"promoted version 1 .*gate", said)


def test_the_registry_is_asked_who_is_champion(client):
    """Where its alias is elsewhere, the page says so; here it is not."""
    said = text_of(client.get(f"/{NAME}/model?registry=ask"))

    assert "The registry agrees on who is champion." in said


@pytest.mark.parametrize(("page", "expected"), [("card", "Model card"), ("profile", "leads")])
def test_pages_of_a_version_can_run_nothing(client, page, expected):
    """The card and the profile stand in a frame without scripts."""
    found = client.get(f"/{NAME}/model/1/page/{page}")
    policy = found.headers["content-security-policy"]

    assert found.status_code == 200
    assert expected in found.text
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert FRAMED in policy


@pytest.mark.parametrize(
    "path",
    [
        "/model/99",
        "/model/99/page/card",
        "/model/1/page/secrets",
        "/drift/check_of_nobody",
        "/drift/check_of_nobody/report",
        "/quarantine?load=load_of_nobody",
    ],
)
def test_what_is_not_there_is_not_found(client, path):
    """In words, and not as an error of the service."""
    found = client.get(f"/{NAME}{path}")

    assert found.status_code == 404
    assert "nobody" in found.text or "99" in found.text or "secrets" in found.text


def test_a_week_is_told_as_it_is_mailed(client):
    """The page stands in a frame that can do nothing; another week may be chosen."""
    shown = client.get(f"/{NAME}/week")
    (address,) = set(re.findall(r'src="/console([^"]*week/page[^"]*)"', shown.text))
    page = client.get(address)

    assert "the week of" in text_of(page)
    assert "What waits for you" in text_of(page)
    assert page.headers["content-security-policy"].startswith("sandbox;")
    assert "the week of 6 January 2020" in text_of(
        client.get(f"/{NAME}/week/page?week_of=2020-01-08")
    )


def test_a_week_that_is_none_is_said(client):
    """The fault stands at the field, and nothing else is shown."""
    shown = client.get(f"/{NAME}/week?week_of=soon")

    assert shown.status_code == 422
    assert "&#39;soon&#39; is no instant; write 2022-02-01" in shown.text
    assert "<iframe" not in shown.text


@pytest.mark.parametrize("by", ["grade", "month"])
def test_promises_stand_beside_what_came_of_them(client, by):
    """With intervals, in a chart and in a table; the same when it is asked again."""
    page = client.get(f"/{NAME}/realised?every=yes&by={by}")
    said = text_of(page)

    assert re.search(r"Leads with an outcome \d+", said)
    assert f"Promised and realised, by {by}" in said
    assert "with its 95 % interval" in said
    assert text_of(client.get(f"/{NAME}/realised?every=yes&by={by}")) == said


def test_young_batches_are_counted_on_request_with_a_warning(client):
    """Whoever converts is known sooner; leads are grouped in ways the use case has."""
    due = text_of(client.get(f"/{NAME}/realised"))
    every = text_of(client.get(f"/{NAME}/realised?every=yes"))

    assert "early figures flatter" in every
    assert "early figures flatter" not in due
    assert client.get(f"/{NAME}/realised?by=town").status_code == 409


def test_quarantine_is_filtered(client):
    """By rule and column; each row shows its raw content and what is wrong."""
    whole = text_of(client.get(f"/{NAME}/quarantine"))
    other = text_of(client.get(f"/{NAME}/quarantine?column=(whole%20row)"))
    after = text_of(client.get(f"/{NAME}/quarantine?after=999999999"))

    assert "contradicting outcome in app_complete_flag" in whole
    assert "first_platform_c" in whole
    assert "No such row" in other
    assert "No such row" in after


def test_who_may_only_read_sees_no_form(watched):
    """And is refused if they send one all the same."""
    with browsed(watched.home, "reader") as reader:
        pages = [reader.get(f"/{NAME}/{page}").text for page in ("model", "held", "quarantine")]
        token = token_in(pages[0])
        answers = [
            reader.post(f"/{NAME}/{path}", data={"token": token, "reason": "mine"})
            for path in (
                "model/2/answer", "model/rollback", "held/batch_x/release",
                "quarantine/load_x/replay",
            )
        ]  # fmt: skip

    assert all("log-out" in page and page.count("<form method") <= 1 for page in pages)
    assert [answer.status_code for answer in answers] == [403] * 4


@pytest.mark.parametrize("form", [("model", "answer"), ("held", "release")])
@pytest.mark.parametrize("reason", ["  ", "x" * 2001])
def test_without_a_reason_nothing_is_decided(client, watched, form, reason):
    """The page comes back with what is wrong beside the field."""
    page, action = form
    answer = send(client, f"/{NAME}/{page}", action, reason=reason, answer="approve")

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert newest(watched.home, "held")
    assert newest(watched.home, "last_decision").kind == "hold"


def test_a_held_batch_is_released_in_the_name_of_who_is_logged_in(own):
    """Its scores are visible from then on, and it cannot be released again."""
    batch = newest(own, "held")[0].batch_id
    with browsed(own) as client:
        page = client.get(f"/{NAME}/held").text
        done = send(client, f"/{NAME}/held", "release", reason="the campaign began")
        fields = {"token": token_in(page), "reason": "again"}
        again = client.post(f"/{NAME}/held/{batch}/release", data=fields)
    decision = newest(own, "last_decision")

    assert "is published" in text_of(done)
    assert "No batch is held" in text_of(done)
    assert (decision.kind, decision.subject) == ("release", batch)
    assert (decision.decided_by, decision.reasons) == ("admin", ("the campaign began",))
    assert again.status_code == 409
    assert newest(own, "held") == ()


def test_a_version_is_approved_and_rolled_back(own):
    """Both by name and reason, and the champion follows."""
    with browsed(own) as client:
        form = {"answer": "approve", "reason": "it finds more"}
        approved = send(client, f"/{NAME}/model", "answer", **form)
        after_approval = newest(own, "champion").version
        back = send(client, f"/{NAME}/model", "rollback", reason="complaints")
    decision = newest(own, "last_decision")

    assert "Version 2 was approved; version 2 is champion." in text_of(approved)
    assert after_approval == 2
    assert "Version 1 is champion again" in text_of(back)
    assert (decision.kind, decision.decided_by) == ("rollback", "admin")
    assert newest(own, "champion").version == 1


def test_a_version_is_rejected(own):
    """The champion stays, and the version waits no longer."""
    with browsed(own) as client:
        form = {"answer": "reject", "reason": "too many leave the top"}
        said = text_of(send(client, f"/{NAME}/model", "answer", **form))

    assert "Version 2 was rejected" in said
    assert "waits for approval" not in said
    assert newest(own, "last_decision").kind == "refusal"


def test_quarantine_is_tried_again(own):
    """By the contract as it is now, which contradictions still break."""
    with browsed(own) as client:
        said = text_of(send(client, f"/{NAME}/quarantine", "replay"))

    assert "rows are accepted now" in said or "No row is accepted" in said


def test_where_nothing_happened_pages_say_so(tmp_path):
    """Every page of a platform that never ran is a sentence, and not an error."""
    command = new_command(tmp_path / "home")
    with browsed(command.home) as client:
        pages = {
            page: text_of(client.get(f"/{NAME}/{page}"))
            for page in ("drift", "model", "held", "quarantine", "realised")
        }
        overview = text_of(client.get("/overview"))

    assert "Nothing was loaded yet" in overview
    assert "Nothing was checked yet" in pages["drift"]
    assert "No champion yet" in pages["model"]
    assert "No decision yet" in pages["model"]
    assert "No batch is held" in pages["held"]
    assert "Nothing is in quarantine" in pages["quarantine"]
    assert "No lead was scored and published yet" in pages["realised"]
