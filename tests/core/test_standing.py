"""What of a use case needs a person."""

from dataclasses import replace

from made import make_batch
from made import make_check
from made import make_decision
from made import make_load

from lead_scoring.core.approval import crowned
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.standing import Standing

CALM = Standing(
    load=None, late=False, next_run=None, champion=None, champion_since=None, figure=None,
    check=make_check(), batch=None, held=(), waiting=(), faulty=(), quarantined=7,
)  # fmt: skip


def test_nothing_needs_a_person_where_all_is_as_it_should_be():
    """Rows in quarantine alone call nobody."""
    assert CALM.needs == ()


def test_everything_that_waits_for_a_person_is_named():
    """The most pressing first."""
    one = replace(
        CALM,
        held=(make_batch(),),
        waiting=(make_decision(subject="3"),),
        faulty=(make_load(), make_load()),
        late=True,
        check=make_check(verdict=Verdict.HARMFUL_DRIFT, action=Action.ASK),
    )

    assert one.needs == (
        "1 batch held back, waiting for a release",
        "version 3 waits for approval",
        "2 loads kept apart as a data fault",
        "drift does harm, and the governor wants a person to decide on a training",
        "a scheduled load did not come",
    )


def test_a_data_fault_is_said_once():
    """By the load that is kept apart, or by the check where it was accepted since."""
    check = make_check(verdict=Verdict.DATA_FAULT, action=Action.STOP)

    assert replace(CALM, check=check).needs == ("the newest check found a data fault",)
    assert len(replace(CALM, check=check, faulty=(make_load(),)).needs) == 1


def test_a_decision_that_came_too_late_made_nobody_champion():
    """It was to replace a champion who was replaced meanwhile; so the registry left it alone."""
    promotion = {"kind": DecisionKind.PROMOTION}
    first = make_decision(decision_id="1", subject="1", champion=None, **promotion)
    second = make_decision(decision_id="2", subject="2", champion=1, **promotion)
    late = make_decision(decision_id="3", subject="3", champion=1, **promotion)
    release = make_decision(decision_id="4")

    assert crowned([first, second, late, release]) is second
    assert crowned([second]) is second
    assert crowned([release]) is None
