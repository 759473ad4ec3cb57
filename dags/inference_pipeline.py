"""Score the open leads of a load with the champion and publish them in one transaction.

**When.** On a new snapshot or a new champion, or by hand with a form. One run handles every event
it is given, and loads that were missed while the DAG was paused.

**Reads** a snapshot and the champion. **Writes** the tables `batches`, `scores` and
`current_scores`; readers see a whole batch or none of it. Where `export` names a place, a file of
leads for other systems goes there after each published batch.

**Then.** A batch that looks implausible is *held*: computed, not visible, `publish` skipped. Look
at it with `lead-scoring status` and let it through with `lead-scoring release BATCH --reason …`.

**When it fails**

* `score` skipped: there is no champion, because none was trained yet or every model was refused;
  the training pipeline says which, and starts this again once it has made one. Or leads have no
  event times and all that were loaded have their outcome: nothing is open.
* `find_pending` skipped: the run's events name no load of this use case that may be scored; one
  that is made by hand in the UI must carry `load_id` and `as_of`. The message says what is wrong.
* `find_pending` failed: nothing was loaded yet; run the data pipeline.
* `score` failed: broken arithmetic, a model file that is not the one recorded, or nothing to
  score. The log says which; nothing was published.
* `publish` failed: clear the task; it may run any number of times.
* `export` failed: the scores are published all the same. Mend the place the config names and clear
  the task; what did not go out goes out with the next batch at the latest.
"""

from typing import Any

from airflow.sdk import dag
from airflow.sdk import get_current_context
from airflow.sdk import task
from airflow.sdk import task_group
from airflow.sdk.exceptions import AirflowSkipException

from lead_scoring.config.use_case import UseCase
from lead_scoring_dags import AS_OF_HELP
from lead_scoring_dags import assets_of
from lead_scoring_dags import dag_id_of
from lead_scoring_dags import furniture
from lead_scoring_dags import instant_param
from lead_scoring_dags import iso
from lead_scoring_dags import sound_events
from lead_scoring_dags import sound_use_cases
from lead_scoring_dags import text_param

PARAMS = {
    "load_id": text_param("Load", "The load to score, load_…. Empty: the newest complete load."),
    "as_of": instant_param("As of", AS_OF_HELP + "Empty: as the load's event says, or now."),
}
MAP_INDEX = "{{ load_as_of }}"


def _skip_unless_published(batch_id: str, status: str) -> None:
    """Make a held batch visible as a skipped task; it sends no event."""
    if status != "published":
        msg = (
            f"{batch_id} is {status} and not visible in current_scores. Why: lead-scoring status. "
            f"To let it through: lead-scoring release {batch_id} --reason …"
        )
        raise AirflowSkipException(msg)


@task
def find_pending(
    name: str, params: Any = None, triggering_asset_events: Any = None, dag_run: Any = None
) -> list[dict[str, str]]:
    """Find the loads to score, each with its instant."""
    from lead_scoring.errors import EmptyBatchError
    from lead_scoring.tasks import inference

    work = inference.pending(
        name,
        sound_events(name, triggering_asset_events),
        load_id=params["load_id"],
        as_of=params["as_of"],
        run_after=iso(dag_run.run_after),
    )
    if not work:
        loader = dag_id_of(name, "data")
        msg = f"{name}: nothing was loaded yet, so nothing can be scored; run {loader}"
        raise EmptyBatchError(msg)
    return work


@task(map_index_template=MAP_INDEX)
def score(name: str, work: dict[str, str]) -> str:
    """Score the open leads of a load; return the batch's id."""
    from lead_scoring.errors import NoChampionError
    from lead_scoring.errors import NothingOpenError
    from lead_scoring.tasks import inference

    get_current_context()["load_as_of"] = f"{work['load_id']} as of {work['as_of']}"
    try:
        return inference.score(name, work["load_id"], work["as_of"])
    except (NoChampionError, NothingOpenError) as error:
        raise AirflowSkipException(str(error)) from error


@task
def publish(name: str, batch_id: str, work: dict[str, str], outlet_events: Any = None) -> str:
    """Publish a batch, or hold it; return its status."""
    from lead_scoring.tasks import inference

    status = inference.publish(name, batch_id)
    _skip_unless_published(batch_id, status)
    outlet_events[assets_of(name).batch].extra = {**work, "batch_id": batch_id}
    return status


@task(max_active_tis_per_dagrun=1)
def export(name: str, batch_id: str) -> str:
    """Write the file for other systems; return where it lies."""
    from lead_scoring.tasks.export import export_batch

    return str(export_batch(name, batch_id)["file"])


def send_out(use_case: UseCase, batch_id: Any, published: Any) -> None:
    """Lay out the export, where the config asks for one."""
    if use_case.export:
        published >> export(use_case.use_case, batch_id)


def define(use_case: UseCase) -> None:
    """Define the inference DAG of one use case."""
    name = use_case.use_case
    assets = assets_of(name)

    @task_group
    def batch(work: dict[str, str]) -> None:
        batch_id = score(name, work)
        published = publish.override(outlets=[assets.batch])(name, batch_id, work)
        send_out(use_case, batch_id, published)

    @dag(
        **furniture(use_case, "inference", __doc__),
        schedule=assets.snapshot | assets.champion,
        params=PARAMS,
    )
    def inference_pipeline() -> None:
        batch.expand(work=find_pending(name))

    inference_pipeline()


for sound in sound_use_cases("inference"):
    define(sound)
