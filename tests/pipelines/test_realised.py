"""Promised beside realised, by hand, on both databases."""

import json

import pyarrow as pa
import pytest
from made import USE_CASE
from made import day
from made import make_batch
from made import make_load
from made import make_outcomes
from made import make_scores
from made import make_use_case

from lead_scoring.core.plain import plain
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Purpose
from lead_scoring.errors import GateError
from lead_scoring.pipelines.realised import report

CONFIG = make_use_case()


def publish(database, name, as_of, scores, **given):
    """Publish a batch of scores."""
    rows = scores.num_rows
    batch = make_batch(
        batch_id=name, as_of=as_of, rows_in=rows, rows_scored=rows, rows_skipped=0, **given
    )
    database.save_batch(batch, [scores])


@pytest.fixture
def filled(either_database):
    """Give a database with eight A of 0.75, eight D of 0.25, and half of either converted.

    They were scored on the tenth of January; one lead again on the first of February, too late
    for its outcome to be due, as the newest load is of the third.
    """
    leads = {f"a{n}": 0.75 for n in range(8)} | {f"d{n}": 0.25 for n in range(8)}
    publish(either_database, "batch_1", day(10), make_scores(leads | {"open": 0.9}))
    publish(either_database, "batch_2", day(32), make_scores({"young": 0.5}), load_id="load_2")
    known = [(name, float(int(name[1]) % 2), day(13)) for name in leads]
    either_database.save_outcomes(USE_CASE, "load_1", [make_outcomes(known)])
    either_database.save_load(make_load(as_of=day(34)), [])
    return either_database


def test_each_grade_is_put_beside_what_happened(filled):
    """Rates, lift, intervals and Brier score are those counted by hand."""
    found = report(CONFIG, store=filled)
    a, d = found.groups

    assert [(one.name, one.leads) for one in found.groups] == [("A", 8), ("D", 8)]
    assert (a.promised, a.realised, a.lift) == pytest.approx((0.75, 0.5, 1.0))
    assert (a.error, d.error) == pytest.approx(((0.75**2 + 0.25**2) / 2,) * 2)
    assert (a.low, a.high) == pytest.approx((0.2152, 0.7848), abs=1e-4)
    assert (a.promised_low, a.promised_high, a.kept) == (0.5, 1.0, True)
    assert (found.known, found.unknown, found.waiting) == (16, 1, 1)
    assert found.overall.realised == 0.5
    assert found.calibration_error == pytest.approx(0.25)
    assert [one.name for one in found.bands] == ["20 % to 30 %", "70 % to 80 %"]
    assert json.dumps(plain(found))


def test_a_lead_counts_once_by_its_last_promise_before_the_outcome(filled):
    """A newer promise takes the place of the older; one after the outcome does not exist."""
    publish(filled, "batch_3", day(12), make_scores({"a1": 0.25}), load_id="load_3")
    publish(filled, "batch_4", day(14), make_scores({"a3": 0.25}), load_id="load_4")
    found = report(CONFIG, store=filled)

    assert [(one.name, one.leads) for one in found.groups] == [("A", 7), ("D", 9)]
    assert found.known == 16


def test_outcomes_that_came_early_wait_until_all_are_due(filled):
    """A conversion known before its batch is due is counted only when asked for."""
    filled.save_outcomes(USE_CASE, "load_1", [make_outcomes([("young", 1.0, day(33))])])

    assert report(CONFIG, store=filled).known == 16
    every = report(CONFIG, store=filled, every=True)
    assert (every.known, every.waiting, every.until) == (17, 0, None)


def test_a_source_that_did_not_change_is_as_far_as_its_newest_outcome(filled):
    """It stays one load of its first instant; what it says of later days counts all the same."""
    filled.save_outcomes(USE_CASE, "load_1", [make_outcomes([("young", 1.0, day(35))])])

    assert report(CONFIG, store=filled).known == 17


def test_what_a_file_brought_back_makes_no_other_outcome_due(filled):
    """One lead's outcome known later does not mean that the others' are known by then."""
    filled.save_load(make_load(load_id="file_1", purpose=Purpose.OUTCOMES, as_of=day(50)), [])
    filled.save_outcomes(USE_CASE, "file_1", [make_outcomes([("young", 1.0, day(45))])])

    assert report(CONFIG, store=filled).known == 16


def test_held_and_superseded_batches_promised_nothing(filled):
    """They are neither known nor unknown."""
    publish(
        filled, "batch_5", day(11), make_scores({"ann": 0.9}), load_id="load_5",
        status=BatchStatus.HELD,
    )  # fmt: skip
    filled.save_outcomes(USE_CASE, "load_1", [make_outcomes([("ann", 1.0, day(13))])])

    assert report(CONFIG, store=filled).known == 16


def test_months_are_those_of_the_promise(filled):
    """By month a promise stands under the month its batch was computed for."""
    filled.save_outcomes(USE_CASE, "load_1", [make_outcomes([("young", 1.0, day(33))])])
    filled.save_load(make_load(load_id="load_2", as_of=day(60)), [])
    found = report(CONFIG, "month", store=filled)

    assert [(one.name, one.leads) for one in found.groups] == [("2024-01", 16), ("2024-02", 1)]


def test_numbers_have_an_error_and_a_coverage(either_database):
    """There is no lift and no promise to keep, but a mean error and a share within intervals."""
    config = make_use_case(
        outcome={"column": "visits", "min": 0, "max": 5, "maturity": "3d"},
        features={"categorical": ["medium"]},
        task="regression",
    )
    scores = make_scores({"ann": 0.9, "bob": 0.9})
    for name, values in {
        "prediction": [4.0, 2.0], "interval_low": [3.0, 1.5], "interval_high": [5.0, 2.5]
    }.items():  # fmt: skip
        scores = scores.append_column(name, pa.array(values, pa.float64()))
    publish(either_database, "batch_1", day(10), scores)
    known = [("ann", 3.5, day(13)), ("bob", 3.0, day(13))]
    either_database.save_outcomes(USE_CASE, "load_1", [make_outcomes(known)])
    found = report(config, store=either_database)
    (group,) = found.groups

    assert (group.promised, group.realised, group.error) == (3.0, 3.25, 0.75)
    assert (group.covered, group.kept, group.lift) == (0.5, None, None)
    assert (found.counted, found.bands) == ("", ())


def test_classes_are_right_or_wrong(either_database):
    """The share predicted right stands beside the probability of the class predicted."""
    config = make_use_case(
        outcome={"column": "medium", "classes": ["web", "mail", "fair"], "maturity": "3d"},
        features={"numeric": ["visits"]},
        task="multiclass",
    )
    scores = make_scores({"ann": 0.9, "bob": 0.6, "cyd": 0.6}).append_column(
        "predicted_class", pa.array(["web", "mail", "mail"])
    )
    publish(either_database, "batch_1", day(10), scores)
    known = make_outcomes([("ann", 0.0, day(13)), ("bob", 0.0, day(13)), ("cyd", 1.0, day(13))])
    known = known.append_column("outcome_class", pa.array(["web", "web", "mail"]))
    either_database.save_outcomes(USE_CASE, "load_1", [known])
    found = report(config, "class", store=either_database)

    rates = [(one.name, one.leads, one.promised, one.realised) for one in found.groups]
    assert rates == [("mail", 2, pytest.approx(0.6), 0.5), ("web", 1, pytest.approx(0.9), 1.0)]


def test_nothing_known_is_a_case(either_database):
    """Before the first outcome there are no groups; a wrong grouping names the right ones."""
    empty = report(CONFIG, store=either_database)

    assert (empty.known, empty.groups, empty.overall, empty.calibration_error) == (
        0,
        (),
        None,
        None,
    )
    with pytest.raises(GateError, match="cannot group by 'class'; task: binary has grade, month"):
        report(CONFIG, "class", store=either_database)
