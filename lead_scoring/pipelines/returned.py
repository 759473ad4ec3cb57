"""Which outcomes of files are known at an instant."""

from datetime import datetime

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.returned import ReturnedFile
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.pipelines.ports import LoadStore


def returned_outcomes(use_case: UseCase, as_of: datetime, loads: LoadStore) -> ReturnedOutcomes:
    """Return the files of outcomes that were loaded by an instant.

    Args:
        use_case: The use case.
        as_of: Instant, UTC.
        loads: Where loads and their quarantine are kept.
    """
    outcome = use_case.outcome
    known = loads.loads(use_case.use_case, as_of, Purpose.OUTCOMES)
    files = tuple(ReturnedFile(load, _refused(load, loads)) for load in known)
    return ReturnedOutcomes(as_of, files, outcome.maturity if outcome.window else None)


def _refused(load: Load, loads: LoadStore) -> tuple[int, ...]:
    if not load.rows_quarantined:
        return ()
    return tuple(row.row_number for row in loads.quarantined(load.load_id))
