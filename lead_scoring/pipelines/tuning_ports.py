"""What a search for hyperparameters needs from outside, as small Protocols."""

from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from lead_scoring.config.search_space import Dimension
from lead_scoring.core.trials import Judged
from lead_scoring.core.trials import Proposal
from lead_scoring.core.trials import Search
from lead_scoring.core.trials import Trial


class Study(Protocol):
    """The trials of one search; each is kept as soon as it is finished."""

    def trials(self) -> tuple[Trial, ...]:
        """Return the finished trials in their order."""

    def chosen(self) -> Mapping[str, int] | None:
        """Return the number of the chosen trial by family; None while the search goes on."""

    def propose(self, configured: Proposal | None = None) -> Proposal:
        """Begin a trial: with what is configured, if given, else with what looks promising.

        After the same finished trials it proposes the same.
        """

    def is_hopeless(self, course: Sequence[float]) -> bool:
        """Return whether the trial that runs is to be given up after its folds so far."""

    def finish(self, judged: Judged) -> Trial:
        """End the trial that runs and keep it."""

    def close(self, chosen: Mapping[str, int]) -> None:
        """Note the chosen trials; the search is not taken up again."""


class Studies(Protocol):
    """Where searches are kept."""

    def opened(
        self, name: str, spaces: Mapping[str, Mapping[str, Dimension]], *, seed: int, pruning: bool
    ) -> AbstractContextManager[Study]:
        """Open a study, made if it is not there; a trial that was killed is struck out.

        Args:
            name: Its name.
            spaces: What is searched, by family and hyperparameter.
            seed: Seed of everything that is drawn.
            pruning: Whether trials are given up.
        """


class TrialLog(Protocol):
    """Where people look at trials."""

    def log_trials(self, search: Search, trials: Sequence[Trial]) -> None:
        """Show trials below the run of their training; one that is there is left as it is."""

    def log_outcome(self, search: Search, text: str) -> None:
        """Say what came out, in Markdown, before a model is registered."""
