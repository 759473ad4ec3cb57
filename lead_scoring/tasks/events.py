"""Which asset events a run may act on: those that name what is there, of its own use case."""

import re
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from lead_scoring.errors import ConfigError
from lead_scoring.tasks.instants import as_text
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.wiring import Workspace
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.core.records import Load

Event = Mapping[str, Any]

ASSET: Final = "asset"
"""Key of an event's asset; the other keys are what the event carries."""
CHAMPION: Final = "champion"
_LOAD_ID: Final = re.compile(r"load_[0-9A-Za-z_]{1,64}")


def sort_events(
    use_case: str, events: Iterable[Event]
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Tell events a run may act on from those it must not.

    An event made by hand carries nothing, or anything. A champion's event names its version, and
    no load where the model was trained by hand; every other event names a load. All name an
    instant at which the load is known and not faulty.

    Args:
        use_case: Name of the use case the run is of.
        events: What they carry, each with the name of its asset under `ASSET`.

    Returns:
        The sound events in their order, and a sentence per other event that says what is wrong.
    """
    sound, refused = [], []
    with opened(use_case) as work:
        for event in events:
            why = _fault_of(event, work)
            if why is None:
                sound.append(dict(event))
            else:
                refused.append(f"an event of {event.get(ASSET, 'an asset')} is left alone: {why}")
    return sound, tuple(refused)


def _fault_of(event: Event, work: Workspace) -> str | None:
    """Return what is wrong with an event, if anything is."""
    stated = event.get("as_of")
    if not stated:
        return "it names no as_of; events are sent by tasks, a run by hand has a form"
    try:
        as_of = parse(stated) if isinstance(stated, str) else None
    except ConfigError as error:
        return str(error)
    if as_of is None:
        return f"as_of: {stated!r:.80} is no instant"
    load_id = event.get("load_id")
    if str(event.get(ASSET, "")).rpartition("/")[2] == CHAMPION:
        return _fault_of_version(event.get("model_version"), work) or (
            None if load_id is None else _fault_of_load(load_id, as_of, work)
        )
    if load_id is None:
        return "it names no load_id; events are sent by tasks, a run by hand has a form"
    return _fault_of_load(load_id, as_of, work)


def _fault_of_version(version: object, work: Workspace) -> str | None:
    name = work.use_case.use_case
    if isinstance(version, bool) or not isinstance(version, int):
        return f"model_version: {version!r:.80} is no version of a model"
    if work.database.find_model(name, version) is None:
        return f"{name} has no model version {version}"
    return None


def _fault_of_load(load_id: object, as_of: datetime, work: Workspace) -> str | None:
    if not isinstance(load_id, str) or not _LOAD_ID.fullmatch(load_id):
        return f"load_id: {load_id!r:.80} is no id of a load"
    load = work.database.find_load(load_id)
    if load is None:
        return f"there is no load {load_id}"
    if load.use_case != work.use_case.use_case:
        return f"{load_id} is a load of {load.use_case}, not of {work.use_case.use_case}"
    if load.as_of > as_of:
        return f"{load_id} is known from {as_text(load.as_of)} on, not at {as_text(as_of)}"
    return _fault_of_content(load, as_of, work)


def _fault_of_content(load: "Load", as_of: datetime, work: Workspace) -> str | None:
    scored_anyway = work.use_case.drift.faults.score_anyway
    known = work.database.loads(load.use_case, as_of, load.purpose, faulty=scored_anyway)
    if any(one.load_id == load.load_id for one in known):
        return None
    return f"the check of {load.load_id} found a data fault, and nobody has accepted the load"
