"""What calling the best so many leads would bring, beside other capacities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import Protocol

import numpy as np

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.expectation import LEVEL
from lead_scoring.core.expectation import Chances
from lead_scoring.core.grading import to_score
from lead_scoring.core.outlook import Outlook
from lead_scoring.core.outlook import outlook
from lead_scoring.errors import GateError


class OutlookStore(Protocol):
    """Sums over the current leads."""

    def chances_by_grade(
        self, use_case: str, first_class: str | None = None
    ) -> tuple[tuple[str, Chances], ...]:
        """Return the chances of the leads of each grade that has any, A first."""

    def chances_of_best(
        self, use_case: str, calls: int, first_class: str | None = None
    ) -> Chances:
        """Return the chances of the best so many leads."""

    def mean_prediction(self, use_case: str, calls: int) -> float | None:
        """Return the mean prediction of the best so many leads; ``None`` without any."""

    def lead_at(
        self, use_case: str, rank: int, first_class: str | None = None
    ) -> dict[str, Any] | None:
        """Return the lead at a place of the list with its ``chance``; ``None`` without one."""

    def worth_a_call(
        self, use_case: str, break_even: float, first_class: str | None = None
    ) -> int:
        """Return how many leads have at least a probability."""


@dataclass(frozen=True, slots=True)
class GradeOutlook:
    """Leads of a grade and what is to be expected of them; ``None`` for predicted numbers."""

    grade: str
    leads: int
    outlook: Outlook | None


@dataclass(frozen=True, slots=True)
class BreakEven:
    """From where on a call pays.

    Attributes:
        probability: Least probability of a lead worth a call.
        score: The same on 0 to 100.
        leads: Leads that reach it.
    """

    probability: float
    score: float
    leads: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One capacity.

    Attributes:
        what: What it is, in words; empty for a number of calls to compare with.
        per_day: Calls a day.
        calls: Leads called.
        days: Days it takes.
        outlook: What is to be expected of them; ``None`` where a number is predicted.
        captured: Share of all expected conversions that is among them, in [0, 1]; likewise.
        mean_prediction: Their mean prediction, where a number is predicted.
        last: The lead called last: ``lead_id``, ``grade``, ``score`` and what was predicted.
        pays: Whether calling that one pays; ``None`` without costs.
    """

    what: str
    per_day: int
    calls: int
    days: int
    outlook: Outlook | None
    captured: float | None
    mean_prediction: float | None
    last: dict[str, Any] | None
    pays: bool | None


@dataclass(frozen=True, slots=True)
class CapacityTable:
    """Capacities side by side.

    Attributes:
        leads: Leads in the list.
        counted: What a conversion is, in words; empty where a number is predicted.
        level: Share of the time the conversions are within their interval.
        costs: What a call costs and a conversion is worth, by the names of the config.
        choices: Capacities a day first, the least first; then all calls that pay, and all leads.
    """

    use_case: str
    leads: int
    per_day: int
    days: int
    counted: str
    level: float
    costs: dict[str, Any] | None
    break_even: BreakEven | None
    grades: tuple[GradeOutlook, ...]
    choices: tuple[Choice, ...]


def capacity_table(
    use_case: UseCase,
    per_day: int,
    days: int,
    others: Sequence[int],
    *,
    store: OutlookStore,
) -> CapacityTable:
    """Return what calling the best leads would bring.

    Args:
        use_case: The use case.
        per_day: Leads that can be called in a day, at least 1.
        days: Days of calling, at least 1.
        others: Other capacities a day; half and twice as many if there are none.
        store: Sums up the current leads.

    Raises:
        GateError: A number is less than 1. Nothing was computed.
    """
    wrong = [one for one in (per_day, days, *others) if one < 1]
    if wrong:
        msg = f"{use_case.use_case}: got {wrong[0]} calls or days; give whole numbers from 1 on"
        raise GateError(msg)
    desk = _Desk(use_case, store)
    named = {other: "" for other in others or (per_day // 2, per_day * 2) if other}
    named[per_day] = "asked for"
    even = desk.break_even()
    choices = [
        desk.choice(what, one, min(one * days, desk.leads)) for one, what in sorted(named.items())
    ]
    if even is not None and even.leads:
        choices.append(desk.choice("every call that pays", per_day, even.leads))
    choices.append(desk.choice("all leads", per_day, desk.leads))
    costs = use_case.inference.costs
    return CapacityTable(
        use_case=use_case.use_case,
        leads=desk.leads,
        per_day=per_day,
        days=days,
        counted=desk.counted,
        level=LEVEL,
        costs=None if costs is None else costs.model_dump(),
        break_even=even,
        grades=desk.grades,
        choices=tuple(choices),
    )


def grade_outlooks(use_case: UseCase, *, store: OutlookStore) -> tuple[GradeOutlook, ...]:
    """Return what is to be expected of the current leads of each grade that has any, A first."""
    return _Desk(use_case, store).grades


class _Desk:
    """Asks for sums and makes sense of them."""

    def __init__(self, use_case: UseCase, store: OutlookStore) -> None:
        self._name = use_case.use_case
        self._number = use_case.task == "regression"
        self._first = next(iter(use_case.outcome.class_names), None)
        self._costs = use_case.inference.costs
        self._store = store
        by_grade = store.chances_by_grade(self._name, self._first)
        self._all = sum((chances for _, chances in by_grade), Chances())
        self.leads = self._all.leads
        self.grades = tuple(
            GradeOutlook(grade, chances.leads, self._outlook(chances))
            for grade, chances in by_grade
        )

    @property
    def counted(self) -> str:
        if self._number:
            return ""
        return "conversions" if self._first is None else f"leads of class {self._first}"

    def break_even(self) -> BreakEven | None:
        if self._costs is None:
            return None
        least = self._costs.break_even
        leads = self._store.worth_a_call(self._name, least, self._first)
        return BreakEven(least, float(to_score(np.array([least]))[0]), leads)

    def choice(self, what: str, per_day: int, calls: int) -> Choice:
        last = self._store.lead_at(self._name, calls, self._first) if calls else None
        days, mean, found, captured, pays = -(-calls // per_day), None, None, None, None
        if self._number:
            mean = self._store.mean_prediction(self._name, calls)
        else:
            chances = self._store.chances_of_best(self._name, calls, self._first)
            found = self._outlook(chances)
            captured = chances.mean / self._all.mean if self._all.mean > 0 else None
        if self._costs is not None and last is not None:
            pays = last["chance"] >= self._costs.break_even
        return Choice(what, per_day, calls, days, found, captured, mean, last, pays)

    def _outlook(self, chances: Chances) -> Outlook | None:
        return None if self._number else outlook(chances, self._costs)
