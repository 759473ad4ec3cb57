"""Load leads, write down what became of them, and judge whether a new model is needed.

**When.** On the use case's schedule (cron, UTC), or by hand with a form.

**Reads** the source named in `configs/<use_case>.yaml`. **Writes** a snapshot under `storage` and
the tables `loads`, `quarantine`, `outcomes`, `drift_checks`, `drift_columns`.

**Then.** A complete load starts the inference pipeline. Without a champion, or with harmful drift,
`request_training` starts the training pipeline; otherwise `no_training` is where the run ends.

**When it fails**

* `load`: the log names file, line, column and rule. Mend the source or the contract and clear the
  task; nothing was kept of the refused load. A file that changed while it was read is retried.
* `save_outcomes`, `check_drift`: clear the task; both may run any number of times.
* `resolve`: the form holds an instant that is none, or a window that ends before it begins.
"""

from datetime import datetime
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import CronDataIntervalTimetable
from airflow.sdk import Label
from airflow.sdk import dag
from airflow.sdk import task

from lead_scoring.config.use_case import UseCase
from lead_scoring_dags import AS_OF_HELP
from lead_scoring_dags import assets_of
from lead_scoring_dags import furniture
from lead_scoring_dags import instant_param
from lead_scoring_dags import iso
from lead_scoring_dags import sound_use_cases

PARAMS = {
    "as_of": instant_param(
        "As of", AS_OF_HELP + "Empty: the end of the run's data interval, or now."
    ),
    "window_from": instant_param(
        "Window from", "Load leads created at or after this instant. Empty: from the first."
    ),
    "window_to": instant_param(
        "Window to", "Load leads created before this instant. Empty: to the last."
    ),
}


def define(use_case: UseCase) -> None:
    """Define the data DAG of one use case."""
    name = use_case.use_case
    assets = assets_of(name)

    @task
    def resolve(
        params: Any = None,
        data_interval_start: datetime | None = None,
        data_interval_end: datetime | None = None,
        dag_run: Any = None,
    ) -> dict[str, str | None]:
        from lead_scoring.tasks import data

        return data.resolve_run(
            name,
            as_of=params["as_of"],
            window_from=params["window_from"],
            window_to=params["window_to"],
            interval_start=iso(data_interval_start),
            interval_end=iso(data_interval_end),
            run_after=iso(dag_run.run_after),
        )

    @task
    def load(run: dict[str, str]) -> str:
        from lead_scoring.tasks import data

        return data.load(
            name, run["as_of"], window_from=run["window_from"], window_to=run["window_to"]
        )

    @task
    def save_outcomes(load_id: str, run: dict[str, str]) -> int:
        from lead_scoring.tasks import data

        return data.save_outcomes(name, load_id, run["as_of"])

    @task(outlets=[assets.snapshot])
    def check_drift(
        load_id: str, run: dict[str, str], outlet_events: Any = None
    ) -> dict[str, Any]:
        from lead_scoring.tasks import data

        check = data.check_drift(name, load_id, run["as_of"])
        event = {"load_id": load_id, "as_of": run["as_of"], "verdict": check["verdict"]}
        outlet_events[assets.snapshot].extra = event
        return check

    @task.branch
    def is_training_needed(check: dict[str, Any]) -> str:
        from lead_scoring.tasks.whole import TRAINS

        return "request_training" if check["verdict"] in TRAINS else "no_training"

    @task(outlets=[assets.training_request])
    def request_training(
        load_id: str, run: dict[str, str], check: dict[str, Any], outlet_events: Any = None
    ) -> None:
        reason = f"{check['verdict']}: {check['summary']}"
        event = {"load_id": load_id, "as_of": run["as_of"], "reason": reason}
        outlet_events[assets.training_request].extra = event

    @dag(
        **furniture(use_case, "data", __doc__),
        schedule=CronDataIntervalTimetable(use_case.schedule, timezone="UTC"),
        params=PARAMS,
    )
    def data_pipeline() -> None:
        run = resolve()
        load_id = load(run)
        check = check_drift(load_id, run)
        branch = is_training_needed(check)
        save_outcomes(load_id, run) >> check
        branch >> Label("no champion or harmful drift") >> request_training(load_id, run, check)
        branch >> Label("the champion still fits") >> EmptyOperator(task_id="no_training")

    data_pipeline()


for sound in sound_use_cases("data"):
    define(sound)
