"""Routes that show scored leads."""

from datetime import UTC
from datetime import datetime
from typing import Annotated
from typing import Any
from typing import Final
from typing import Literal

from fastapi import APIRouter
from fastapi import Depends
from fastapi import Path
from fastapi import Query
from starlette.responses import Response

from lead_scoring.core.api_keys import KeyScope
from lead_scoring.core.plain import plain
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.lead_queries import LeadFilter
from lead_scoring.service.answers import answered
from lead_scoring.service.api.access import Shared
from lead_scoring.service.api.access import known_parameters
from lead_scoring.service.api.access import needs

MOST: Final = 1_000
USUAL: Final = 100
_TEXT: Final = r"^[^\x00]*$"
_FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)

router = APIRouter(prefix="/v1/{use_case}", tags=["leads"])

Grade = Literal["A", "B", "C", "D"]


@router.get("/leads", dependencies=[needs(KeyScope.READ), Depends(known_parameters)])
def leads(
    service: Shared,
    use_case: str,
    *,
    grade: Annotated[list[Grade] | None, Query(description="Only these grades.")] = None,
    min_probability: Annotated[
        float | None, Query(ge=0, le=1, description="Only leads at least this probable.")
    ] = None,
    model_version: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Only leads scored by this version.")
    ] = None,
    created_from: Annotated[
        datetime | None, Query(description="Only leads created at or after this instant.")
    ] = None,
    created_until: Annotated[
        datetime | None, Query(description="Only leads created before this instant.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Leads of a page.")] = USUAL,
    after: Annotated[
        str, Query(max_length=2_000, description="`next` of the page before; empty for the first.")
    ] = "",
) -> Response:
    """List the current scores of open leads, best first, a page at a time.

    The order is that of the call list: grade, score, margin and id. `next` leads to the page that
    follows and is null on the last; however deep a page lies, it costs the same.
    """
    known_use_case(service, use_case)
    only = LeadFilter(
        grades=grade or None,
        min_probability=min_probability,
        model_version=model_version,
        created_from=_utc(created_from),
        created_until=_utc(created_until),
    )
    page = service.database.lead_page(use_case, limit, only, after)
    found = [_shown(dict(lead)) for lead in page.leads]
    return answered({"use_case": use_case, "leads": found, "next": page.following or None})


@router.get(
    "/leads/{lead_id:path}", dependencies=[needs(KeyScope.READ), Depends(known_parameters)]
)
def lead(
    service: Shared,
    use_case: str,
    lead_id: Annotated[str, Path(min_length=1, max_length=200, pattern=_TEXT)],
) -> Response:
    """Show a lead: its current score, every score it ever had, and what became of it."""
    known_use_case(service, use_case)
    current = service.database.lead(use_case, lead_id)
    history = service.database.lead_history(use_case, lead_id)
    outcome = service.database.outcome_of(use_case, lead_id)
    if current is None and not history and outcome is None:
        msg = f"{use_case}: nothing is known of a lead {lead_id!r}"
        raise UnknownIdError(msg)
    known = None if outcome is None else {"outcome": outcome[0], "known_at": outcome[1]}
    return answered(
        {
            "use_case": use_case,
            "lead_id": lead_id,
            "current": None if current is None else _shown(dict(current)),
            "history": [_shown(dict(one)) for one in history],
            "outcome": known,
        }
    )


def known_use_case(service: Shared, use_case: str) -> None:
    """Refuse a use case that does not exist.

    Raises:
        UnknownIdError: It does not.
    """
    names = service.champions.names
    if use_case not in names:
        msg = f"there is no use case {use_case!r}; there are: {', '.join(names)}"
        raise UnknownIdError(msg)


def _shown(lead: dict[str, Any]) -> Any:
    """Return what a row says; columns of other kinds of outcomes are left out."""
    lead.pop("use_case", None)
    kept = {"reasons", "created_at", "lead_id", "grade", "score"}
    return plain(
        {name: value for name, value in lead.items() if value is not None or name in kept}
    )


def _utc(moment: datetime | None) -> datetime | None:
    """Return an instant in UTC, within what a database can hold."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware, _FIRST), _LAST).astimezone(UTC)
