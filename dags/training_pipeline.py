"""Train a challenger, compare it with the champion, and promote it if every gate says yes.

**When.** When the data pipeline asks for it, or by hand with a form. Several requests at once are
one training: it uses every snapshot known at the newest `as_of`.

**Reads** snapshots and the table `loads`. **Writes** an MLflow run and a registered version, the
tables `models` and `decisions`, and the aliases `challenger`, `champion` and `previous`.

**Before the switch.** A version that passed every gate scores today's open leads beside the
champion. How many change grade, how many leave the top and who moves most is kept with the
decision and in the version's MLflow run as `churn.md`.

**Approval.** Where that is over the budget of the config (`training.churn`), or the config asks
for every model (`training.approval`), `ask_approval` waits for a person: open its tab *Required
Actions*, read the evidence, choose Approve or Reject and say why. Or without Airflow:
`lead-scoring approve|reject USE_CASE VERSION --by … --reason …`. The first answer counts.
Unanswered for `training.approval.timeout` it is refused. `alerts` names who is told that it waits.
It waits without a slot, and later trainings go on meanwhile; once one of them is champion, the
older one cannot be approved any more.

**Then.** A new champion starts the inference pipeline. A challenger that was refused leaves
`promote` skipped and everything as it was; its log and `lead-scoring decisions USE_CASE` have the
reasons. To promote it all the same: `lead-scoring promote USE_CASE VERSION --by … --reason …`.

**When it fails**

* `resolve` skipped: the requests that started the run name no load of this use case that may be
  trained on, or no instant; the message says what is wrong. Nothing was trained.
* `train` with too few rows or outcomes: wait for more mature leads or shorten `outcome.maturity`.
* `train` otherwise: clear the task; a killed training finds its own run and version again.
* `decide`: clear the task. Scores of a model that are no numbers fail it, and nothing is promoted.
* `promote` after an answer: another version is champion since, or the opposite was answered on the
  command line; nothing was changed, and the message names who, why and the way out.
* `promote` otherwise: clear the task. To go back to the model before, scores included:
  `lead-scoring rollback USE_CASE --reason …`.
"""

from typing import Any

from airflow.sdk import dag
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from lead_scoring.config.use_case import UseCase
from lead_scoring_alerts import SENDING
from lead_scoring_alerts import send
from lead_scoring_approvals import ask_approval
from lead_scoring_dags import AS_OF_HELP
from lead_scoring_dags import assets_of
from lead_scoring_dags import count_param
from lead_scoring_dags import furniture
from lead_scoring_dags import instant_param
from lead_scoring_dags import iso
from lead_scoring_dags import sound_events
from lead_scoring_dags import sound_use_cases
from lead_scoring_dags import text_param

PARAMS = {
    "as_of": instant_param("As of", AS_OF_HELP + "Empty: as requested, or now."),
    "reason": text_param("Reason", "Why a model is trained; it is kept with the MLflow run."),
    "trials": count_param("Trials", "Sets of hyperparameters to try. Empty: as configured."),
    "minutes": count_param("Minutes", "Most minutes to try them. Empty: as configured."),
}
BY_HAND = "started by hand"
MAX_WAITING = 16
"""Runs at a time where some may wait for a person; they train one after the other all the same."""


def _do_decided(use_case: str, decision_id: str, answer: dict[str, Any] | None) -> int:
    """Write down the answer, if there is one, and do what was decided; skip where it was no."""
    from lead_scoring.tasks import approval
    from lead_scoring.tasks import training

    if answer is not None:
        earlier = approval.answer(use_case, decision_id, **answer)
        if earlier is not None:
            msg = f"{decision_id} was answered before: {earlier}; nothing was done twice"
            raise AirflowSkipException(msg)
    version = training.promote(use_case, decision_id)
    if version is None:
        msg = f"{decision_id}: not promoted: {training.reasons(use_case, decision_id)}"
        raise AirflowSkipException(msg)
    return version


@task
def resolve(
    name: str, params: Any = None, triggering_asset_events: Any = None, dag_run: Any = None
) -> dict[str, Any]:
    """Resolve what is trained for, why, and how much is tried; several requests are one."""
    from lead_scoring.tasks.resolving import resolve_run

    requests = sound_events(name, triggering_asset_events)
    newest = requests[-1] if requests else {}
    reasons = [params["reason"], *(request.get("reason") for request in requests)]
    as_of = params["as_of"] or newest.get("as_of")
    run = resolve_run(name, as_of=as_of, run_after=iso(dag_run.run_after))
    return {
        "as_of": run["as_of"],
        "reason": "; ".join(dict.fromkeys(filter(None, reasons))) or BY_HAND,
        "load_id": newest.get("load_id"),
        "budget": {limit: params.get(limit) for limit in ("trials", "minutes")},
    }


@task(max_active_tis_per_dag=1)
def train(name: str, run: dict[str, Any]) -> int:
    """Train a challenger; return its version."""
    from lead_scoring.tasks import training

    return training.train(name, run["as_of"], run["reason"], **run["budget"])


@task(max_active_tis_per_dag=1)
def decide(name: str, version: int, run: dict[str, Any]) -> str:
    """Hold the challenger against the gates and the champion; return the decision's id."""
    from lead_scoring.tasks import training

    return training.decide(name, version, run["as_of"])


@task(trigger_rule="none_failed_min_one_success", max_active_tis_per_dag=1)
def promote(
    name: str,
    decision_id: str,
    run: dict[str, Any],
    answer: dict[str, Any] | None = None,
    outlet_events: Any = None,
) -> int:
    """Do what was decided, and answered; return the version that is champion by it."""
    version = _do_decided(name, decision_id, answer)
    event = {"load_id": run["load_id"], "as_of": run["as_of"], "model_version": version}
    outlet_events[assets_of(name).champion].extra = event
    return version


@task(**SENDING)
def notify(name: str, decision_id: str | None, way: str, to: list[str], **context: Any) -> str:
    """Tell whom the config names, one way, that a version waits."""
    from lead_scoring.tasks import reports

    run = context["ti"].log_url.partition("/tasks/")[0]
    alert = decision_id and reports.compose_hold_alert(name, decision_id, run)
    if not alert:
        msg = "no version waits for a person"
        raise AirflowSkipException(msg)
    send(alert, way, to, context)
    return alert.kind


def tell_people(use_case: UseCase, decision: Any) -> None:
    """Lay out what decides nothing: a failure of these tasks does not fail the run."""
    if "approval" not in use_case.alerts.on:
        return
    for way in use_case.alerts.ways:
        told = notify.override(task_id=f"notify_{way}")
        sent = told(use_case.use_case, decision, way, [*use_case.alerts.email])
        sent.as_teardown(on_failure_fail_dagrun=False)


def define(use_case: UseCase) -> None:
    """Define the training DAG of one use case."""
    name = use_case.use_case
    assets = assets_of(name)
    approval = use_case.training.approval
    asks = approval.required != "never"

    @dag(
        **furniture(use_case, "training", __doc__)
        | ({"max_active_runs": MAX_WAITING} if asks else {}),
        schedule=[assets.training_request],
        params=PARAMS,
    )
    def training_pipeline() -> None:
        run = resolve(name)
        decision = decide(name, train(name, run), run)
        answer = ask_approval(name, decision, approval.timeout) if asks else None
        promote.override(outlets=[assets.champion])(name, decision, run, answer)
        if asks:
            tell_people(use_case, decision)

    training_pipeline()


for sound in sound_use_cases("training"):
    define(sound)
