"""Load leads, write down what became of them, and judge whether a new model is needed.

**When.** On the use case's schedule (cron, UTC), or by hand with a form.

**Reads** the source named in `configs/<use_case>.yaml`. **Writes** a snapshot under `storage`, the
tables `loads`, `quarantine`, `outcomes`, `drift_checks`, `drift_columns`, and an MLflow run with
the drift report.

**Then.** `by_verdict` takes the branch of the verdict. All but `data_fault` go on to
`save_outcomes`, to `release_snapshot`, which starts the inference pipeline, and to `by_action`:
`request_training` starts the training pipeline; `wait` is held back by the governor; `ask` waits
for a person because the last trainings won nothing; `no_training` leaves all as it is.
The task `draw_report` has a link to the report for people; `notify_email` and `notify_slack` tell
whom `alerts` names. Where `alerts` says `stale_after`, they are
also told of a run that takes longer.

**By hand.** `override` is a person's word against the verdict, kept with the reason and the name:
`train` asks for a training, `keep` for none, `accept` says that a load is right although it looks
broken.

**When it fails**

* `data_fault` failed and the run is red: the load looks broken, the message says where. It is
  never trained on, and not scored unless `drift.faults.score_anyway` says so. Mend the source and
  run again, or run by hand with the override `accept` and a reason. Clearing the task changes
  nothing.
* `load`: the log names file, line, column and rule. Mend the source or the contract and clear the
  task; nothing was kept of the refused load. A file that changed while it was read is retried.
* `save_outcomes`, `check_drift`: clear the task; both may run any number of times. An override
  needs a reason, and a training on a data fault is refused.
* `draw_report`, `notify_email`, `notify_slack`: the run is not failed by them. Clear the task when
  MLflow is up again, or the connection `lead_scoring_smtp` or `lead_scoring_slack` is mended.
* `resolve`: the form holds an instant that is none, or a window that ends before it begins.
"""

from datetime import datetime
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import CronDataIntervalTimetable
from airflow.sdk import Label
from airflow.sdk import TriggerRule
from airflow.sdk import dag
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.exceptions import AirflowSkipException

from lead_scoring.config.use_case import UseCase
from lead_scoring_alerts import SENDING
from lead_scoring_alerts import send
from lead_scoring_dags import AS_OF_HELP
from lead_scoring_dags import assets_of
from lead_scoring_dags import choice_param
from lead_scoring_dags import furniture
from lead_scoring_dags import instant_param
from lead_scoring_dags import iso
from lead_scoring_dags import sound_use_cases
from lead_scoring_dags import text_param
from lead_scoring_reports import DriftReportOperator

NO_OVERRIDE = "none"
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
    "override": choice_param(
        "Override",
        "A person's word against the verdict; it is kept with your name and the reason.",
        {
            NO_OVERRIDE: "none: go by the verdict",
            "train": "train: ask for a training",
            "keep": "keep: ask for no training",
            "accept": "accept: the load is right although it looks broken",
        },
    ),
    "override_reason": text_param(
        "Reason of the override", "Why, in a sentence; an override without one is refused."
    ),
}
FAULT = "data_fault"
BY_VERDICT = {
    "no_champion": "nothing to compare with",
    "stable": "nothing changed that matters",
    "virtual_drift": "changed, but not for the worse",
    "harmful_drift": "the champion got worse",
    "not_enough_data": "too few new rows",
    FAULT: "the load looks broken",
}
BY_ACTION = {
    "train": ("request_training", "a training pays"),
    "wait": ("wait", "the governor holds it back"),
    "ask": ("ask", "the last trainings won nothing"),
    "none": ("no_training", "the champion stays"),
}


@task
def resolve(
    name: str,
    params: Any = None,
    data_interval_start: datetime | None = None,
    data_interval_end: datetime | None = None,
    dag_run: Any = None,
) -> dict[str, str | None]:
    """Resolve the instant the run computes for and the window it reads."""
    from lead_scoring.tasks.resolving import resolve_run

    return resolve_run(
        name,
        as_of=params["as_of"],
        window_from=params["window_from"],
        window_to=params["window_to"],
        interval_start=iso(data_interval_start),
        interval_end=iso(data_interval_end),
        run_after=iso(dag_run.run_after),
    )


@task
def load(name: str, run: dict[str, str]) -> str:
    """Read the source; return the load's id."""
    from lead_scoring.tasks import data

    return data.load(
        name, run["as_of"], window_from=run["window_from"], window_to=run["window_to"]
    )


@task(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
def save_outcomes(name: str, load_id: str, run: dict[str, str]) -> int:
    """Write down what became of the leads; nothing of a faulty load is believed."""
    from lead_scoring.tasks import data

    return data.save_outcomes(name, load_id, run["as_of"])


@task
def check_drift(
    name: str, load_id: str, run: dict[str, str], params: Any = None, dag_run: Any = None
) -> dict[str, str]:
    """Judge the new rows, and say what follows."""
    from lead_scoring.tasks import data

    override = params["override"]
    return data.check_drift(
        name,
        load_id,
        run["as_of"],
        override=None if override == NO_OVERRIDE else override,
        reason=params["override_reason"] or "",
        by=dag_run.triggering_user_name or "airflow",
    )


@task.branch
def by_verdict(check: dict[str, str]) -> str:
    """Take the branch of the verdict."""
    return check["verdict"]


@task
def data_fault(check: dict[str, str]) -> None:
    """Fail the run: the load looks broken."""
    msg = f"{check['summary']}; {check['action_reason']}"
    raise AirflowFailException(msg)


@task.branch(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
def by_action(ti: Any = None) -> str:
    """Take the branch of the action.

    The check is no argument: it always succeeded, and then this would run after a data fault too.
    """
    return BY_ACTION[ti.xcom_pull(task_ids="check_drift")["action"]][0]


@task
def request_training(
    name: str,
    load_id: str,
    run: dict[str, str],
    check: dict[str, str],
    outlet_events: Any = None,
) -> None:
    """Ask for a training."""
    reason = f"{check['verdict']}: {check['summary']}"
    event = {"load_id": load_id, "as_of": run["as_of"], "reason": reason}
    outlet_events[assets_of(name).training_request].extra = event


@task(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
def release_snapshot(
    name: str,
    load_id: str,
    run: dict[str, str],
    check: dict[str, str],
    outlet_events: Any = None,
) -> None:
    """Let the load be scored."""
    event = {"load_id": load_id, "as_of": run["as_of"], "verdict": check["verdict"]}
    outlet_events[assets_of(name).snapshot].extra = event


@task(**SENDING)
def notify(
    name: str, check: dict[str, str] | None, way: str, to: list[str], **context: Any
) -> str:
    """Tell whom the config names, one way."""
    from lead_scoring.tasks import reports

    run = context["ti"].log_url.partition("/tasks/")[0]
    alert = check and reports.compose_alert(name, check["check_id"], run)
    if not alert:
        msg = "nothing happened that anybody asked to be told"
        raise AirflowSkipException(msg)
    send(alert, way, to, context)
    return alert.kind


def branch_by_verdict(check: Any) -> tuple[list[Any], Any]:
    """Lay out a task per verdict; return those that go on, and the one that stops."""
    branch, fault = by_verdict(check), data_fault(check)
    sound = [EmptyOperator(task_id=verdict) for verdict in BY_VERDICT if verdict != FAULT]
    for end in [*sound, fault.operator]:
        branch >> Label(BY_VERDICT[end.task_id]) >> end
    return sound, fault


def branch_by_action(sound: list[Any], requested: Any) -> None:
    """Lay out a task per action."""
    branch = by_action()
    sound >> branch
    for action, (task_id, label) in BY_ACTION.items():
        end = requested if action == "train" else EmptyOperator(task_id=task_id)
        branch >> Label(label) >> end


def tell_people(use_case: UseCase, check: Any) -> None:
    """Lay out what decides nothing: a failure of these tasks does not fail the run."""
    report = DriftReportOperator(task_id="draw_report", use_case=use_case.use_case, check=check)
    report.as_teardown(on_failure_fail_dagrun=False)
    for way in use_case.alerts.ways:
        told = notify.override(task_id=f"notify_{way}")
        sent = told(use_case.use_case, check, way, [*use_case.alerts.email])
        report >> sent
        sent.as_teardown(on_failure_fail_dagrun=False)


def define(use_case: UseCase) -> None:
    """Define the data DAG of one use case."""
    name = use_case.use_case
    assets = assets_of(name)

    @dag(
        **furniture(use_case, "data", __doc__),
        schedule=CronDataIntervalTimetable(use_case.schedule, timezone="UTC"),
        params=PARAMS,
    )
    def data_pipeline() -> None:
        run = resolve(name)
        load_id = load(name, run)
        check = check_drift(name, load_id, run)
        sound, fault = branch_by_verdict(check)
        sound >> save_outcomes(name, load_id, run)
        request = request_training.override(outlets=[assets.training_request])
        branch_by_action(sound, request(name, load_id, run, check))
        release = release_snapshot.override(outlets=[assets.snapshot])
        released = release(name, load_id, run, check)
        if not use_case.drift.faults.score_anyway:
            [*sound, fault] >> released
        tell_people(use_case, check)

    data_pipeline()


for sound_one in sound_use_cases("data"):
    define(sound_one)
