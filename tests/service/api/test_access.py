"""No route but /health answers without a key, and a key opens what it is for and no more."""

from datetime import UTC
from datetime import datetime

import pytest
from fastapi.routing import APIRoute
from homes_served import LEAD
from homes_served import USE_CASE
from homes_served import new_secret
from starlette.routing import Mount
from starlette.testclient import TestClient

from lead_scoring.core.api_keys import ApiKey
from lead_scoring.core.api_keys import KeyScope
from lead_scoring.core.api_keys import digest_of
from lead_scoring.errors import ConfigError
from lead_scoring.service.api.access import Needs
from lead_scoring.service.app import CONSOLE
from lead_scoring.service.app import service_app
from lead_scoring.service.settings import ServiceLimits
from lead_scoring.service.settings import Settings

pytestmark = pytest.mark.slow

OPEN = {"/health"}
SCORE = f"/v1/{USE_CASE}/score"
SECRET = "signs nothing that anybody reads"  # noqa: S105 of no use elsewhere


def needs_of(route: APIRoute) -> list[Needs]:
    """Return what a route asks for before it answers."""
    return [one.call for one in route.dependant.dependencies if isinstance(one.call, Needs)]


def test_every_route_but_health_asks_for_a_key(client):
    """By its structure, and when it is asked: without a key, with a wrong one, and with none."""
    routes = client.app.routes
    rest = [route for route in routes if isinstance(route, APIRoute)]

    assert {route.path for route in routes if isinstance(route, Mount)} == {CONSOLE}
    assert len(rest) + 1 == len(routes)
    assert {route.path for route in rest if not needs_of(route)} == OPEN
    for route in rest:
        path = route.path.replace("{use_case}", USE_CASE).replace("{lead_id:path}", "x")
        for headers in ({}, {"Authorization": "Bearer lsk_0_x"}, {"Authorization": "Basic eA=="}):
            for method in route.methods or ():
                answer = client.request(method, path, headers=headers)
                assert answer.status_code == (200 if path in OPEN else 401)
                assert path in OPEN or answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_page_of_the_console_sends_to_its_log_in(client):
    """The console is below the same address, with a log-in of its own."""
    answer = client.get(f"{CONSOLE}/", follow_redirects=False)

    assert answer.status_code in {302, 303, 307}
    assert "/log-in" in answer.headers["location"]


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [("read", {"read"}), ("score", {"score"}), ("admin", {"read", "score"})],
)
def test_a_key_opens_its_scopes_alone(client, served, scope, allowed):
    """Who may read may not score, and the other way round; admin may everything."""
    read = client.get(f"/v1/{USE_CASE}/leads", headers=served.headers(scope))
    scored = client.post(SCORE, json=LEAD, headers=served.headers(scope))

    assert (read.status_code == 200) is ("read" in allowed)
    assert (scored.status_code == 200) is ("score" in allowed)
    assert {read.status_code, scored.status_code} <= {200, 403}


def test_a_key_of_one_use_case_opens_no_other(client, served):
    """Nor what tells of all of them; the list of use cases has its own alone."""
    secret = new_secret(served.command, "read", **{"use-case": USE_CASE})
    headers = {"Authorization": f"Bearer {secret}"}

    assert client.get(f"/v1/{USE_CASE}/models", headers=headers).status_code == 200
    assert client.get("/v1/other/models", headers=headers).status_code == 403
    assert client.get("/metrics", headers=headers).status_code == 403


def test_a_revoked_key_opens_nothing(served):
    """Not even where it was good a moment ago, once that is forgotten."""
    made = served.command.json("keys", "add", "leaver", "--scope", "read")
    headers = {"Authorization": f"Bearer {made['key']}"}
    served.command.json("keys", "revoke", made["key_id"])
    with served.command.entered(), TestClient(service_app(Settings(), SECRET)) as client:
        assert client.get("/v1/use_cases", headers=headers).status_code == 401
    listed = served.command.json("keys", "list")["keys"]
    assert [one["revoked_at"] is not None for one in listed if one["name"] == "leaver"] == [True]


def test_a_key_that_asks_too_often_is_told_when_to_ask_again(served):
    """Another key is not held up by it."""
    limits = ServiceLimits(rate="2/minute")
    with served.command.entered(), TestClient(service_app(Settings(limits), SECRET)) as client:
        answers = [client.get("/ready", headers=served.headers("read")) for _ in range(3)]
        other = client.get("/ready", headers=served.headers("admin"))

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 120
    assert "2 per 1 minute" in answers[2].json()["detail"]
    assert other.status_code == 200


def test_a_rate_that_is_none_is_refused():
    """Before anything is opened."""
    with pytest.raises(ConfigError, match="200/second"):
        service_app(Settings(ServiceLimits(rate="often")), SECRET)


def test_no_secret_is_kept(served):
    """The table has digests; the key is nowhere in the database."""
    digest = digest_of(served.keys["score"])

    assert (digest,) in served.command.rows("SELECT digest FROM api_keys")
    database = served.command.home / "database"
    kept = b"".join(file.read_bytes() for file in database.glob("lead_scoring.db*"))
    assert digest.encode() in kept
    assert served.keys["score"].encode() not in kept


def test_a_key_is_open_until_it_expires():
    """From that instant on it is not."""
    at = datetime(2024, 1, 5, tzinfo=UTC)
    key = ApiKey("id", "crm", frozenset({KeyScope.READ}), None, "0" * 64, at, expires_at=at)

    assert not key.is_open(at)
    assert key.is_open(datetime(2024, 1, 4, tzinfo=UTC))


WRONG = [
    pytest.param(
        ["add", "crm", "--scope", "all"], "one or more of read, score, admin", id="scope"
    ),
    pytest.param(["add", " ", "--scope", "read"], "needs a name", id="name"),
    pytest.param(
        ["add", "crm", "--scope", "read", "--expires", "2020-01-01"],
        "would have expired",
        id="old",
    ),
    pytest.param(
        ["add", "crm", "--scope", "read", "--use-case", "x"], "no use case 'x'", id="use case"
    ),
    pytest.param(["revoke", "0"], "there is no key '0'", id="key"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_wrong_use_of_keys_is_said_in_words(served, arguments, words):
    """Nothing is made or revoked."""
    before = served.command.rows("SELECT count(*) FROM api_keys")
    answer = served.command("keys", *arguments)

    assert answer.code in {1, 2}
    assert words in " ".join(answer.stderr.split())
    assert served.command.rows("SELECT count(*) FROM api_keys") == before


def test_keys_are_shown_once_and_listed_without_their_secret(served):
    """For people as for programs."""
    made = served.command("keys", "add", "for people", "--scope", "read").stdout
    listed = served.command("keys", "list").stdout

    assert "lsk_" in made
    assert "cannot be shown again" in made
    assert "for people" in listed
    assert "lsk_" not in listed
