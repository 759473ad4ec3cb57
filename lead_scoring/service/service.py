"""What all routes of one service share."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING
from typing import Final

from lead_scoring.service.batching import Batcher
from lead_scoring.service.lazily import Lazily
from lead_scoring.service.metrics import Metrics
from lead_scoring.service.rates import RateLimits
from lead_scoring.service.settings import Settings
from lead_scoring.tasks.keys import ApiKeys
from lead_scoring.tasks.scoring import Champions
from lead_scoring.tasks.wiring import opened_database

if TYPE_CHECKING:
    from lead_scoring.io.database import Database

THREADS: Final = 2
"""Batches, of different use cases, that are scored at the same time."""


class Service:
    """Collaborators of the routes; what is heavy is opened when a route first needs it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.rates = RateLimits(settings.limits.rate)
        self._stack = ExitStack()
        self.keys = self._stack.enter_context(ApiKeys())
        self.champions = self._stack.enter_context(Champions())
        self._executor = self._stack.enter_context(ThreadPoolExecutor(THREADS, "scoring"))
        self._batchers: dict[str, Batcher] = {}
        self._database = Lazily(self._stack, opened_database)

    @property
    def database(self) -> "Database":
        """The platform database, which stays open.

        Raises:
            ConfigError: A setting is wrong, or the tables are not there or not up to date.
            TransientError: The database is locked or down.
        """
        return self._database()

    def batcher(self, use_case: str) -> Batcher:
        """Return what scores the leads of a use case."""
        found = self._batchers.get(use_case)
        if found is None:
            found = Batcher(use_case, self.champions, self._executor, self.metrics)
            self._batchers[use_case] = found
        return found

    def close(self) -> None:
        """Close what was opened."""
        self._stack.close()
