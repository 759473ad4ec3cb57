"""The report on what was promised beside what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from typing import Protocol

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.expectation import LEVEL
from lead_scoring.core.realised import Group
from lead_scoring.core.realised import Sums
from lead_scoring.core.realised import calibration_error
from lead_scoring.core.realised import make_group
from lead_scoring.errors import GateError

WAYS: Final = ("grade", "month", "class")


class RealisedStore(Protocol):
    """Sums over leads whose outcome came back."""

    def realised_sums(
        self, use_case: str, by: str, until: datetime | None = None
    ) -> Mapping[str, Sums]:
        """Return the sums of each group that has leads, in order."""

    def leads_without_outcome(self, use_case: str, until: datetime | None = None) -> int:
        """Return how many leads were scored and have no outcome known after that."""

    def leads_scored_after(self, use_case: str, until: datetime) -> int:
        """Return how many leads were scored in batches after an instant."""

    def outcomes_until(self, use_case: str) -> datetime | None:
        """Return the instant up to which the source's outcomes are known; ``None`` before any."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was promised beside what happened.

    Attributes:
        by: ``grade``, ``month`` or ``class``.
        counted: What counts as a hit, in words; empty where a number is predicted.
        level: Share of the time a share is within its promised interval, if promises hold.
        until: Only batches up to here are counted, because every outcome of theirs is due by now;
            ``None`` where every batch is.
        known: Leads whose outcome is known; each counts once, by the last promise before that.
        unknown: Leads that were scored by then and have no outcome.
        waiting: Leads of batches after ``until``.
        groups: In order; none without known outcomes.
        overall: All of them.
        bands: Leads by promised probability, in ten bands of equal width; none for numbers.
        calibration_error: Mean distance of promised and realised shares over the bands.
    """

    use_case: str
    by: str
    counted: str
    level: float
    until: datetime | None
    known: int
    unknown: int
    waiting: int
    groups: tuple[Group, ...]
    overall: Group | None
    bands: tuple[Group, ...]
    calibration_error: float | None


def report(
    use_case: UseCase, by: str = "grade", *, store: RealisedStore, every: bool = False
) -> Report:
    """Return what was promised beside what happened.

    Whoever converts is often known sooner than whoever does not. So a batch is counted once the
    outcome of each of its leads is due: ``outcome.maturity`` after its ``as_of``.

    Args:
        use_case: The use case.
        by: How leads are grouped: ``grade``, ``month`` of the promise, or ``class`` predicted.
        store: Sums up what happened.
        every: Count younger batches, too, and see the early outcomes only.

    Raises:
        GateError: There are no such groups. Nothing was computed.
    """
    name, number = use_case.use_case, use_case.task == "regression"
    ways = WAYS if use_case.task == "multiclass" else WAYS[:2]
    if by not in ways:
        msg = f"{name}: cannot group by {by!r}; task: {use_case.task} has {', '.join(ways)}"
        raise GateError(msg)
    newest = store.outcomes_until(name)
    until = None if every or newest is None else newest - use_case.outcome.maturity
    found = store.realised_sums(name, by, until)
    every_lead = sum(found.values(), Sums())
    share = every_lead.happened / every_lead.leads if every_lead.leads else None
    base = share if use_case.task == "binary" else None
    bands = {} if number else store.realised_sums(name, "band", until)
    shown = tuple(make_group(_band(one), sums, number=False) for one, sums in bands.items())
    counted = {"binary": "conversions", "multiclass": "leads predicted right"}
    return Report(
        use_case=name,
        by=by,
        counted=counted.get(use_case.task, ""),
        level=LEVEL,
        until=until,
        known=every_lead.leads,
        unknown=store.leads_without_outcome(name, until),
        waiting=0 if until is None else store.leads_scored_after(name, until),
        groups=tuple(
            make_group(_month(one) if by == "month" else one, sums, number=number, base=base)
            for one, sums in found.items()
        ),
        overall=make_group("all", every_lead, number=number, base=base) if found else None,
        bands=shown,
        calibration_error=calibration_error(shown),
    )


def _month(number: str) -> str:
    """Return a month as people read it.

    >>> _month("202201")
    '2022-01'
    """
    return f"{number[:4]}-{number[4:6]}"


def _band(number: str) -> str:
    """Return a band of probabilities as people read it.

    >>> _band("3")
    '30 % to 40 %'
    """
    return f"{int(number) * 10} % to {int(number) * 10 + 10} %"
