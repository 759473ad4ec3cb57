"""One policy at one instant: the tasks of all three pipelines, each done once.

The answer of a finished task is kept. A step that was killed goes on with the task it died in,
which is what a scheduler does; a task may always be run again.
"""

import time
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from typing import Any
from typing import Final
from typing import TypeVar

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.backtest import Step
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.policies import Policy
from lead_scoring.core.policies import Situation
from lead_scoring.core.policies import wants_training
from lead_scoring.errors import ContractError
from lead_scoring.errors import EmptyBatchError
from lead_scoring.errors import LeakageError
from lead_scoring.errors import NoChampionError
from lead_scoring.errors import NotEnoughDataError
from lead_scoring.tasks import data
from lead_scoring.tasks import inference
from lead_scoring.tasks import training
from lead_scoring.tasks.backtests.measuring import measure
from lead_scoring.tasks.backtests.starting import too_early
from lead_scoring.tasks.instants import as_text
from lead_scoring.tasks.progress import Silent
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.io.backtest_files import PolicyFolder

T = TypeVar("T")
NOT_SCORED: Final = "not scored"


@dataclass(frozen=True, slots=True)
class Order:
    """A step to do.

    Attributes:
        moments: All instants of the backtest.
        place: Which of them this step is.
        load_id: The load of the step before, to be used again; ``None`` to load now.
        last_training: Instant of the policy's newest training.
    """

    use_case: str
    policy: Policy
    folder: "PolicyFolder"
    moments: tuple[datetime, ...]
    place: int
    load_id: str | None
    last_training: datetime | None

    @property
    def as_of(self) -> datetime:
        """The instant of the step."""
        return self.moments[self.place]

    @property
    def since(self) -> datetime | None:
        """The instant before; ``None`` for the first step."""
        return self.moments[self.place - 1] if self.place else None


def do_step(order: Order) -> Step:
    """Do a step, or what is left of it, and keep it.

    Raises:
        NotEnoughDataError: The first instant is too early to train.
        LeakageError: The first model knows the outcome too early.
    """
    begun = time.perf_counter()
    tasks = _Tasks(order)
    try:
        load_id = tasks.load()
    except ContractError as error:
        return _finished(order, _unloaded(order, str(error)), begun)
    check = tasks.check(load_id)
    version, promoted = tasks.train(check)
    batch = tasks.score(load_id, check)
    rows = 0
    if order.since is not None and batch["batch_id"] is not None:
        rows = measure(order.use_case, batch["batch_id"], order.as_of, order.since, order.folder)
    step = Step(
        as_of=order.as_of,
        load_id=load_id,
        verdict=check["verdict"],
        summary=check["summary"],
        action=check["action"],
        action_reason=check["action_reason"],
        trained=version,
        promoted=promoted,
        model_version=batch["model_version"],
        status=batch["status"],
        rows=rows,
        notes=tuple(tasks.notes + batch["notes"]),
    )
    return _finished(order, step, begun)


class _Tasks:
    """The tasks of one step; each answers from what is kept if it was finished before."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._as_of = str(as_text(order.as_of))
        self._kept = order.folder.answers(order.as_of)
        self.notes: list[str] = []

    def load(self) -> str:
        """Load the window, or take what the step before loaded."""
        order, as_of = self._order, self._as_of

        def load() -> str:
            if order.load_id is not None:
                return order.load_id
            if load_use_case(order.use_case).source.window == "whole":
                return data.load(order.use_case, as_of, progress=Silent())
            since = as_text(order.since)
            return data.load(
                order.use_case, as_of, window_from=since, window_to=as_of, progress=Silent()
            )

        return self._once("load", load)

    def check(self, load_id: str) -> Mapping[str, str]:
        """Check for drift, whether the policy goes by it or not; then write down known outcomes.

        Nothing of a load with a data fault is believed, its outcomes neither.
        """
        order, as_of = self._order, self._as_of
        check = self._once("check", lambda: data.check_drift(order.use_case, load_id, as_of))
        if check["action"] != Action.STOP:
            self._once("outcomes", lambda: data.save_outcomes(order.use_case, load_id, as_of))
        return check

    def train(self, check: Mapping[str, Any]) -> tuple[int | None, bool]:
        """Train if the policy wants it; return the version and whether it became champion."""
        order, as_of = self._order, self._as_of
        situation = Situation(
            as_of=order.as_of,
            has_champion=check["verdict"] != Verdict.NO_CHAMPION,
            action=Action(check["action"]),
            last_training=order.last_training,
        )
        if not wants_training(order.policy, situation):
            return None, False
        reason = f"backtest, policy {order.policy.name}: {check['summary']}"
        try:
            version = self._once(
                "train", lambda: training.train(order.use_case, as_of, reason, Silent())
            )
        except NotEnoughDataError as error:
            if order.place == 0:
                raise NotEnoughDataError(
                    too_early(order.use_case, order.moments, str(error))
                ) from error
            self.notes.append(f"not trained: {error}")
            return None, False
        except LeakageError as error:
            if order.place == 0:
                raise
            self.notes.append(f"not registered: {error}")
            return None, False
        decision = self._once(
            "decide", lambda: training.decide(order.use_case, version, as_of, Silent())
        )
        champion = self._once("promote", lambda: training.promote(order.use_case, decision))
        if champion is None:
            self.notes.append(f"not promoted: {training.reasons(order.use_case, decision)}")
        return version, champion is not None

    def score(self, load_id: str, check: Mapping[str, Any]) -> dict[str, Any]:
        """Score and publish, unless rows with a data fault may not be scored."""
        order, as_of = self._order, self._as_of
        stops = check["action"] == Action.STOP
        if stops and not load_use_case(order.use_case).drift.faults.score_anyway:
            return _no_batch("data fault: not scored")

        def score() -> str:
            return inference.score(order.use_case, load_id, as_of, Silent())

        try:
            batch_id = self._once("score", score)
        except (EmptyBatchError, NoChampionError) as error:
            return _no_batch(str(error))
        self._once("publish", lambda: inference.publish(order.use_case, batch_id, Silent()))
        return _batch(order.use_case, batch_id)

    def _once(self, task: str, work: Callable[[], T]) -> T:
        if task not in self._kept:
            self._kept[task] = work()
            self._order.folder.save_answer(self._order.as_of, task, self._kept[task])
        answer: T = self._kept[task]
        return answer


def _batch(use_case: str, batch_id: str) -> dict[str, Any]:
    with opened(use_case, Silent()) as work:
        found = work.database.find_batch(batch_id)
    if found is None:
        return _no_batch(f"batch {batch_id} is gone")
    return {
        "batch_id": batch_id,
        "model_version": found.model_version,
        "status": found.status.value,
        "notes": [f"held: {reason}" for reason in found.hold_reasons[:-1]],
    }


def _no_batch(note: str) -> dict[str, Any]:
    return {"batch_id": None, "model_version": None, "status": NOT_SCORED, "notes": [note]}


def _unloaded(order: Order, why: str) -> Step:
    if order.place == 0:
        raise ContractError(why)
    return Step(
        as_of=order.as_of,
        load_id="",
        verdict=Verdict.NOT_ENOUGH_DATA.value,
        summary="Nothing was loaded.",
        action=Action.NONE.value,
        action_reason="there is nothing to compare",
        trained=None,
        promoted=False,
        model_version=None,
        status=NOT_SCORED,
        rows=0,
        notes=(f"not loaded: {why}",),
    )


def _finished(order: Order, step: Step, begun: float) -> Step:
    done = replace(step, seconds=round(time.perf_counter() - begun, 2))
    order.folder.save_step(done)
    return done
