"""All use cases at a glance: what is fresh, who is champion, what needs a person."""

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import TYPE_CHECKING
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.standing import Standing
from lead_scoring.errors import ConfigError
from lead_scoring.io import clock
from lead_scoring.service.console.access import Permission
from lead_scoring.service.console.pages.drift import ACTIONS
from lead_scoring.service.console.pages.drift import VERDICTS
from lead_scoring.service.console.visit import Visitor
from lead_scoring.tasks import looking

if TYPE_CHECKING:
    from lead_scoring.io.database import Database

_UNITS: Final = ((86_400, "day"), (3600, "hour"), (60, "minute"))

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Glance:
    """One use case as it is shown: its config, how it stands, and times in words.

    Attributes:
        history: Whether its runs compute for a fixed instant.
        loaded: How long ago the newest load was finished; empty without one.
        scored: How long ago the newest batch was computed; empty without one.
        due: In how much time the data pipeline runs next; empty where it never does.
    """

    config: UseCase
    standing: Standing
    history: bool
    loaded: str
    scored: str
    due: str


@router.get("/overview", name="glance")
def glance(visit: Visitor) -> Response:
    """Show every use case that somebody may read."""
    now = clock.now()
    sound: list[Glance] = []
    broken: dict[str, str] = {}
    for name in visit.console.use_case_names():
        if not visit.principal.may(Permission.READ, name):
            continue
        try:
            config = visit.console.use_case(name)
        except ConfigError as error:
            broken[name] = str(error)
            continue
        sound.append(_glance(config, visit.database, now))
    return visit.page(
        "glance.html",
        use_cases=sorted(sound, key=_pressing),
        broken=broken,
        now=now,
        verdicts=VERDICTS,
        actions=ACTIONS,
    )


def _pressing(one: Glance) -> tuple[bool, bool, bool, str]:
    """Order by what needs a person, then by how far each has come."""
    stands = one.standing
    return not stands.needs, stands.champion is None, stands.load is None, one.config.title


def in_words(length: timedelta) -> str:
    """Return a length of time in its largest unit; what is no longer than a minute is a moment.

    >>> in_words(timedelta(hours=49)), in_words(timedelta(minutes=61)), in_words(timedelta(0))
    ('2 days', '1 hour', 'a moment')
    """
    seconds = int(abs(length.total_seconds()))
    for size, unit in _UNITS:
        if seconds >= size:
            count = seconds // size
            return f"{count:,} {unit}{'s' if count > 1 else ''}"
    return "a moment"


def _glance(config: UseCase, database: "Database", now: datetime) -> Glance:
    stands = looking.standing(config, database, now)
    return Glance(
        config=config,
        standing=stands,
        history=looking.is_history(config),
        loaded="" if stands.load is None else f"{in_words(now - stands.load.at)} ago",
        scored="" if stands.batch is None else f"{in_words(now - stands.batch.at)} ago",
        due="" if stands.next_run is None else f"in {in_words(stands.next_run - now)}",
    )
