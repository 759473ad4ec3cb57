"""What is kept about a search for hyperparameters."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from lead_scoring.config.search_space import Value


class TrialState(StrEnum):
    """How a trial ended."""

    COMPLETE = "complete"
    PRUNED = "pruned"


@dataclass(frozen=True, slots=True)
class Search:
    """One search, the same however often it is taken up again.

    Attributes:
        use_case: Name of the use case.
        training_id: The training it belongs to.
        as_of: Instant that training computes for.
        reason: Why it trains.
        quality: Name of the out-of-fold figure that picks; greater is better.
    """

    use_case: str
    training_id: str
    as_of: datetime
    reason: str
    quality: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hyperparameters to try.

    Attributes:
        family: Name of the family.
        settings: Its hyperparameters that are searched, by name.
    """

    family: str
    settings: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Judged:
    """How a set of hyperparameters did on rows it was not fitted on.

    Attributes:
        course: Quality on the rows of the folds so far, after each fold that can be judged.
        quality: Quality on all rows; None if it was given up before.
        metrics: Figures on all rows, by name; empty if it was given up before.
    """

    course: Sequence[float]
    quality: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """One finished trial.

    Attributes:
        number: 1 for the first; trials that were killed do not count.
        started: When it began, UTC.
        seconds: How long it took.
    """

    number: int
    proposal: Proposal
    judged: Judged
    started: datetime
    seconds: float

    @property
    def state(self) -> TrialState:
        """Return how it ended."""
        return TrialState.PRUNED if self.judged.quality is None else TrialState.COMPLETE


def best_trials(trials: Sequence[Trial]) -> Mapping[str, Trial]:
    """Return the best trial of each family; of equals the first."""
    best: dict[str, Trial] = {}
    for trial in trials:
        quality, family = trial.judged.quality, trial.proposal.family
        if quality is None:
            continue
        so_far = best[family].judged.quality if family in best else None
        if so_far is None or quality > so_far:
            best[family] = trial
    return best
