"""Train a challenger, compare it with the champion, and promote it if every gate says yes.

**When.** When the data pipeline asks for it, or by hand with a form. Several requests at once are
one training: it uses every snapshot known at the newest `as_of`.

**Reads** snapshots and the table `loads`. **Writes** an MLflow run and a registered version, the
tables `models` and `decisions`, and the aliases `challenger`, `champion` and `previous`.

**Then.** A new champion starts the inference pipeline. A challenger that was refused leaves
`promote` skipped and everything as it was; its log and the table `decisions` have the reasons.

**When it fails**

* `resolve` skipped: the requests that started the run name no load of this use case that may be
  trained on, or no instant; the message says what is wrong. Nothing was trained.
* `train` with too few rows or outcomes: wait for more mature leads or shorten `outcome.maturity`.
* `train` otherwise: clear the task; a killed training finds its own run and version again.
* `promote`: clear the task. To go back to the model before: `lead-scoring rollback <use case>`.
"""

from typing import Any

from airflow.sdk import dag
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from lead_scoring.config.use_case import UseCase
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


def define(use_case: UseCase) -> None:
    """Define the training DAG of one use case."""
    name = use_case.use_case
    assets = assets_of(name)

    @task
    def resolve(
        params: Any = None, triggering_asset_events: Any = None, dag_run: Any = None
    ) -> dict[str, Any]:
        from lead_scoring.tasks import data

        requests = sound_events(name, triggering_asset_events)
        newest = requests[-1] if requests else {}
        reasons = [params["reason"], *(request.get("reason") for request in requests)]
        as_of = params["as_of"] or newest.get("as_of")
        run = data.resolve_run(name, as_of=as_of, run_after=iso(dag_run.run_after))
        return {
            "as_of": run["as_of"],
            "reason": "; ".join(dict.fromkeys(filter(None, reasons))) or BY_HAND,
            "load_id": newest.get("load_id"),
            "budget": {name: params.get(name) for name in ("trials", "minutes")},
        }

    @task
    def train(run: dict[str, Any]) -> int:
        from lead_scoring.tasks import training

        return training.train(name, run["as_of"], run["reason"], **run["budget"])

    @task
    def decide(version: int, run: dict[str, str]) -> str:
        from lead_scoring.tasks import training

        return training.decide(name, version, run["as_of"])

    @task(outlets=[assets.champion])
    def promote(decision_id: str, run: dict[str, str], outlet_events: Any = None) -> int:
        from lead_scoring.tasks import training

        version = training.promote(name, decision_id)
        if version is None:
            msg = f"{decision_id}: not promoted: {training.reasons(name, decision_id)}"
            raise AirflowSkipException(msg)
        event = {"load_id": run["load_id"], "as_of": run["as_of"], "model_version": version}
        outlet_events[assets.champion].extra = event
        return version

    @dag(
        **furniture(use_case, "training", __doc__),
        schedule=[assets.training_request],
        params=PARAMS,
    )
    def training_pipeline() -> None:
        run = resolve()
        promote(decide(train(run), run), run)

    training_pipeline()


for sound in sound_use_cases("training"):
    define(sound)
