"""Pages of use cases that predict a number or one of several classes, and of leads that moved."""

from datetime import UTC
from datetime import datetime

import pyarrow as pa
import pytest
from consoles import log_in
from fastapi import FastAPI
from made import make_batch
from starlette.testclient import TestClient

from lead_scoring.core.records import BatchStatus
from lead_scoring.service.console.app import console_app
from lead_scoring.service.console.key_entrance import key_entrance

AS_OF = datetime(2024, 1, 10, tzinfo=UTC)
NUMBER = {"prediction": 12.5, "interval_low": 10.0, "interval_high": 15.25}
CLASS = {"predicted_class": "Gold & more", "probability": 0.625}
CLASS["class_probabilities"] = '{"Gold & more": 0.625, "other": 0.375}'
CHANCE = {"probability": 0.75}


@pytest.fixture
def client(people, database_url, monkeypatch):
    """Give a client that is logged in."""
    monkeypatch.setenv("LEAD_SCORING_DATABASE_URL", database_url)
    console = console_app(key_entrance(people, "of no use elsewhere"))
    app = FastAPI()
    app.mount("/console", console)
    made = TestClient(app, base_url="http://desk")
    log_in(made, "reader", "/console")
    yield made
    console.state.console.close()


def publish(database, use_case, score, day=10, **given):
    """Publish a batch of one lead."""
    reasons = '[{"feature": "a", "text": "<b>won</b> before", "value": 1, "contribution": -0.5}]'
    row = {"lead_id": "=1+1", "score": score, "margin": score, "grade": "B", "reasons": reasons}
    columns = {name: pa.array([value]) for name, value in (row | given).items()}
    batch = make_batch(
        batch_id=f"batch_{day}",
        use_case=use_case,
        as_of=AS_OF.replace(day=day),
        rows_in=1,
        rows_scored=1,
        rows_skipped=0,
        status=BatchStatus.PUBLISHED,
    )
    database.save_batch(batch, [pa.RecordBatch.from_pydict(columns)])


@pytest.mark.parametrize(
    ("use_case", "given", "words"),
    [
        ("olist_satisfaction", NUMBER, ["12.5", "10 to 15.25", "Prediction"]),
        ("customer_segments", CLASS, ["Gold &amp; more", "62.5%", "Class"]),
        ("codepro_leads", CHANCE, ["75.0%", "Probability", "Expected to convert"]),
    ],
)
def test_list_and_lead_say_what_is_predicted(client, database, use_case, given, words):
    """A number with its interval, a class with its probability, or a probability."""
    publish(database, use_case, 61.5, **given)

    for path in ("leads", "lead?id=%3D1%2B1"):
        page = client.get(f"/console/{use_case}/{path}")
        assert page.status_code == 200
        assert [one for one in words[:2] if one not in page.text] == []
        assert "&lt;b&gt;won&lt;/b&gt; before" in page.text
    assert words[2] in client.get(f"/console/{use_case}/leads").text


@pytest.mark.parametrize(("score", "word"), [(80.0, "improving"), (20.0, "declining")])
def test_list_says_and_asks_for_how_a_score_moved(client, database, score, word):
    """A second score shows the trend, and the form can ask for it."""
    publish(database, "codepro_leads", 50.0, day=10, **CHANCE)
    publish(database, "codepro_leads", score, day=11, **CHANCE)

    for query, found in ((f"trend={word}", True), ("trend=steady", False)):
        page = client.get(f"/console/codepro_leads/leads?{query}")
        assert ("from 50" in page.text) is found
        assert f'value="{word}"' in page.text
    lead = client.get("/console/codepro_leads/lead?id=%3D1%2B1").text
    assert "Why it moved" in lead
    assert f"The score went from 50.0 to {score}, of 100." in lead


def test_files_are_safe_to_open(client, database):
    """What looks like a formula is text, in CSV and for Excel."""
    publish(database, "codepro_leads", 50.0, **CHANCE)

    text = client.get("/console/codepro_leads/leads.csv").text
    sheet = client.get("/console/codepro_leads/leads.xlsx")

    assert "'=1+1" in text
    assert sheet.content.startswith(b"PK")
    assert client.get("/console/codepro_leads/leads.exe").status_code == 422
