"""Whether a model that passed every gate waits for a person, and what the answer was."""

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import Final

from lead_scoring.config.approval import ApprovalConfig
from lead_scoring.config.approval import ChurnConfig
from lead_scoring.core.churn import Churn
from lead_scoring.core.churn import over_budget
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind

TIMEOUT: Final = "timeout"
"""Who decided where nobody answered in time."""
CROWNING: Final = frozenset(
    {
        DecisionKind.PROMOTION,
        DecisionKind.APPROVAL,
        DecisionKind.OVERRIDE,
        DecisionKind.ROLLBACK,
    }
)
"""Decisions that, on a version, make it champion."""
_ANSWERS: Final = frozenset({DecisionKind.APPROVAL, DecisionKind.REFUSAL})


@dataclass(frozen=True, slots=True)
class Review:
    """What a promotion would change, and whether that needs a person.

    Attributes:
        held: Why a person has to approve it; empty if nobody has to.
        evidence: What the decision rests on, as JSON can say it.
    """

    held: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says to a version that waits, and why."""

    approve: bool
    by: str
    reason: str


def why_held(
    churn: Churn | None, approval: ApprovalConfig, budget: ChurnConfig
) -> tuple[str, ...]:
    """Return why a person has to approve a promotion; empty if nobody has to.

    Args:
        churn: What would change; ``None`` where there is no champion yet.
        approval: When a person is asked.
        budget: How much may change.
    """
    if approval.required == "never":
        return ()
    exceeded = over_budget(churn, budget) if churn is not None else ()
    if approval.required == "always":
        return ("every new champion needs a person's approval", *exceeded)
    return exceeded


def answer_to(hold: Decision, decisions: Iterable[Decision]) -> Decision | None:
    """Return the answer to a hold; ``None`` as long as nobody answered."""
    answers = (one for one in decisions if one.about == hold.decision_id and one.kind in _ANSWERS)
    return next(answers, None)


def crowned(decisions: Iterable[Decision]) -> Decision | None:
    """Return the decision that made the present champion; ``None`` where none did.

    One that replaces another champion than there was by then was not applied, and is left out.

    Args:
        decisions: Oldest first; where they begin does not matter.

    >>> crowned([]) is None
    True
    """
    last: Decision | None = None
    for one in decisions:
        if crowns(one) and (last is None or str(one.champion) in {last.subject, one.subject}):
            last = one
    return last


def crowns(decision: Decision) -> bool:
    """Return whether a decision makes its subject champion."""
    return decision.subject.isdecimal() and decision.kind in CROWNING
