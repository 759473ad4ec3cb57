"""Send the weekly summary: leads, conversions, changes and what waits, in business words.

**When.** On the schedule of `summary` in `configs/<use_case>.yaml` (cron, UTC), or by hand. Only
use cases with such a section have this DAG.

**Reads** the tables of the platform. **Writes** nothing; sends one mail.

**When it fails**

* `send_summary`: the connection `lead_scoring_smtp` is missing, or its server did not take the
  mail; the log says which. Mend it and clear the task. `lead-scoring summary` shows the same page.
"""

from datetime import datetime
from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable
from airflow.sdk import dag
from airflow.sdk import task

from lead_scoring.config.loading import BrokenUseCase
from lead_scoring.config.loading import load_use_cases
from lead_scoring.config.summary import SummaryConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring_alerts import mail
from lead_scoring_dags import furniture
from lead_scoring_dags import instant_param

WEEK = timedelta(days=7)
PARAMS = {
    "week_of": instant_param(
        "Week of", "An instant of the week to tell. Empty: the seven days before the run's week."
    ),
}


def week_of(use_case: UseCase, given: str | None, run_after: datetime) -> str | None:
    """Return an instant of the week to tell; None for the newest one there is.

    Of a use case whose config fixes the instant runs compute for, the present says nothing.
    """
    if given or use_case.as_of:
        return given
    return (run_after - WEEK).isoformat()


def define(use_case: UseCase, summary: SummaryConfig) -> None:
    """Define the summary DAG of one use case."""
    name = use_case.use_case

    @task
    def send_summary(params: Any = None, dag_run: Any = None, **context: Any) -> str:
        from lead_scoring.tasks.summary import mailed_summary

        subject, page = mailed_summary(
            name, week_of(use_case, params["week_of"], dag_run.run_after)
        )
        mail(subject, page, summary.email, context)
        return subject

    @dag(
        **furniture(use_case, "summary", __doc__),
        schedule=CronTriggerTimetable(summary.schedule, timezone="UTC"),
        params=PARAMS,
    )
    def summary_pipeline() -> None:
        send_summary()

    summary_pipeline()


for found in load_use_cases():
    if not isinstance(found, BrokenUseCase) and found.summary:
        define(found, found.summary)
