"""Which loads a run of the inference pipeline has to score."""

import logging
from collections.abc import Iterable
from datetime import datetime

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.records import Load
from lead_scoring.core.records import PendingLoad
from lead_scoring.core.records import Purpose
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.inference_ports import ScoreStore
from lead_scoring.pipelines.ports import LoadStore

log = logging.getLogger(__name__)


def pending_loads(
    use_case: UseCase,
    as_of: datetime,
    named: Iterable[PendingLoad] = (),
    *,
    newest: bool = False,
    loads: LoadStore,
    scores: ScoreStore,
) -> tuple[PendingLoad, ...]:
    """Return what a run has to score: what it was told, and loads that have no batch yet.

    A load without a batch is scored for the instant it was loaded at, so that picking it up late
    comes to the same batch. A faulty load is left out, unless the config has it scored anyway.

    Args:
        use_case: The use case.
        as_of: Loads of later instants are left alone.
        named: Loads the run was handed, by events or by hand.
        newest: Score the newest load too, for ``as_of``; a new champion asks for it.
        loads: Where loads are kept.
        scores: Where batches are kept.

    Returns:
        Each load and instant once, oldest first by instant, then by id.

    Raises:
        UnknownIdError: There is no load of a given id.
    """
    anyway = use_case.drift.faults.score_anyway
    faulty = set()
    if not anyway:
        faulty = {load.load_id for load in loads.faulty_loads(use_case.use_case, as_of)}
    given = []
    for one in named:
        find_load(one.load_id, loads)
        if one.load_id in faulty:
            log.warning("load %s is not scored: its check says data fault", one.load_id)
        else:
            given.append(one)
    known = loads.loads(use_case.use_case, as_of, Purpose.TRAIN_AND_SCORE, faulty=anyway)
    scored = {batch.load_id for batch in scores.batches(use_case.use_case)}
    scored |= {one.load_id for one in given}
    if newest and known:
        given.append(PendingLoad(known[-1].load_id, as_of))
        scored.add(known[-1].load_id)
    given += [
        PendingLoad(load.load_id, load.as_of) for load in known if load.load_id not in scored
    ]
    return tuple(sorted(set(given), key=lambda one: (one.as_of, one.load_id)))


def find_load(load_id: str, loads: LoadStore, use_case: str | None = None) -> Load:
    """Return a load.

    Args:
        load_id: Its id.
        loads: Where loads are kept.
        use_case: Name of the use case it must be of; any if absent.

    Raises:
        UnknownIdError: There is none of this id, or it is of another use case.
    """
    load = loads.find_load(load_id)
    if load is None:
        msg = f"no load {load_id!r}; run the data pipeline first, or see `lead-scoring status`"
        raise UnknownIdError(msg)
    if use_case not in {None, load.use_case}:
        msg = f"load {load_id} is of {load.use_case}, not of {use_case}; nothing was done"
        raise UnknownIdError(msg)
    return load
