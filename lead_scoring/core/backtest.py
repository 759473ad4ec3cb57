"""What a backtest goes through and finds: instants, steps, windows and totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Step:
    """What one policy did at one instant.

    Attributes:
        as_of: The instant, UTC.
        load_id: The load that was checked and scored.
        verdict: Of the drift check, run before anything else.
        action: What the check leads to, whether the policy goes by it or not.
        trained: Version of the model trained at this instant, if one was.
        promoted: Whether it became champion.
        model_version: Version that scored; ``None`` where nothing was scored.
        status: What became of the batch: ``published``, ``held``, or why there is none.
        rows: Leads created in the window whose outcome is known in the end.
        notes: What else a reader must know.
        seconds: How long the step took; differs from run to run.
    """

    as_of: datetime
    load_id: str
    verdict: str
    summary: str
    action: str
    action_reason: str
    trained: int | None
    promoted: bool
    model_version: int | None
    status: str
    rows: int
    notes: tuple[str, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """One policy in one window.

    Attributes:
        since: The instant before, not included.
        step: What was done at its end; its leads were scored then.
        metrics: By the names of `METRICS`; NaN where there are not leads of both outcomes.
    """

    since: datetime
    step: Step
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with two intervals of 95 %.

    Attributes:
        leads: By drawing leads within each window again: other leads of the same weeks.
        windows: By drawing windows again: other weeks.
    """

    value: float
    leads: tuple[float, float]
    windows: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Totals:
    """One policy over all windows that every policy scored.

    Attributes:
        trainings: After the first instant, where all policies train alike; refused ones count.
        promotions: How many of them became champion.
        metrics: Means over windows, by the names of `METRICS`.
        regret: Mean ROC AUC of always training minus this one's.
        gain: Mean ROC AUC minus that of never training again.
        shares: Share of the gain of always training that is kept, per metric; one is left out
            where there is no gain to keep. None where always and never were not compared.
    """

    policy: str
    trainings: int
    promotions: int
    metrics: Mapping[str, Estimate]
    regret: Estimate | None
    gain: Estimate | None
    shares: Mapping[str, Estimate]

    @property
    def share(self) -> Estimate | None:
        """Share of the gain in ROC AUC."""
        return self.shares.get("roc_auc")


@dataclass(frozen=True, slots=True)
class Backtest:
    """Policies beside each other.

    Attributes:
        windows: By policy, oldest first.
        compared: How many windows the totals are over.
        totals: One per policy, in the order given.
        gains: Whether always training beats never training again; ``None`` if not both ran.
    """

    use_case: str
    start: datetime
    end: datetime
    every: timedelta
    windows: Mapping[str, tuple[Window, ...]]
    compared: int
    totals: tuple[Totals, ...]
    gains: bool | None


def instants(start: datetime, end: datetime, every: timedelta) -> tuple[datetime, ...]:
    """Return the instants from ``start`` to ``end``, both included where they fall on one.

    Raises:
        ValueError: There are not two instants at least, or ``every`` is not more than nothing.

    >>> [moment.day for moment in instants(datetime(2024, 1, 1), datetime(2024, 1, 9),
    ...                                    timedelta(days=4))]
    [1, 5, 9]
    """
    if every <= timedelta():
        msg = f"every must be more than nothing, got {every}"
        raise ValueError(msg)
    if start + every > end:
        msg = f"from {start} to {end} there is no whole window of {every}"
        raise ValueError(msg)
    return tuple(start + number * every for number in range((end - start) // every + 1))
