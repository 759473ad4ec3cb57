"""Leads of requests that come at the same time are scored together.

While one batch is scored, requests wait; then all that wait are scored at once. Scoring fifty
leads takes hardly longer than scoring one, so under load many are answered in the time of one, and
a request that comes alone does not wait at all.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from dataclasses import replace
from typing import Final

from lead_scoring.core.scorer import ScoredRow
from lead_scoring.core.scorer import Scorer
from lead_scoring.core.submission import Row
from lead_scoring.service.metrics import Metrics
from lead_scoring.tasks.scoring import Champions

MOST_TOGETHER: Final = 512
"""Leads that are scored together, at most, unless one request has more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the leads of one request, and which model said so."""

    scorer: Scorer
    rows: tuple[ScoredRow, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    rows: Sequence[Row]
    answer: "asyncio.Future[Answer]"


class Batcher:
    """Scores the leads of one use case, one batch after the other.

    Args:
        use_case: Name of the use case.
        champions: Give the model; each batch is scored by the one there is when it begins.
        executor: Where the computing is done.
        metrics: Counts leads and batches.
    """

    def __init__(
        self, use_case: str, champions: Champions, executor: Executor, metrics: Metrics
    ) -> None:
        self._use_case = use_case
        self._champions = champions
        self._executor = executor
        self._metrics = metrics
        self._waiting: deque[_Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    async def score(self, rows: Sequence[Row]) -> Answer:
        """Score the leads of a request.

        Raises:
            LeadScoringError: There is no model to score with, or it cannot be opened.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(rows, answer))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        """Score until nobody waits."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                taken = self._take()
                rows = [row for one in taken for row in one.rows]
                try:
                    scorer, scored = await loop.run_in_executor(self._executor, self._score, rows)
                except Exception as error:  # noqa: BLE001 it belongs to those who wait for it
                    for one in taken:
                        if not one.answer.done():
                            one.answer.set_exception(error)
                    continue
                self._metrics.scored(self._use_case, scored)
                _hand_out(taken, scorer, scored)
        finally:
            self._working = None

    def _score(self, rows: Sequence[Row]) -> tuple[Scorer, tuple[ScoredRow, ...]]:
        scorer = self._champions.scorer(self._use_case)
        return scorer, scorer.score(rows)

    def _take(self) -> list[_Waiting]:
        """Take requests off the queue, the oldest first, as many as go together."""
        taken = [self._waiting.popleft()]
        together = len(taken[0].rows)
        while self._waiting and together + len(self._waiting[0].rows) <= MOST_TOGETHER:
            taken.append(self._waiting.popleft())
            together += len(taken[-1].rows)
        return taken


def _hand_out(taken: Sequence[_Waiting], scorer: Scorer, scored: Sequence[ScoredRow]) -> None:
    """Give each request its own leads, counted from 1."""
    start = 0
    for one in taken:
        own = scored[start : start + len(one.rows)]
        if not one.answer.done():
            one.answer.set_result(Answer(scorer, tuple(_moved(row, start) for row in own)))
        start += len(one.rows)


def _moved(scored: ScoredRow, by: int) -> ScoredRow:
    if not by:
        return scored
    return replace(
        scored,
        row=scored.row - by,
        findings=tuple(replace(one, row=one.row - by) for one in scored.findings),
        warnings=tuple(replace(one, row=one.row - by) for one in scored.warnings),
    )
