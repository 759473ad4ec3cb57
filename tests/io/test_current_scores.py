"""Current scores, whatever the order of events, against a model of a few lines."""

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest
import sqlalchemy as sa
from databases import sqlite_url
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from made import USE_CASE
from made import day
from made import make_batch
from made import make_decision
from made import make_outcomes
from made import make_scores
from proofs import examples

from lead_scoring.config.loading import home
from lead_scoring.core.records import BatchStatus
from lead_scoring.io.database import Database
from lead_scoring.io.tables import METADATA

LEADS = ("ann", "bob", "cyd", "dee")

EVENTS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["publish", "hold"]),
            st.integers(1, 6),
            st.dictionaries(
                st.sampled_from(LEADS), st.sampled_from([0.1, 0.14, 0.15, 0.2, 0.9]), min_size=1
            ),
        ),
        st.tuples(st.just("release"), st.integers(0, 7)),
        st.tuples(st.just("outcome"), st.sampled_from(LEADS), st.integers(1, 7)),
    ),
    max_size=14,
)


@dataclass
class Simple:
    """What the current scores have to be, said as shortly as possible."""

    published: list[tuple[int, str, dict[str, float]]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)

    def current(self) -> dict[str, str]:
        """Return the newest score of each open lead, by as_of and then by publication."""
        frontier = max((as_of for as_of, _, _ in self.published), default=0)
        newest: dict[str, str] = {}
        for _, batch, leads in sorted(self.published, key=lambda one: one[0]):
            newest |= dict.fromkeys(leads, batch)
        return {
            lead: batch for lead, batch in newest.items() if self.known.get(lead, 99) > frontier
        }

    def moves(self) -> dict[str, tuple[str, float | None]]:
        """Return the trend of each open lead and the score before, by the whole history."""
        history = sorted(self.published, key=lambda one: one[0])
        return {lead: self._move(lead, history) for lead in self.current()}

    @staticmethod
    def _move(lead: str, history: list[tuple[int, str, dict[str, float]]]):
        seen = [(as_of, round(leads[lead] * 100)) for as_of, _, leads in history if lead in leads]
        before = [score for as_of, score in seen if as_of < seen[-1][0]]
        if not before:
            return "new", None
        change = seen[-1][1] - before[-1]
        words = {1: "improving", -1: "declining", 0: "steady"}
        return words[(change >= 5) - (change <= -5)], float(before[-1])


def replay(database: Database, events: list[tuple]) -> Simple:
    """Let the events happen to the database and to the simple model."""
    simple, held, numbers = Simple(), [], count()
    for event in events:
        match event:
            case ("publish" | "hold" as kind, as_of, leads):
                name = f"batch_{next(numbers)}"
                batch = make_batch(batch_id=name, as_of=day(as_of), rows_scored=len(leads))
                if kind == "hold":
                    batch = replace(batch, status=BatchStatus.HELD)
                    held.append((as_of, name, leads))
                else:
                    simple.published.append((as_of, name, leads))
                scores = {lead: leads[lead] for lead in sorted(leads)}
                database.save_batch(batch, [make_scores(scores)])
            case ("release", index) if index < len(held):
                batch = held.pop(index)
                decision = make_decision(decision_id=f"release_{batch[1]}", subject=batch[1])
                database.release_batch(batch[1], decision)
                simple.published.append(batch)
            case ("outcome", lead, known_at) if lead not in simple.known:
                simple.known[lead] = known_at
                outcome = make_outcomes([(lead, 1.0, day(known_at))])
                database.save_outcomes(USE_CASE, "load_1", [outcome])
    return simple


def check(database: Database, events: list[tuple]) -> None:
    """Compare the database with the simple model after the events."""
    with database.writing("nothing") as connection:
        for table in METADATA.sorted_tables:
            connection.execute(sa.delete(table))
    simple = replay(database, events)
    leads = database.leads(USE_CASE, top=None)

    assert dict(zip(leads["lead_id"], leads["batch_id"], strict=True)) == simple.current()
    trends = dict(zip(leads["lead_id"], leads["trend"], strict=True))
    assert trends == {lead: trend for lead, (trend, _) in simple.moves().items()}
    before = leads["previous_score"].astype(object).where(leads["previous_score"].notna(), None)
    scores = dict(zip(leads["lead_id"], before, strict=True))
    assert scores == {lead: pytest.approx(score) for lead, (_, score) in simple.moves().items()}


@pytest.mark.slow
@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_any_order_of_events_ends_in_the_same_current_scores(either_database, events):
    """Publishing, holding, releasing and outcomes in any order equal the simple model."""
    check(either_database, events)


@pytest.mark.slow
def test_an_instant_survives_the_comparison_of_texts(tmp_path):
    """The frontier compares instants with and without fractions of a second rightly."""
    with Database.open(sqlite_url(tmp_path), home()) as database:
        batch = make_batch(as_of=datetime.fromisoformat("2024-01-10T00:00:00.000001+00:00"))
        database.save_batch(batch, [make_scores({"ann": 0.5, "bob": 0.5})])
        outcomes = make_outcomes(
            [
                ("ann", 1.0, datetime.fromisoformat("2024-01-10T01:00:00+01:00")),
                ("bob", 1.0, datetime.fromisoformat("2024-01-10T00:00:00.000002+00:00")),
            ]
        )
        database.save_outcomes(USE_CASE, "load_1", [outcomes])

        assert database.leads(USE_CASE)["lead_id"].tolist() == ["bob"]
