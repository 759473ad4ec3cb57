"""A person's word against a verdict: what is written down, and what it can and cannot do."""

import pytest
from fakes import FakeRegistry
from made import USE_CASE
from made import day
from made import make_check
from made import make_load
from made import make_use_case
from made import make_version

from lead_scoring.core.drift_records import Override
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.identity import check_id
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import Purpose
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.override import overrides_of
from lead_scoring.pipelines.override import record_override
from lead_scoring.pipelines.override import refuse_training_on_fault

ACCEPT = Override(OverrideKind.ACCEPT, "ada", "the form has a new field")
TRAIN = Override(OverrideKind.TRAIN, "ada", "a new market")


@pytest.fixture
def record(database):
    """Record overrides of one load, whose check says data fault, by a database of its own."""
    database.save_load(make_load(), [])
    database.save_load(make_load(load_id="foreign", use_case="other"), [])
    database.save_check(make_check(verdict=Verdict.DATA_FAULT))

    def recorded(override, load_id="load_1", number=12):
        return record_override(
            make_use_case(),
            load_id,
            day(number),
            override,
            loads=database,
            registry=FakeRegistry({USE_CASE: make_version()}),
            checks=database,
            decisions=database,
        )

    return recorded


def test_an_accepted_load_is_used_again(record, database):
    """The decision is on the load and says who and why; the load is there from then on."""
    before = database.loads(USE_CASE, day(12), Purpose.TRAIN_AND_SCORE)

    decision = record(ACCEPT)

    assert before == ()
    assert database.loads(USE_CASE, day(12), Purpose.TRAIN_AND_SCORE) == (make_load(),)
    assert (decision.kind, decision.subject) == (DecisionKind.OVERRIDE, "load_1")
    assert decision.reasons == ("accept: the form has a new field",)
    assert (decision.decided_by, decision.champion) == ("ada", 1)


def test_a_training_is_asked_for_of_one_check(record, database):
    """The decision is on the check with its own id, and accepts no load."""
    decision = record(TRAIN)

    assert decision.subject == check_id(USE_CASE, "load_1", 1, day(12), [OverrideKind.TRAIN])
    assert decision.subject != check_id(USE_CASE, "load_1", 1, day(12))
    assert not database.is_accepted("load_1", day(12))


def test_an_override_of_an_accepted_load_says_both(record, database):
    """The id of the check is made of everything that was said about it."""
    record(ACCEPT)

    said = overrides_of("load_1", day(13), TRAIN, database)

    assert said == (OverrideKind.ACCEPT, OverrideKind.TRAIN)
    assert record(TRAIN, number=13).subject == check_id(USE_CASE, "load_1", 1, day(13), said)
    assert overrides_of("load_1", day(11), None, database) == ()


def test_saying_it_twice_writes_once(record, database):
    """The same word again is the same decision; another reason is another one."""
    first = record(TRAIN)
    again = record(TRAIN)
    other = record(Override(OverrideKind.TRAIN, "ada", "the breaker is open"))

    assert first == again
    assert [one.decision_id for one in database.decisions(USE_CASE)] == [
        first.decision_id,
        other.decision_id,
    ]


@pytest.mark.parametrize(("by", "reason"), [(" ", "why"), ("ada", ""), ("ada", "\n")])
def test_an_override_needs_a_name_and_a_reason(record, database, by, reason):
    """Blank ones are refused and nothing is written."""
    with pytest.raises(GateError, match="needs a name and a reason"):
        record(Override(OverrideKind.KEEP, by, reason))

    assert database.decisions(USE_CASE) == ()


@pytest.mark.parametrize("load_id", ["load_9", "foreign"])
def test_an_override_needs_a_load_of_the_use_case(record, database, load_id):
    """Loads that are not there and loads of others are named; nothing is written."""
    with pytest.raises(UnknownIdError, match=load_id):
        record(ACCEPT, load_id)

    assert database.decisions(USE_CASE) == ()


def test_nobody_trains_on_a_data_fault():
    """The error says what is broken, and how to accept the load first."""
    fault = make_check(verdict=Verdict.DATA_FAULT, faults=("visits is 100 times what it was.",))

    with pytest.raises(GateError, match=r"accept the load first .*visits is 100 times"):
        refuse_training_on_fault(fault, TRAIN)


def test_other_words_and_verdicts_are_not_refused():
    """Only a training on a fault is."""
    fault = make_check(verdict=Verdict.DATA_FAULT)

    for check, said in ((fault, None), (fault, ACCEPT), (make_check(), TRAIN)):
        assert refuse_training_on_fault(check, said) is None
