"""Follows a load through the three DAGs until its leads are scored, or says why they are not."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Final

from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.errors import LeadScoringError
from lead_scoring.local.airflow_api import Airflow
from lead_scoring.local.airflow_api import Run
from lead_scoring.local.airflow_api import TaskState

KINDS: Final = ("data", "training", "inference")
LOOK_EVERY: Final = 1.0
"""Seconds between two looks."""
IDLE: Final = 20.0
"""Seconds without any run under way after which nothing more is expected."""
SETTLED: Final = 5.0
"""Seconds without any run under way after which a batch is the last one: a training that was asked
for would have begun, and a new champion would be scoring."""
TAIL: Final = 12
FAILURE: Final = "Task failed with exception"
ASKING: Final = "awaiting_input"
PASSING: Final = frozenset({"waiting", "scheduled", "queued", "running"})


class ChainError(LeadScoringError):
    """A run failed, or the three DAGs came to rest without a batch."""


def dag_ids_of(use_case: str) -> dict[str, str]:
    """Return the ids of a use case's three DAGs by their kind."""
    return {kind: f"{use_case}__{kind}_pipeline" for kind in KINDS}


@dataclass
class Follower:
    """Watches the DAGs of one use case.

    Attributes:
        airflow: Where they run.
        use_case: Whose DAGs.
        since: Runs queued before this instant are none of ours.
        find_batch: Finds the newest batch of a load at an instant.
        say: Told of every task that ends.
    """

    airflow: Airflow
    use_case: str
    since: datetime
    find_batch: Callable[[str, str], Batch | None]
    say: Callable[[str], None]
    _told: set[tuple[str, str, int, str]] = field(default_factory=set)
    _asking: set[str] = field(default_factory=set)

    def wait_for_batch(self, run_id: str, within: float) -> Batch:
        """Wait until the load of a data run has a batch that is published or held, and all rests.

        Args:
            run_id: The run of the data DAG.
            within: Seconds to wait at most.

        Raises:
            ChainError: A run failed, nothing is under way any more, or time is up.
        """
        deadline = time.monotonic() + within
        busy_at = time.monotonic()
        while True:
            runs = self._look()
            now = time.monotonic()
            busy_at = busy_at if runs and all(self._rests(run) for run in runs) else now
            batch = self._settled_batch(runs, run_id)
            if batch is not None and now - busy_at >= SETTLED:
                return batch
            if now > deadline or now - busy_at > IDLE:
                raise ChainError(self._why_no_batch(runs, given_up=now > deadline))
            time.sleep(LOOK_EVERY)

    def _look(self) -> list[Run]:
        """Return all runs since the start, after telling what is new.

        Raises:
            ChainError: One of them failed.
        """
        dag_ids = dag_ids_of(self.use_case).values()
        runs = [run for dag_id in dag_ids for run in self.airflow.runs(dag_id, self.since)]
        for run in runs:
            self._tell(run)
        failed = [run for run in runs if run.state == "failed"]
        if failed:
            raise ChainError(self._why_failed(failed[0]))
        return runs

    def _rests(self, run: Run) -> bool:
        """Return whether a run has ended, or waits for a person."""
        return run.ended or run.run_id in self._asking

    def _tell(self, run: Run) -> None:
        tasks = self.airflow.tasks(run)
        self._asking.discard(run.run_id)
        if any(task.state == ASKING for task in tasks):
            self._asking.add(run.run_id)
        for task in tasks:
            key = (run.run_id + run.dag_id, task.task_id, task.map_index, task.state)
            if task.state in PASSING or key in self._told:
                continue
            self._told.add(key)
            kind = run.dag_id.removeprefix(f"{self.use_case}__").removesuffix("_pipeline")
            self.say(
                f"{kind}: {task.task_id} {task.state.replace('_', ' ')}{self._why(run, task)}"
            )

    def _why(self, run: Run, task: TaskState) -> str:
        """Return the errors a task that is tried again met, for the line that tells of it."""
        if task.state != "up_for_retry":
            return ""
        failures = [line for line in self.airflow.log(run, task) if FAILURE in line]
        return "".join(f"; {failure}" for failure in failures[-1:])

    def _settled_batch(self, runs: list[Run], run_id: str) -> Batch | None:
        data_run = next((run for run in runs if run.run_id == run_id), None)
        if data_run is None or data_run.state != "success":
            return None
        load_id = str(self.airflow.result(data_run, "load"))
        as_of = str(self.airflow.result(data_run, "resolve")["as_of"])
        batch = self.find_batch(load_id, as_of)
        return None if batch is None or batch.status == BatchStatus.COMPUTED else batch

    def _why_failed(self, run: Run) -> str:
        lines = [f"{run.dag_id} failed: {self.airflow.address(run)}"]
        for task in self.airflow.tasks(run):
            if task.state == "failed":
                lines.append(f"the log of {task.task_id} ends with:")
                lines.extend(f"  {line}" for line in self.airflow.log(run, task)[-TAIL:])
        return "\n".join(lines)

    def _why_no_batch(self, runs: list[Run], *, given_up: bool) -> str:
        what = "time is up" if given_up else "all runs have ended"
        listed = [f"  {run.dag_id} {run.state}: {self.airflow.address(run)}" for run in runs]
        return "\n".join([f"{self.use_case}: {what}, but no batch was published", *listed])


def wait_until(holds: Callable[[], bool], within: float, why_not: Callable[[], str]) -> None:
    """Wait until a condition holds.

    Args:
        holds: The condition.
        within: Seconds to wait at most.
        why_not: Says, once time is up, what stands in the way.

    Raises:
        ChainError: The condition does not hold in time.
    """
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise ChainError(why_not())
        time.sleep(LOOK_EVERY)
