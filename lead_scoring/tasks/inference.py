"""Tasks of the inference pipeline."""

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from lead_scoring.errors import ConfigError
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.tasks.instants import as_text
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.instants import parse_optional
from lead_scoring.tasks.wiring import Workspace
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.core.records import PendingLoad
    from lead_scoring.pipelines.ports import Progress

Events = Iterable[Mapping[str, str | int | None]]


def pending(
    use_case: str,
    events: Events = (),
    load_id: str | None = None,
    as_of: str | None = None,
    run_after: str | None = None,
) -> list[dict[str, str]]:
    """Return what a run has to score, each as ``load_id`` and ``as_of``, oldest first.

    That is every load its events name, else the one given by hand, else the newest one; and the
    loads that have no batch yet, so that what came while a scheduler was paused is not lost.

    Args:
        use_case: Name of the use case.
        events: What the events that started the run carry; one without ``load_id`` stands for
            the newest load.
        load_id: The load as given by hand.
        as_of: The instant as given by hand.
        run_after: Instant the scheduler set the run for, or the present.

    Raises:
        ConfigError: An instant cannot be read, or none is there.
        UnknownIdError: There is no load of a given id.
        GateError: The load given by hand is faulty.
    """
    from lead_scoring.pipelines.pending import pending_loads

    with opened(use_case) as work:
        handed = list(events)
        moment = _moment(work, handed, as_of, run_after)
        named = [_named(event, moment) for event in handed if event.get("load_id")]
        if load_id:
            named.append(_named({"load_id": load_id}, moment))
        found = pending_loads(
            work.use_case,
            moment,
            named,
            newest=not named or len(named) < len(handed),
            loads=work.database,
            scores=work.database,
        )
    if load_id and load_id not in {one.load_id for one in found}:
        msg = (
            f"load {load_id}: its check says data fault, so it is not scored; if it is right, run "
            f"`lead-scoring check {use_case} --load {load_id} --override accept --reason …`"
        )
        raise GateError(msg)
    return [{"load_id": one.load_id, "as_of": str(as_text(one.as_of))} for one in found]


def newest_load(use_case: str, as_of: str, *, faulty: bool = False) -> str:
    """Return the newest load known at ``as_of`` that is not of a file scored by hand.

    Args:
        use_case: Name of the use case.
        as_of: Loads of later instants do not exist.
        faulty: Look at faulty loads too, whether or not the config has them scored.

    Raises:
        UnknownIdError: There is none.
    """
    from lead_scoring.core.records import Purpose

    with opened(use_case) as work:
        either = faulty or work.use_case.drift.faults.score_anyway
        purpose = Purpose.TRAIN_AND_SCORE
        loads = work.database.loads(use_case, parse(as_of), purpose, faulty=either)
    if not loads:
        msg = (
            f"{use_case}: nothing was loaded up to {as_of} that may be scored; run "
            f"`lead-scoring load {use_case}`, name a file with --input, or see `lead-scoring "
            f"status {use_case}` for loads that are kept apart"
        )
        raise UnknownIdError(msg)
    return loads[-1].load_id


def score(use_case: str, load_id: str, as_of: str, progress: "Progress | None" = None) -> str:
    """Score the open leads of a load with the champion; return the batch's id.

    Raises:
        NoChampionError: There is no model to score with. Nothing was written.
        EmptyBatchError: No lead is open at ``as_of``.
    """
    from lead_scoring.pipelines.inference import score_batch

    with opened(use_case, progress) as work:
        batch = score_batch(work.use_case, load_id, parse(as_of), work.inference_ports)
    return batch.batch_id


def publish(use_case: str, batch_id: str, progress: "Progress | None" = None) -> str:
    """Publish a computed batch, or hold it; return ``published`` or ``held``."""
    from lead_scoring.pipelines.inference import publish_batch

    with opened(use_case, progress) as work:
        batch = publish_batch(
            work.use_case,
            batch_id,
            files=work.batch_files,
            scores=work.database,
            progress=work.progress,
        )
    return batch.status.value


def release(use_case: str, batch_id: str, by: str, reason: str, as_of: str) -> str:
    """Publish a held batch because a person said so; return its id.

    Raises:
        UnknownIdError: There is no such batch in this use case.
        GateError: The batch is not held, or name or reason are blank. Nothing was written.
    """
    from lead_scoring.pipelines.inference import release_batch

    with opened(use_case) as work:
        batch = release_batch(
            work.use_case, batch_id, by, reason, parse(as_of), scores=work.database
        )
    return batch.batch_id


def _moment(work: Workspace, events: Events, as_of: str | None, run_after: str | None) -> datetime:
    stated = [parse(str(event["as_of"])) for event in events if event.get("as_of")]
    moment = (
        parse_optional(as_of, "as_of")
        or work.platform.as_of
        or max(stated, default=None)
        or work.use_case.as_of
        or parse_optional(run_after, "run_after")
    )
    if moment is None:
        msg = f"{work.use_case.use_case}: no instant to score for; give as_of"
        raise ConfigError(msg)
    return moment


def _named(event: Mapping[str, str | int | None], moment: datetime) -> "PendingLoad":
    from lead_scoring.core.records import PendingLoad

    stated = event.get("as_of")
    return PendingLoad(str(event["load_id"]), parse(str(stated)) if stated else moment)
