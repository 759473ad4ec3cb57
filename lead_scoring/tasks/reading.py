"""What people ask: how a use case stands, its best leads, one load, one batch."""

from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import BinaryIO

from lead_scoring.errors import UnknownIdError
from lead_scoring.tasks.wiring import opened
from lead_scoring.tasks.wiring import opened_database

if TYPE_CHECKING:
    from lead_scoring.core.records import Batch
    from lead_scoring.core.records import Load
    from lead_scoring.io.lead_files import Format
    from lead_scoring.io.lead_queries import LeadFilter


def load(load_id: str) -> "Load":
    """Return a complete load.

    Raises:
        UnknownIdError: There is none of this id.
    """
    with opened_database() as database:
        found = database.find_load(load_id)
    if found is None:
        msg = f"no load {load_id!r}; `lead-scoring status` names the newest"
        raise UnknownIdError(msg)
    return found


def batch(batch_id: str) -> "Batch":
    """Return a batch.

    Raises:
        UnknownIdError: There is none of this id.
    """
    with opened_database() as database:
        found = database.find_batch(batch_id)
    if found is None:
        msg = f"no batch {batch_id!r}; `lead-scoring status` lists the held ones"
        raise UnknownIdError(msg)
    return found


def status(use_case: str) -> dict[str, Any]:
    """Return how a use case stands, by the names of ``Status``, with its ``champion``."""
    with opened(use_case) as work:
        found = work.database.status(use_case)
        champion = work.registry.champion(use_case)
    stands = {name: getattr(found, name) for name in found.__dataclass_fields__}
    return stands | {"champion": champion}


def best_leads(use_case: str, top: int, only: "LeadFilter | None" = None) -> list[dict[str, Any]]:
    """Return the best leads as plain records, best first."""
    from lead_scoring.io.lead_files import records

    with opened_database() as database:
        return records(database.leads(use_case, top, only))


def batch_leads(use_case: str, batch_id: str, top: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many leads of a batch are listed as open, and its best ones as plain records."""
    from lead_scoring.io.lead_files import records

    with opened_database() as database:
        listed = database.listed(use_case, batch_id)
        return listed, records(database.batch_leads(batch_id, top))


def write_leads(
    use_case: str, top: int | None, only: "LeadFilter", stream: BinaryIO, form: "Format"
) -> int:
    """Write leads into a stream, best first, piece by piece; return how many."""
    from lead_scoring.io.lead_files import write_frames

    with opened_database() as database:
        return write_frames(database.lead_frames(use_case, top, only), stream, form)


def save_leads(
    use_case: str, top: int | None, only: "LeadFilter", path: Path, form: "Format"
) -> int:
    """Write leads into a file, which readers see whole or as it was; return how many."""
    from lead_scoring.io.lead_files import opened_for_writing

    with opened_for_writing(path) as stream:
        return write_leads(use_case, top, only, stream, form)
