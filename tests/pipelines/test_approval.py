"""A person's word on a model, on a real database."""

from dataclasses import replace

import pytest
from champions import Champions
from made import USE_CASE
from made import day
from made import make_decision

from lead_scoring.core.approval import TIMEOUT
from lead_scoring.core.approval import Answer
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.approval import answer_hold
from lead_scoring.pipelines.approval import find_hold
from lead_scoring.pipelines.approval import override_refusal
from lead_scoring.pipelines.promotion import apply_decision

HOLD = make_decision(
    decision_id="hold_1",
    kind=DecisionKind.HOLD,
    subject="2",
    champion=1,
    reasons=("900 of 1,000 open leads change grade",),
    decided_by="gate",
)
YES = Answer(approve=True, by="ada", reason="the campaign changed")
NO = Answer(approve=False, by="bob", reason="sales are not ready")


@pytest.fixture
def waiting(database, tmp_path) -> Champions:
    """Make a champion, version 1, and version 2 that waits for approval."""
    made = Champions.made(database, tmp_path)
    made.registry.aliases = {"champion": 1}
    database.save_decision(HOLD)
    return made


def answer(waiting: Champions, said: Answer, hold: str = "hold_1") -> Decision:
    """Answer the version that waits."""
    return answer_hold(USE_CASE, hold, said, registry=waiting.registry, decisions=waiting.database)


def apply(waiting: Champions, decision: str = "hold_1"):
    """Do what was decided."""
    return apply_decision(
        USE_CASE, decision, registry=waiting.registry, decisions=waiting.database
    )


def override(waiting: Champions, version: int = 2, by: str = "ada", as_of=None) -> Decision:
    """Promote a version against the gate."""
    return override_refusal(
        USE_CASE,
        version,
        by,
        "we know better",
        as_of or day(12),
        registry=waiting.registry,
        decisions=waiting.database,
    )


def test_a_version_that_waits_is_no_champion(waiting):
    """Nothing moves before the answer."""
    assert apply(waiting) is None
    assert waiting.registry.aliases == {"champion": 1}


def test_an_approval_promotes_and_keeps_name_and_reason(waiting):
    """The answer names the hold it answers; the version is champion by it."""
    given = answer(waiting, YES)

    assert (given.kind, given.decided_by) == (DecisionKind.APPROVAL, "ada")
    assert (given.reasons, given.about) == (("the campaign changed",), "hold_1")
    assert apply(waiting).version == 2
    assert waiting.registry.aliases == {"champion": 2, "previous": 1}


def test_a_rejection_keeps_the_champion(waiting):
    """It is a refusal with a person's name."""
    given = answer(waiting, NO)

    assert (given.kind, given.decided_by) == (DecisionKind.REFUSAL, "bob")
    assert apply(waiting) is None
    assert waiting.registry.aliases == {"champion": 1}


@pytest.mark.parametrize(("first", "second"), [(YES, NO), (NO, YES)])
def test_the_first_answer_counts_and_the_opposite_is_refused_in_words(waiting, first, second):
    """Whoever answers later is told who said what, and the way out; nothing is written."""
    answer(waiting, first)
    way_out = "lead-scoring rollback" if first is YES else "lead-scoring promote made_up 2"
    with pytest.raises(GateError, match=f"answered before: .* by {first.by}.*{way_out}"):
        answer(waiting, second)

    assert len(waiting.database.decisions(USE_CASE)) == 2


def test_the_same_answer_twice_is_written_once(waiting):
    """The second person learns whose answer counts; a retried call changes nothing."""
    first = answer(waiting, YES)

    assert answer(waiting, YES) == first
    assert answer(waiting, replace(YES, by="cyd")) == first
    assert apply(waiting) == apply(waiting)


def test_a_timeout_never_contradicts_a_person(waiting):
    """The form ran out after somebody had approved on the command line; that approval stands."""
    first = answer(waiting, YES)

    assert answer(waiting, Answer(approve=False, by=TIMEOUT, reason="nobody answered")) == first


def test_a_timeout_refuses(waiting):
    """Nobody answered; who came too late is told so."""
    answer(waiting, Answer(approve=False, by=TIMEOUT, reason="nobody answered in time"))

    assert apply(waiting) is None
    with pytest.raises(GateError, match=r"refusal by timeout .nobody answered in time"):
        answer(waiting, YES)


def test_an_approval_comes_too_late_once_another_version_is_champion(waiting):
    """It was compared with a champion that is none any more; nothing is written."""
    waiting.registry.versions[3] = replace(waiting.registry.versions[2], version=3)
    waiting.registry.aliases = {"champion": 3, "previous": 1}
    with pytest.raises(GateError, match=r"compared with version 1, but version 3 is champion"):
        answer(waiting, YES)

    assert waiting.database.decisions(USE_CASE) == (HOLD,)
    assert answer(waiting, NO).kind is DecisionKind.REFUSAL


@pytest.mark.parametrize("blank", [{"by": " "}, {"reason": ""}])
def test_an_answer_needs_a_name_and_a_reason(waiting, blank):
    """Nothing is approved by nobody."""
    with pytest.raises(GateError, match="needs a name and a reason"):
        answer(waiting, replace(YES, **blank))


def test_what_does_not_wait_is_named(waiting):
    """A version nobody held, and a decision that is no hold."""
    with pytest.raises(GateError, match="version 1 does not wait for approval; nobody decided"):
        find_hold(USE_CASE, 1, decisions=waiting.database)
    with pytest.raises(UnknownIdError, match="by decision hold_9"):
        answer(waiting, YES, "hold_9")


def test_a_promotion_against_the_gate_is_kept_beside_the_refusal(waiting):
    """Who and why are in an override that names what it overrides; the version is champion."""
    refusal = replace(HOLD, decision_id="no", kind=DecisionKind.REFUSAL)
    waiting.database.save_decision(refusal)
    given = override(waiting)

    assert (given.kind, given.decided_by, given.about) == (DecisionKind.OVERRIDE, "ada", "no")
    assert apply(waiting, given.decision_id).version == 2
    assert override(waiting, as_of=day(13)) == given


def test_a_version_that_waits_is_approved_and_not_overridden(waiting):
    """The message names the right command."""
    with pytest.raises(GateError, match="lead-scoring approve made_up 2"):
        override(waiting)


def test_a_champion_cannot_be_promoted(waiting):
    """There is nothing to do, and nothing is written."""
    with pytest.raises(GateError, match="version 1 is champion already"):
        override(waiting, 1)


def test_an_unknown_version_cannot_be_promoted(waiting):
    """Nothing unregistered becomes champion."""
    with pytest.raises(UnknownIdError, match="no model version 9"):
        override(waiting, 9)
