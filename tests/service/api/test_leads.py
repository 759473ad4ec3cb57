"""Scored leads are listed page by page and shown with everything that is known of them."""

import pytest
from homes_served import USE_CASE

pytestmark = pytest.mark.slow
LEADS = f"/v1/{USE_CASE}/leads"


def pages(client, served, **query):
    """Return the leads of all pages, in order."""
    found, after = [], ""
    while after is not None:
        answer = client.get(
            LEADS, params=query | {"after": after}, headers=served.headers("read")
        ).json()
        found += answer["leads"]
        after = answer["next"]
    return found


def test_pages_hold_every_lead_once_best_first(client, served):
    """However small a page is."""
    ids = [
        lead_id
        for (lead_id,) in served.command.rows(
            "SELECT lead_id FROM current_scores ORDER BY grade, score DESC, margin DESC, lead_id"
        )
    ]

    assert [one["lead_id"] for one in pages(client, served, limit=37)] == ids
    assert [one["lead_id"] for one in pages(client, served, limit=1000)] == ids


def test_leads_are_filtered(client, served):
    """By grade, probability, version and event time."""
    every = pages(client, served, limit=1000)
    middle = sorted(one["created_at"] for one in every)[len(every) // 2]

    for query, kept in [
        ({"grade": ["A", "C"]}, lambda one: one["grade"] in "AC"),
        ({"min_probability": 0.5}, lambda one: one["probability"] >= 0.5),
        ({"model_version": 2}, lambda _: False),
        ({"created_from": middle}, lambda one: one["created_at"] >= middle),
        ({"created_until": middle}, lambda one: one["created_at"] < middle),
    ]:
        assert pages(client, served, limit=1000, **query) == [one for one in every if kept(one)]


def test_a_lead_is_shown_with_its_history(client, served):
    """Its current score, and each score with batch, model and digest."""
    best = pages(client, served, limit=1000)[0]

    shown = client.get(f"{LEADS}/{best['lead_id']}", headers=served.headers("read")).json()

    assert shown["current"] == best
    assert [one["model_version"] for one in shown["history"]] == [1]
    assert len(shown["history"][0]["model_digest"]) == 64
    assert shown["outcome"] is None


def test_what_became_of_a_lead_is_shown(client, served):
    """A lead that is no longer open has no current score, and its outcome."""
    ((lead_id,),) = served.command.rows("SELECT lead_id FROM outcomes LIMIT 1")

    shown = client.get(f"{LEADS}/{lead_id}", headers=served.headers("read")).json()

    assert shown["current"] is None
    assert shown["outcome"]["outcome"] in {0.0, 1.0}


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        pytest.param("/nobody", 404, "nothing is known of a lead 'nobody'", id="lead"),
        pytest.param("/a%00b", 422, "lead_id", id="a character no database takes"),
        pytest.param("?limit=0", 422, "limit", id="limit"),
        pytest.param(
            "?grades=A", 422, "unknown parameter: 'grades'; there are: after", id="filter"
        ),
        pytest.param("?grade=E", 422, "grade", id="grade"),
        pytest.param("?after=x", 404, "no page begins there", id="page"),
        pytest.param("?created_from=soon", 422, "created_from", id="instant"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(client, served, path, status, words):
    """The answer names the parameter."""
    answer = client.get(LEADS + path, headers=served.headers("read"))

    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_versions_are_listed_with_decisions_and_the_champion(client, served):
    """Newest first."""
    said = client.get(f"/v1/{USE_CASE}/models", headers=served.headers("read")).json()

    assert [one["version"] for one in said["models"]] == [2, 1]
    assert [one["is_champion"] for one in said["models"]] == [False, True]
    assert said["models"][1]["decisions"][0]["kind"] == "promotion"
    assert {"visits", "source"} <= set(said["fields"])


def test_use_cases_are_listed_with_the_version_that_scores(client, served):
    """For whoever wants to know what can be asked."""
    (one,) = client.get("/v1/use_cases", headers=served.headers("read")).json()["use_cases"]

    assert (one["name"], one["task"], one["model_version"]) == (USE_CASE, "binary", 1)
