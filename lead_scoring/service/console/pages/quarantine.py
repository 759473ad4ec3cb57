"""Refused rows: what is wrong with them, their raw content, and trying them again."""

import json
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.core.standing import KeptRow
from lead_scoring.core.standing import QuarantineFilter
from lead_scoring.errors import UnknownIdError
from lead_scoring.service.console.reasons import as_of_now
from lead_scoring.service.console.visit import Decider
from lead_scoring.service.console.visit import Reader
from lead_scoring.service.console.visit import UseCaseVisit
from lead_scoring.tasks import data
from lead_scoring.tasks import reading

ROWS: Final = 25
"""Rows of a page."""
LOADS: Final = 50
"""Loads that can be chosen, the newest."""
WHOLE_ROW: Final = "(whole row)"
"""Stands for rows in which no single column is at fault."""

router = APIRouter()


@router.get("/{use_case}/quarantine", name="quarantine")
def quarantine(
    visit: Reader, load: str = "", rule: str = "", column: str = "", after: int = 0
) -> Response:
    """Show refused rows of a load, filtered and page by page.

    Args:
        visit: Who asks for which use case.
        load: Id of the load; the newest one with refused rows if empty.
        rule: Only rows that broke this rule first.
        column: Only rows with this column at fault.
        after: Only rows of a greater number.
    """
    loads = visit.database.refused_loads(visit.use_case.use_case, LOADS)
    chosen = load or (loads[0].load_id if loads else "")
    if load and not _is_own(visit, load):
        msg = f"{visit.use_case.title} has no load {load}"
        raise UnknownIdError(msg)
    only = QuarantineFilter(rule or None, {"": None, WHOLE_ROW: ""}.get(column, column))
    found = visit.database.quarantine_page(chosen, only, ROWS + 1, max(0, after))
    groups = visit.database.quarantine_groups(chosen)
    return visit.page(
        "quarantine.html",
        loads=loads,
        chosen=chosen,
        groups=groups,
        rules=sorted({one.rule for one in groups}),
        columns=sorted({one.column or WHOLE_ROW for one in groups}),
        waiting=sum(one.waiting for one in groups),
        replayed=sum(one.replayed for one in groups),
        rule=rule,
        column=column,
        whole_row=WHOLE_ROW,
        rows=[(one, _fields(one)) for one in found[:ROWS]],
        after=after,
        more=found[ROWS - 1].row.row_number if len(found) > ROWS else None,
    )


@router.post("/{use_case}/quarantine/{load_id}/replay", name="replay")
def replay(visit: Decider, load_id: str) -> Response:
    """Hold the refused rows of a load against the contract as it is now."""
    name = visit.use_case.use_case
    if not _is_own(visit, load_id):
        msg = f"{visit.use_case.title} has no load {load_id}; nothing was tried"
        raise UnknownIdError(msg)
    instant = as_of_now(name)
    replayed = data.replay_quarantine(name, load_id, instant)
    if replayed is None:
        said = "No row is accepted by the contract as it is now; all stay where they are."
        return visit.go("quarantine", said=said, load=load_id)
    data.save_outcomes(name, replayed, instant)
    rows = reading.load(replayed).rows_accepted
    said = f"{rows:,} rows are accepted now and became the load {replayed}."
    return visit.go("quarantine", said=said, load=load_id)


def _is_own(visit: UseCaseVisit, load_id: str) -> bool:
    found = visit.database.find_load(load_id)
    return found is not None and found.use_case == visit.use_case.use_case


def _fields(kept: KeptRow) -> dict[str, str | None] | str:
    """Return the raw row by column; its text where it had no columns."""
    raw = json.loads(kept.row.raw_row)
    return raw if isinstance(raw, dict) else str(raw)
