"""What the DAG files share: names, assets, forms, furniture, and a stand-in for a broken config.

Airflow puts this folder on the import path; only DAG files import this module.
"""

import logging
import re
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Any
from typing import Final
from typing import Literal

from airflow.sdk import DAG
from airflow.sdk import Asset
from airflow.sdk import DeadlineAlert
from airflow.sdk import DeadlineReference
from airflow.sdk import ExceptionRetryPolicy
from airflow.sdk import Param
from airflow.sdk import RetryAction
from airflow.sdk import RetryRule
from airflow.sdk import SyncCallback
from airflow.sdk import dag
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.exceptions import AirflowSkipException

from lead_scoring.config.loading import BrokenUseCase
from lead_scoring.config.loading import load_use_cases
from lead_scoring.config.use_case import UseCase

Kind = Literal["data", "training", "inference", "summary"]

log = logging.getLogger(__name__)

TAG: Final = "lead-scoring"
START: Final = datetime(2021, 1, 1, tzinfo=UTC)
RETRIES: Final = 2
RETRY_DELAY: Final = timedelta(minutes=1)
TIMEOUT: Final = timedelta(hours=2)
MAX_ID: Final = 200

FAIL_FAST: Final = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            "lead_scoring.errors.PermanentError",
            action=RetryAction.FAIL,
            reason="the same input would fail again",
        )
    ]
)
"""Errors that would only come again fail at once; every other error is retried."""


@dataclass(frozen=True, slots=True)
class Assets:
    """What joins the DAGs of a use case; the events carry ids.

    Attributes:
        snapshot: A load is complete and judged: ``load_id``, ``as_of``, ``verdict``.
        training_request: A new model is wanted: ``load_id``, ``as_of``, ``reason``.
        champion: Another model scores from now on: ``load_id``, ``as_of``, ``model_version``.
        batch: Scores are visible: ``load_id``, ``as_of``, ``batch_id``.
    """

    snapshot: Asset
    training_request: Asset
    champion: Asset
    batch: Asset


def assets_of(use_case: str) -> Assets:
    """Return the assets of one use case, the same wherever they are asked for."""

    def asset(name: str) -> Asset:
        uri = f"x-lead-scoring://{use_case}/{name}"
        return Asset(name=f"{use_case}/{name}", uri=uri, group=TAG)

    return Assets(asset("snapshot"), asset("training_request"), asset("champion"), asset("batch"))


def dag_id_of(use_case: str, kind: Kind) -> str:
    """Return the id of a DAG; characters Airflow refuses become underscores."""
    return re.sub(r"[^\w.-]", "_", f"{use_case}__{kind}_pipeline")[:MAX_ID]


def furniture(use_case: UseCase, kind: Kind, doc: str | None) -> dict[str, Any]:
    """Return what every DAG has alike, as arguments of ``dag``."""
    return {
        "dag_id": dag_id_of(use_case.use_case, kind),
        "dag_display_name": f"{use_case.title}: {kind}",
        "description": use_case.description,
        "doc_md": doc,
        "tags": [TAG, use_case.use_case, kind],
        "start_date": START,
        "catchup": False,
        "max_active_runs": 1,
        "deadline": _deadlines(use_case, kind) or None,
        "default_args": {
            "owner": use_case.owner,
            "retries": RETRIES,
            "retry_delay": RETRY_DELAY,
            "retry_exponential_backoff": True,
            "retry_policy": FAIL_FAST,
            "execution_timeout": TIMEOUT,
        },
    }


def _deadlines(use_case: UseCase, kind: Kind) -> list[DeadlineAlert]:
    """Return when people are told that a run is late: one each way, as one may fail.

    The callback runs in the executor, so that no triggerer is needed.
    """
    alerts = use_case.alerts
    if alerts.stale_after is None or kind not in {"data", "inference"}:
        return []
    said = {"use_case": use_case.use_case, "to": [*alerts.email]}
    return [
        DeadlineAlert(
            reference=DeadlineReference.DAGRUN_QUEUED_AT,
            interval=alerts.stale_after,
            callback=SyncCallback("lead_scoring_alerts.tell_late", {**said, "way": way}),
            name=f"late: {way}",
        )
        for way in alerts.ways
    ]


def instant_param(title: str, description: str) -> Param:
    """Return a form field for an instant that may stay empty."""
    return Param(
        None, title=title, description=description, type=["null", "string"], format="date-time"
    )


def text_param(title: str, description: str) -> Param:
    """Return a form field for a text that may stay empty."""
    return Param(None, title=title, description=description, type=["null", "string"], minLength=1)


def count_param(title: str, description: str) -> Param:
    """Return a form field for a whole number from 1 on that may stay empty."""
    return Param(None, title=title, description=description, type=["null", "integer"], minimum=1)


def choice_param(title: str, description: str, choices: Mapping[str, str]) -> Param:
    """Return a form field with a few choices; the first one is set.

    Args:
        title: Its title.
        description: What it is for.
        choices: What each choice is shown as.
    """
    return Param(
        next(iter(choices)),
        title=title,
        description=description,
        type="string",
        enum=list(choices),
        values_display=dict(choices),
    )


AS_OF_HELP: Final = (
    "The instant the run computes for, with its offset, such as 2022-02-01T00:00:00Z. "
    "What happened after it does not exist for the run. "
)


def sound_use_cases(kind: Kind) -> Iterator[UseCase]:
    """Iterate over the use cases whose file is right; make a placeholder DAG for each other."""
    for use_case in load_use_cases():
        if isinstance(use_case, BrokenUseCase):
            _placeholder(use_case, kind)
        else:
            yield use_case


def _placeholder(broken: BrokenUseCase, kind: Kind) -> DAG:
    """Make a DAG under the usual id whose single task fails with the reason."""

    @dag(
        dag_id=dag_id_of(broken.use_case, kind),
        dag_display_name=f"{broken.use_case}: {kind} (config is wrong)",
        description=f"configs/{broken.use_case}.yaml is wrong",
        doc_md=f"The file of this use case is wrong; mend it and the DAG returns.\n\n"
        f"```\n{broken.reason}\n```",
        tags=[TAG, broken.use_case[:100], kind, "broken-config"],
        schedule=None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args={"retries": 1, "execution_timeout": timedelta(minutes=1)},
    )
    def placeholder() -> None:
        @task
        def show_reason() -> None:
            raise AirflowFailException(broken.reason)

        show_reason()

    return placeholder()


def events_of(events: Mapping[Any, Sequence[Any]] | None) -> list[dict[str, Any]]:
    """Return what the events that started a run carry, by ``as_of``; empty for a run by hand."""
    given = [
        {**(event.extra or {}), "asset": event.asset.name}
        for group in (events or {}).values()
        for event in group
    ]
    return sorted(given, key=lambda event: str(event.get("as_of") or ""))


def sound_events(
    use_case: str, events: Mapping[Any, Sequence[Any]] | None
) -> list[dict[str, Any]]:
    """Return the events a run may act on, by ``as_of``; empty for a run by hand.

    Raises:
        AirflowSkipException: Events started the run, and none of them names what is there.
    """
    given = events_of(events)
    if not given:
        return []
    from lead_scoring.tasks.events import sort_events

    sound, refused = sort_events(use_case, given)
    for why in refused:
        log.warning(why)
    if not sound:
        raise AirflowSkipException("; ".join(refused))
    return sound


def iso(instant: datetime | None) -> str | None:
    """Return an instant as text."""
    return None if instant is None else instant.isoformat()
