"""Leads are posted and scored: by our own route, and as MLflow's clients do."""

import httpx
import pytest
from homes_served import LEAD
from homes_served import USE_CASE
from live import leads_of
from live import published

pytestmark = pytest.mark.slow
SCORE = f"/v1/{USE_CASE}/score"
INVOCATIONS = f"/v1/{USE_CASE}/invocations"


def test_one_lead_is_scored_and_the_model_named(client, served):
    """A lead needs no id; the answer says which model it was, in words and headers."""
    answer = client.post(SCORE, json=LEAD, headers=served.headers())

    assert answer.status_code == 200
    said = answer.json()
    (scored,) = said["scores"]
    assert 0 < scored["probability"] < 1
    assert scored["grade"] in "ABCD"
    assert len(scored["lead_id"]) == 32
    assert said["model_version"] == int(answer.headers["X-Model-Version"]) == 1
    assert said["model_digest"] == answer.headers["X-Model-Digest"]


def test_scores_are_those_of_the_batch(client, served):
    """Every lead of the published batch gets the same score when it is posted."""
    batch = published(served.command, USE_CASE)[:50]
    leads = leads_of(USE_CASE, batch[0]["batch_id"])

    answer = client.post(
        SCORE, json=[leads[row["lead_id"]] for row in batch], headers=served.headers()
    )

    found = [(one["lead_id"], one["score"], one["grade"]) for one in answer.json()["scores"]]
    assert found == [(row["lead_id"], row["score"], row["grade"]) for row in batch]


def test_a_broken_lead_is_named_with_field_value_rule_and_what_is_allowed(client, served):
    """Nothing is scored, and whoever sent it can mend it."""
    broken = [LEAD, LEAD | {"visits": "many", "vists": 1}]

    answer = client.post(SCORE, json=broken, headers=served.headers())

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["findings"] == [
        {"row": 2, "field": "visits", "rule": "type", "value": "many", "allowed": "a number"},
        {
            "row": 2,
            "field": "vists",
            "rule": "unknown",
            "value": "1",
            "allowed": "did you mean 'visits'?",
        },
    ]
    assert "1 of 2 leads break the contract" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_records": [LEAD, LEAD | {"visits": 0}]},
        {
            "dataframe_split": {
                "columns": list(LEAD),
                "index": [7, 8],
                "data": [list(LEAD.values()), list((LEAD | {"visits": 0}).values())],
            }
        },
    ],
    ids=["records", "split"],
)
def test_clients_of_mlflow_are_answered_as_mlflow_does(client, served, body):
    """Both layouts of its scoring server; predictions are those of our own route."""
    own = client.post(SCORE, json=[LEAD, LEAD | {"visits": 0}], headers=served.headers()).json()

    answer = client.post(INVOCATIONS, json=body, headers=served.headers())

    expected = [
        {name: one[name] for name in ("probability", "score", "grade")} for one in own["scores"]
    ]
    assert answer.json() == {"predictions": expected}


BODIES = [
    pytest.param(b"", 400, "no JSON", id="nothing"),
    pytest.param(b'{"visits": NaN}', 400, "NaN", id="not a number"),
    pytest.param(b'{"visits": 1, "visits": 2}', 400, "twice", id="a field twice"),
    pytest.param(b"[" * 100_000, 413, "20,000 bytes", id="long"),
    pytest.param(b"[" * 15_000, 400, "nested", id="deep"),
    pytest.param(b'{"visits": ' + b"9" * 5_000 + b"}", 400, "no JSON", id="a long number"),
    pytest.param(b"\xff\xfe{}", 400, "no JSON", id="no text"),
    pytest.param(b"[]", 422, "no lead", id="no lead"),
    pytest.param(b'"lead"', 422, "one lead, an object", id="a text"),
    pytest.param(b"[{}, 1]", 422, "lead 2", id="a number among leads"),
    pytest.param(b"[" + b"{}," * 50 + b"{}]", 413, "51 leads", id="many leads"),
    pytest.param(b'{"a": "\\ud800", "\\udfff": 1}', 422, "unknown", id="half characters"),
    pytest.param(b'{"visits": 1e308, "calls": 1e308, "clicks": 1}', 200, "", id="huge"),
]


@pytest.mark.parametrize(("body", "status", "words"), BODIES)
def test_bodies_that_are_wrong_are_refused_in_words(client, served, body, status, words):
    """Whatever is sent, the answer says what is wrong with it; the service goes on."""
    answer = client.post(SCORE, content=body, headers=served.headers())

    assert answer.status_code == status
    assert words in answer.text


def test_layouts_that_mlflow_does_not_know_are_refused(client, served):
    """A body of our own route, columns and rows that do not fit."""
    wrong = [
        LEAD,
        {"dataframe_split": {"columns": ["visits"], "data": [[1, 2]]}},
        {"dataframe_split": {"columns": ["visits", "visits"], "data": []}},
        {"dataframe_split": {"columns": "visits", "data": []}},
        {"dataframe_split": {"columns": ["visits"], "data": {}}},
    ]
    for body in wrong:
        answer = client.post(INVOCATIONS, json=body, headers=served.headers())
        assert answer.status_code == 422
        assert "dataframe_" in answer.json()["detail"]


def test_an_unknown_use_case_is_said_to_be_one(client, served):
    """The answer names those that there are."""
    answer = client.post("/v1/nothing/score", json=LEAD, headers=served.headers())

    assert answer.status_code == 404
    assert "there are: made_up" in answer.json()["detail"]


def test_the_examples_of_the_description_can_be_sent(client, served):
    """Whoever copies one gets a score."""
    described = client.get("/openapi.json", headers=served.headers("read")).json()
    for route, key in (("score", SCORE), ("invocations", INVOCATIONS)):
        body = described["paths"][f"/v1/{{use_case}}/{route}"]["post"]["requestBody"]
        example = body["content"]["application/json"]["examples"][USE_CASE]["value"]
        assert client.post(key, json=example, headers=served.headers()).status_code == 200


def test_what_was_scored_is_counted(client, served):
    """Leads by use case, requests by route; no key and no id is in it."""
    client.post(SCORE, json=LEAD, headers=served.headers())

    answer: httpx.Response = client.get("/metrics", headers=served.headers("read"))

    assert 'lead_scoring_leads_total{became="scored",use_case="made_up"}' in answer.text
    assert 'lead_scoring_champion_version{use_case="made_up"} 1.0' in answer.text
    assert 'route="/v1/{use_case}/score",status="200"' in answer.text
    assert "lsk_" not in answer.text
