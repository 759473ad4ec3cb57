"""Who gets in, what forms are believed, and what every answer carries."""

import os
import re

import pytest
from consoles import SECRET
from consoles import log_in
from consoles import token_in
from fastapi import APIRouter
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from lead_scoring.service.console.app import console_app
from lead_scoring.service.console.key_entrance import COOKIE
from lead_scoring.service.console.key_entrance import key_entrance

OPEN = {"/log-in"}
PREFIX = "/console"


@pytest.fixture
def console(people, database_url, monkeypatch):
    """Give the console on an empty database."""
    monkeypatch.setenv("LEAD_SCORING_DATABASE_URL", database_url)
    made = console_app(key_entrance(people, SECRET))
    yield made
    made.state.console.close()


@pytest.fixture
def client(console):
    """Give a browser without a window; the console is mounted as it is in the service."""
    app = FastAPI()
    app.mount(PREFIX, console)
    return TestClient(app, base_url="http://desk", raise_server_exceptions=False)


def routes_of(console):
    """Return method and path of every route, its path filled with a use case that exists."""
    for route in console.routes:
        if isinstance(route, APIRoute):
            path = re.sub(r"\{use_case\}", "codepro_leads", route.path)
            for method in route.methods:
                yield method, re.sub(r"\{[^}]+\}", "1", path)


def test_every_route_asks_who_comes(client, console):
    """Nobody sees a page or has a form accepted without logging in."""
    asked = [(method, path) for method, path in routes_of(console) if path not in OPEN]

    answers = {
        (method, path): client.request(method, PREFIX + path, follow_redirects=False)
        for method, path in asked
    }

    assert answers
    for (method, path), answer in answers.items():
        assert answer.status_code == (303 if method == "GET" else 401), path
        if method == "GET":
            assert answer.headers["location"].startswith("/console/log-in?to=%2Fconsole%2F")


def test_no_documentation_is_served(client):
    """There is no description of the routes for strangers to read."""
    log_in(client, "reader", PREFIX)

    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(PREFIX + path).status_code == 404


def test_every_answer_forbids_what_it_does_not_need(client):
    """Pages, errors and files all carry the policy that keeps foreign content out."""
    for path in ("/log-in", "/nowhere", "/static/console.css"):
        headers = client.get(PREFIX + path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert client.get(f"{PREFIX}/log-in").headers["cache-control"] == "no-store"


def test_log_in_leads_back_to_the_page_that_was_asked_for(client):
    """A link to a page works once one is logged in, and the cookie is out of scripts' reach."""
    sent = client.get(f"{PREFIX}/codepro_leads/leads?grade=A")
    page = client.post(str(sent.url), data={"key": "key-of-reader", "token": token_in(sent.text)})

    cookie = page.history[0].headers["set-cookie"]
    assert str(page.url) == "http://desk/console/codepro_leads/leads?grade=A"
    assert page.status_code == 200
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/console", "Max-Age"))
    assert "key-of-reader" not in cookie


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/other", "/console"])
def test_log_in_leads_nowhere_else(client, to):
    """An address elsewhere in a link to the log-in is not followed."""
    token = token_in(client.get(f"{PREFIX}/log-in").text)

    answer = client.post(
        f"{PREFIX}/log-in",
        params={"to": to},
        data={"key": "key-of-reader", "token": token},
        follow_redirects=False,
    )

    assert answer.headers["location"] == "/console/"


def test_wrong_key_is_refused_in_words(client):
    """The form comes back and says what is wrong; nothing is set."""
    token = token_in(client.get(f"{PREFIX}/log-in").text)

    answer = client.post(f"{PREFIX}/log-in", data={"key": "guessed", "token": token})

    assert answer.status_code == 401
    assert "This is no key" in answer.text
    assert COOKIE not in client.cookies


def test_forged_cookie_is_nobody(client):
    """A cookie that was not signed here opens nothing."""
    client.cookies.set(COOKIE, "ImFkbWluIg.forged.forged", domain="desk")

    assert client.get(f"{PREFIX}/", follow_redirects=False).status_code == 303


def test_revoked_key_ends_its_sessions(client, people):
    """Who loses the key is out at the next click."""
    log_in(client, "reader", PREFIX)
    assert client.get(f"{PREFIX}/", follow_redirects=False).status_code == 200

    people.revoke("reader")

    assert client.get(f"{PREFIX}/", follow_redirects=False).status_code == 303


def test_log_out_takes_the_cookie_away(client):
    """After it the first page asks for a key again."""
    log_in(client, "reader", PREFIX)
    token = token_in(client.get(f"{PREFIX}/").text)

    client.post(f"{PREFIX}/log-out", data={"token": token})

    assert client.get(f"{PREFIX}/", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"sec-fetch-site": "cross-site"}, None),
        ({"sec-fetch-site": "same-site"}, None),
        ({"origin": "http://evil.example"}, None),
        ({"origin": "null"}, None),
        ({}, ""),
        ({}, "forged"),
    ],
)
def test_form_from_elsewhere_is_refused(client, headers, token):
    """Whatever a page of somebody else makes a browser send, the person stays logged in."""
    log_in(client, "reader", PREFIX)
    own = token_in(client.get(f"{PREFIX}/").text)
    sent = own if token is None else token

    answer = client.post(f"{PREFIX}/log-out", data={"token": sent}, headers=headers)

    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    assert client.get(f"{PREFIX}/", follow_redirects=False).status_code == 200


def test_token_of_somebody_else_is_refused(client):
    """A form that was made for one person cannot be sent by another."""
    log_in(client, "admin", PREFIX)
    foreign = token_in(client.get(f"{PREFIX}/").text)
    log_in(client, "reader", PREFIX)

    assert client.post(f"{PREFIX}/log-out", data={"token": foreign}).status_code == 403


def test_huge_form_is_refused_unread(client):
    """A body beyond the limit is refused by its length, and one without a length, too."""
    log_in(client, "reader", PREFIX)

    for content in (b"x" * 300_000, iter([b"token=1"])):
        answer = client.post(f"{PREFIX}/log-out", content=content)
        assert answer.status_code == 413


def test_use_case_that_is_not_there_is_not_found(client):
    """The page says which there are."""
    log_in(client, "reader", PREFIX)

    answer = client.get(f"{PREFIX}/codepro_laeds/leads")

    assert answer.status_code == 404
    assert "codepro_leads" in answer.text


def test_error_nobody_foresaw_tells_nothing_of_the_inside(client, console):
    """The page says where to look; the text of the error is in the log alone."""
    router = APIRouter()

    @router.get("/broken")
    def broken():
        msg = f"secret {os.getpid()}"
        raise RuntimeError(msg)

    console.include_router(router)

    answer = client.get(f"{PREFIX}/broken")

    assert answer.status_code == 500
    assert "log of the service" in answer.text
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
