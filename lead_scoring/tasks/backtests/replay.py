"""Sends the steps of every policy to its process, so many policies at once, until all are done."""

from collections import deque
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED
from concurrent.futures import Future
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING
from typing import Final

from lead_scoring.core.backtest import Step
from lead_scoring.errors import TransientError
from lead_scoring.tasks.backtests import worker
from lead_scoring.tasks.backtests.request import Ordered
from lead_scoring.tasks.backtests.request import Request
from lead_scoring.tasks.backtests.steps import Order

if TYPE_CHECKING:
    from lead_scoring.pipelines.ports import Progress

STEP: Final = "backtest"


def replay(request: Request, jobs: int, progress: "Progress") -> Mapping[str, tuple[Step, ...]]:
    """Do every step that is not done yet; return all of them by policy, oldest first.

    Args:
        request: What is asked for.
        jobs: Policies at once; each has a process of its own.
        progress: Who watches; a row is a step.

    Raises:
        NotEnoughDataError: The first instant is too early to train.
        TransientError: A process was killed. Run again to go on where it was.
    """
    runs = [_Run(request, one) for one in request.policies]
    progress.step(STEP, len(runs) * len(request.moments))
    progress.advance(sum(len(run.steps) for run in runs))
    waiting = deque(run for run in runs if not run.finished)
    busy: dict[Future[Step], _Run] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < jobs:
                run = waiting.popleft()
                busy[run.go_on()] = run
            done, _ = wait(busy, return_when=FIRST_COMPLETED)
            for future in done:
                run = busy.pop(future)
                run.take(future)
                progress.advance(1)
                if run.finished:
                    run.close()
                else:
                    busy[run.go_on()] = run
    finally:
        for run in runs:
            run.close()
    return {run.name: tuple(run.steps) for run in runs}


class _Run:
    """One policy on its way through the instants."""

    def __init__(self, request: Request, ordered: Ordered) -> None:
        self.name = ordered.policy.name
        self.steps = list(ordered.place.steps())
        self._request = request
        self._ordered = ordered
        self._process: ProcessPoolExecutor | None = None

    @property
    def finished(self) -> bool:
        """Whether every instant was done."""
        return len(self.steps) == len(self._request.moments)

    def go_on(self) -> Future[Step]:
        """Send the next step to the policy's process, which is started if it is not there."""
        if self._process is None:
            self._process = ProcessPoolExecutor(
                1,
                get_context("spawn"),
                initializer=worker.begin,
                initargs=(self._ordered.environment, self._ordered.place),
            )
        return self._process.submit(worker.work, self._order())

    def take(self, future: Future[Step]) -> None:
        """Take in a finished step, or raise what stopped it."""
        try:
            self.steps.append(future.result())
        except BrokenProcessPool as error:
            moment = self._request.moments[len(self.steps)]
            msg = (
                f"{self._request.use_case}: the process of policy {self.name} ended at {moment}, "
                f"perhaps for want of memory; see {self._ordered.place.log}. Run the same "
                "command again to go on from there"
            )
            raise TransientError(msg) from error

    def close(self) -> None:
        """End the policy's process after the step it is at."""
        if self._process is not None:
            self._process.shutdown(cancel_futures=True)
            self._process = None

    def _order(self) -> Order:
        trainings = [step.as_of for step in self.steps if step.trained is not None]
        loaded = [step.load_id for step in self.steps if self._request.whole]
        return Order(
            use_case=self._request.use_case,
            policy=self._ordered.policy,
            folder=self._ordered.place,
            moments=self._request.moments,
            place=len(self.steps),
            load_id=loaded[-1] if loaded else None,
            last_training=trainings[-1] if trainings else None,
        )
