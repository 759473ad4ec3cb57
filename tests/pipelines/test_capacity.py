"""What calling so many leads would bring, on both databases."""

import json

import pyarrow as pa
import pytest
from champions import Champions
from made import USE_CASE
from made import make_batch
from made import make_scores
from made import make_snapshot
from made import make_use_case

from lead_scoring.core.plain import plain
from lead_scoring.errors import GateError
from lead_scoring.pipelines.capacity import capacity_table
from lead_scoring.pipelines.capacity import grade_outlooks

LEADS = {f"lead_{number:03d}": (100 - number) / 100 for number in range(100)}
COSTS = {"value_of_conversion": 50, "cost_per_contact": 10, "currency": "EUR"}
WITH_COSTS = make_use_case(inference={"costs": COSTS})


@pytest.fixture
def filled(either_database):
    """Give a database with a hundred leads of probability 1.00 down to 0.01."""
    batch = make_batch(rows_in=100, rows_scored=100, rows_skipped=0)
    either_database.save_batch(batch, [make_scores(LEADS)])
    return either_database


def test_the_best_are_called_first_and_the_last_one_is_named(filled):
    """Conversions, profit and the lead called last are those of the list's head."""
    table = capacity_table(WITH_COSTS, 10, 2, (), store=filled)
    by_what = {(one.what, one.per_day): one for one in table.choices}
    asked = by_what["asked for", 10]

    assert [(one.per_day, one.calls) for one in table.choices[:3]] == [(5, 10), (10, 20), (20, 40)]
    assert asked.outlook.conversions == pytest.approx(sum(list(LEADS.values())[:20]))
    assert asked.outlook.profit == pytest.approx(sum(list(LEADS.values())[:20]) * 50 - 200)
    assert (asked.last["lead_id"], asked.pays) == ("lead_019", True)
    assert table.break_even.probability == pytest.approx(0.2)
    pays, every = by_what["every call that pays", 10], by_what["all leads", 10]
    assert (pays.calls, pays.last["lead_id"], pays.days) == (81, "lead_080", 9)
    assert (every.calls, every.pays, every.captured) == (100, False, pytest.approx(1.0))
    assert pays.outlook.profit == max(one.outlook.profit for one in table.choices)
    assert json.dumps(plain(table))


def test_grades_add_up_to_the_list(filled):
    """Each grade has its leads, its conversions and an interval around them."""
    grades = grade_outlooks(WITH_COSTS, store=filled)

    assert [(one.grade, one.leads) for one in grades] == [("A", 51), ("D", 49)]
    assert sum(one.outlook.conversions for one in grades) == pytest.approx(sum(LEADS.values()))
    assert all(one.outlook.low <= one.outlook.conversions <= one.outlook.high for one in grades)


def test_more_calls_than_leads_are_all_leads(filled):
    """Nobody is called twice; other capacities can be named."""
    table = capacity_table(make_use_case(), 500, 3, (7,), store=filled)

    assert [(one.per_day, one.calls) for one in table.choices] == [(7, 21), (500, 100), (500, 100)]
    assert table.choices[0].outlook.profit is None
    assert (table.break_even, table.choices[0].pays) == (None, None)


def test_an_empty_list_is_a_case(either_database):
    """Before the first batch there is nobody to call."""
    table = capacity_table(WITH_COSTS, 10, 1, (), store=either_database)

    assert (table.leads, table.grades) == (0, ())
    assert {one.calls for one in table.choices} == {0}


def test_of_several_classes_the_first_is_the_conversion(either_database):
    """Its probability counts for every lead, whichever class is predicted."""
    classes = {
        "outcome": {"column": "medium", "classes": ["gold", "tin", "lead"], "maturity": "3d"},
        "features": {"numeric": ["visits"]},
        "task": "multiclass",
        "inference": {"costs": COSTS},
    }
    shares = [{"gold": 0.6, "tin": 0.3, "lead": 0.1}, {"gold": 0.2, "tin": 0.7, "lead": 0.1}]
    scores = make_scores({"ann": 0.6, "bob": 0.4})
    scores = scores.append_column(
        "class_probabilities", pa.array([json.dumps(one) for one in shares], pa.string())
    )
    either_database.save_batch(make_batch(), [scores])
    table = capacity_table(make_use_case(**classes), 2, 1, (1,), store=either_database)

    assert table.counted == "leads of class gold"
    assert [one.outlook.conversions for one in table.choices[:2]] == pytest.approx([0.6, 0.8])
    assert table.break_even.leads == 2


def test_a_number_has_no_conversions(either_database):
    """The mean prediction of those called is all there is to say."""
    numbers = {
        "outcome": {"column": "visits", "min": 0, "max": 5, "maturity": "3d"},
        "features": {"categorical": ["medium"]},
        "task": "regression",
    }
    scores = make_scores({"ann": 0.9, "bob": 0.1}).append_column(
        "prediction", pa.array([4.0, 1.0], pa.float64())
    )
    either_database.save_batch(make_batch(), [scores])
    table = capacity_table(make_use_case(**numbers), 1, 1, (), store=either_database)

    assert (table.counted, table.grades[0].outlook) == ("", None)
    assert [one.mean_prediction for one in table.choices] == pytest.approx([4.0, 2.5, 2.5])
    with pytest.raises(ValueError, match=r"inference\.costs is for task: binary"):
        make_use_case(**numbers, inference={"costs": COSTS})


def test_nobody_is_called_no_times(filled):
    """A number below one is refused by name, before anything is asked."""
    with pytest.raises(GateError, match=f"{USE_CASE}: got 0 calls or days"):
        capacity_table(WITH_COSTS, 10, 0, (), store=filled)


def test_the_list_begins_with_the_best_of_all_batches(database, tmp_path):
    """Two batches of a day have their A leads each; the first of the list are the best of both."""
    config = make_use_case(inference={"grades": {"capacity": {"A": 5, "B": 5}}})
    champions = Champions.made(database, tmp_path)
    champions.add("load_2", make_snapshot(20, first=40))
    batches = [champions.publish(load_id, config=config) for load_id in ("load_1", "load_2")]

    leads = database.leads(USE_CASE, top=None)
    best = leads.sort_values(["score", "margin", "lead_id"], ascending=[False, False, True])
    table = capacity_table(config, 5, 1, (), store=database)
    last = next(one.last["lead_id"] for one in table.choices if one.what == "asked for")
    assert set(leads["batch_id"].head(5)) == {one.batch_id for one in batches}
    assert (leads["grade"] == "A").sum() == 10
    assert leads["lead_id"].head(5).tolist() == best["lead_id"].head(5).tolist()
    assert last == leads["lead_id"].iloc[4]
