"""The real leads the models are measured on, read by the project's own tasks."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Final

import pandas as pd

from benchmarks.backtest_proof import work_in
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.split import Split
from lead_scoring.core.split import in_order

if TYPE_CHECKING:
    from lead_scoring.tasks.wiring import Workspace

CODEPRO: Final = "codepro_leads"
BY_YEAR: Final = "codepro_by_year"
NEW_YEAR: Final = pd.Timestamp("2022-01-01", tz="UTC")


@dataclass(frozen=True, slots=True)
class Task:
    """One table: a use case at an instant.

    Attributes:
        use_case: Its name.
        as_of: Instant to compute for; the use case's own if absent.
        begins: The test rows are all that were created from then on; what the use case says if
            absent.
    """

    use_case: str
    as_of: datetime | None = None
    begins: pd.Timestamp | None = None


TASKS: Final = {
    "campaign_success": Task("campaign_success"),
    "customer_segments": Task("customer_segments"),
    "olist_sellers": Task("olist_sellers"),
    "olist_satisfaction": Task("olist_satisfaction"),
    CODEPRO: Task(CODEPRO, datetime(2022, 2, 1, tzinfo=UTC)),
    BY_YEAR: Task(CODEPRO, datetime(2022, 3, 1, tzinfo=UTC), NEW_YEAR),
}
"""Tables by the name of their markers; no event time needs no special instant."""
_ANY: Final = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def platform() -> Iterator[None]:
    """Make this process's platform one that is thrown away afterwards."""
    from lead_scoring.tasks import upkeep

    with tempfile.TemporaryDirectory() as folder:
        work_in(Path(folder))
        os.environ["LEAD_SCORING_TUNING_URL"] = f"sqlite:///{folder}/tuning.db"
        upkeep.migrate()
        yield


def instant_of(task: Task, use_case: UseCase) -> datetime:
    """Return the instant a table is computed for."""
    return task.as_of or use_case.as_of or _ANY


def read(task: Task, work: "Workspace") -> Split:
    """Load a use case, and split its mature leads as its training would.

    Raises:
        LeadScoringError: The source is not there, or not what its contract says.
    """
    from lead_scoring.core.population import as_learned
    from lead_scoring.core.population import learned_from
    from lead_scoring.core.records import Purpose
    from lead_scoring.core.returned import ReturnedOutcomes
    from lead_scoring.pipelines.training import split_mature
    from lead_scoring.tasks import data

    config = work.use_case
    as_of = instant_of(task, config)
    data.load(task.use_case, as_of.isoformat())
    loads = work.database.loads(task.use_case, as_of, Purpose.TRAIN_AND_SCORE)
    if task.begins is None:
        return split_mature(config, as_of, loads, work.snapshots, ReturnedOutcomes(as_of))
    limit, created = config.training.max_training_rows, learned_from(config, as_of)
    leads = work.snapshots.mature_rows(loads, as_of, limit, created)
    return split_at(as_learned(leads, config), task.begins)


def split_at(leads: pd.DataFrame, begins: pd.Timestamp) -> Split:
    """Fit on every lead created before an instant, test on all others; nothing lies between."""
    leads = in_order(leads)
    later = leads[CREATED_AT] >= begins
    fit, test = (leads.loc[rows].reset_index(drop=True) for rows in (~later, later))
    return Split(fit, leads.iloc[:0], test, by_time=True)
