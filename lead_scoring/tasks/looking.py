"""What the people who look after a use case are shown; nothing is changed."""

from datetime import datetime
from typing import TYPE_CHECKING
from typing import Final

from lead_scoring.config.loading import load_platform
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.approval import answer_to
from lead_scoring.core.approval import crowned
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.schedule import is_late
from lead_scoring.core.schedule import next_run
from lead_scoring.core.standing import FOREVER
from lead_scoring.core.standing import Dated
from lead_scoring.core.standing import Figure
from lead_scoring.core.standing import Standing
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import TransientError
from lead_scoring.errors import UnknownIdError
from lead_scoring.tasks.progress import Logged
from lead_scoring.tasks.wiring import Workspace

if TYPE_CHECKING:
    from lead_scoring.io.database import Database

DECISIONS: Final = 200
"""Newest decisions that are looked through."""


def standing(use_case: UseCase, database: "Database", now: datetime) -> Standing:
    """Return how a use case stands, by the platform database alone.

    Args:
        use_case: The use case.
        database: The platform database, open.
        now: The present, UTC.
    """
    name = use_case.use_case
    loads = database.newest_loads(name)
    load = loads[0] if loads else None
    decisions = database.newest_decisions(name, DECISIONS)
    made = crowned(one.record for one in reversed(decisions))
    best = None if made is None else database.find_model(name, int(made.subject))
    return Standing(
        load=load,
        late=load is not None
        and not is_history(use_case)
        and is_late(use_case.schedule, load.at, now),
        next_run=next_run(use_case.schedule, now),
        champion=best,
        champion_since=next((one.at for one in decisions if one.record is made), None),
        figure=None if best is None else figure_of(use_case, best),
        check=database.last_check(name),
        batch=database.newest_batch(name),
        held=tuple(one.record for one in database.held_batches(name)),
        waiting=waiting(decisions),
        faulty=database.faulty_loads(name, FOREVER),
        quarantined=database.waiting_rows(name),
    )


def is_history(use_case: UseCase) -> bool:
    """Return whether runs compute for a fixed instant, so that nothing can be late."""
    return (use_case.as_of or load_platform().as_of) is not None


def waiting(decisions: tuple[Dated[Decision], ...]) -> tuple[Decision, ...]:
    """Return the decisions by which versions wait for approval, oldest first.

    Args:
        decisions: Newest first.
    """
    made = [one.record for one in reversed(decisions)]
    holds = (one for one in made if one.kind is DecisionKind.HOLD)
    return tuple(one for one in holds if answer_to(one, made) is None)


def figure_of(use_case: UseCase, version: ModelVersion) -> Figure | None:
    """Return the metric of the gate of a version; ``None`` where it was not measured."""
    metric = gate_metric(use_case)
    known = version.metrics
    if metric.name not in known:
        return None
    low, high = known.get(f"{metric.name}_low"), known.get(f"{metric.name}_high")
    return Figure(metric.words, known[metric.name], low, high)


def workspace(use_case: UseCase, database: "Database") -> Workspace:
    """Return what reads MLflow beside a database that is open."""
    return Workspace(use_case, load_platform(), database, Logged())


def doubt(use_case: UseCase, database: "Database", believed: ModelVersion | None) -> str:
    """Return in words why the registry does not agree on who is champion; empty where it does.

    Args:
        use_case: The use case.
        database: The platform database, open.
        believed: The champion by the decisions.
    """
    try:
        found = workspace(use_case, database).registry.champion(use_case.use_case)
    except (TransientError, IntegrityError) as error:
        return f"The registry was asked who is champion, and could not say: {error}"
    versions = [None if one is None else one.version for one in (found, believed)]
    if versions[0] == versions[1]:
        return ""
    alias, decided = ("no version" if one is None else f"version {one}" for one in versions)
    return (
        f"By the decisions {decided} is champion, but the registry's alias is at {alias}, and that"
        " is what scores. A promotion is on its way or was interrupted, or somebody moved the"
        " alias by hand."
    )


def page_of_version(
    use_case: UseCase, database: "Database", version: int, file: str
) -> bytes | None:
    """Return a page that was kept with a version, as it was written.

    Args:
        use_case: The use case.
        database: The platform database, open.
        version: Number of the version.
        file: Name of the file, such as ``model_card.html``.

    Raises:
        UnknownIdError: There is no such version.
        TransientError: MLflow does not answer.
    """
    registry = workspace(use_case, database).registry
    return registry.attached(registry.version(use_case.use_case, version), file)


def page_of_check(use_case: UseCase, database: "Database", check_id: str) -> bytes | None:
    """Return the report on a drift check, as it was drawn.

    Raises:
        UnknownIdError: This use case has no such check.
        TransientError: MLflow does not answer.
    """
    name = use_case.use_case
    check = database.find_check(check_id)
    if check is None or check.use_case != name:
        msg = f"{name} has no drift check {check_id!r}; the page on drift lists the newest"
        raise UnknownIdError(msg)
    return workspace(use_case, database).reports.page(name, check_id)
