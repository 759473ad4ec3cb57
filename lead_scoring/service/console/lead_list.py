"""What somebody asks of a list of leads, as it stands in an address."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from typing import Final

from starlette.datastructures import QueryParams

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.schema import DECLINING
from lead_scoring.core.schema import GRADES
from lead_scoring.core.schema import IMPROVING
from lead_scoring.core.schema import NEW
from lead_scoring.core.schema import STEADY
from lead_scoring.io.lead_queries import LeadFilter

PER_DAY: Final = 100
"""Leads a day where the config names no capacity."""
MOST_PER_DAY: Final = 10_000
MAX_ID: Final = 128
TRENDS: Final = (NEW, IMPROVING, STEADY, DECLINING)


@dataclass(frozen=True)
class Asked:
    """Which leads somebody wants to see.

    Attributes:
        per_day: How many leads can be called a day, 1 to 10,000.
        grades: Of these grades; all if empty.
        trends: Whose score moved so; all if empty.
        start: Whose id begins so.
        created_from: Created on this day or later.
        created_to: Created on this day or earlier.
        after: Where the page begins, as the page before said.
        place: How many leads come before the page.
        faults: What cannot be read, by the name of its field; such a field asks for nothing.
    """

    per_day: int
    grades: tuple[str, ...] = ()
    trends: tuple[str, ...] = ()
    start: str = ""
    created_from: date | None = None
    created_to: date | None = None
    after: str = ""
    place: int = 0
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def filters(self) -> bool:
        """Whether some leads are left out."""
        chosen = (self.grades, self.trends, self.start, self.created_from, self.created_to)
        return any(chosen)

    @property
    def only(self) -> LeadFilter:
        """The filter that asks the database."""
        return LeadFilter(
            grades=self.grades or None,
            trends=self.trends or None,
            lead_id_start=self.start or None,
            created_from=_midnight(self.created_from),
            created_until=_midnight(self.created_to, days=1),
        )

    def query(self) -> dict[str, object]:
        """Return the address of this list, without the page."""
        return {
            "per_day": self.per_day,
            "grade": self.grades,
            "trend": self.trends,
            "lead": self.start,
            "from": self.created_from,
            "to": self.created_to,
        }


def read_asked(query: QueryParams, use_case: UseCase) -> Asked:
    """Read an address; what cannot be read is said and left out."""
    faults: dict[str, str] = {}
    start = query.get("lead", "").strip()
    if "\0" in start or len(start) > MAX_ID:
        faults["lead"] = f"An id has at most {MAX_ID} characters."
        start = ""
    return Asked(
        per_day=_count(query, "per_day", daily_capacity(use_case), faults),
        grades=_chosen(query.getlist("grade"), GRADES),
        trends=_chosen(query.getlist("trend"), TRENDS),
        start=start,
        created_from=_day(query, "from", faults),
        created_to=_day(query, "to", faults),
        after=query.get("after", ""),
        place=_place(query.get("place", "")),
        faults=faults,
    )


def daily_capacity(use_case: UseCase) -> int:
    """Return how many leads are called a day by the config, else `PER_DAY`."""
    capacity = use_case.inference.grades.capacity
    return PER_DAY if capacity is None else min(capacity.A, MOST_PER_DAY)


def _chosen(given: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in known if one in given)


def _count(query: QueryParams, name: str, default: int, faults: dict[str, str]) -> int:
    text = query.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PER_DAY:
        return int(text)
    faults[name] = f"Write a whole number from 1 to {MOST_PER_DAY:,}."
    return default


def _day(query: QueryParams, name: str, faults: dict[str, str]) -> date | None:
    text = query.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults[name] = "Write a day such as 2024-02-01."
        return None


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    if day is None:
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight if day == date.max else midnight + timedelta(days=days)


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else 0
