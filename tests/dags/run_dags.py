"""Runs the three DAGs of a use case by dag.test(); writes what became of them as JSON."""

import json
import sys


def main(use_case, as_of):
    """Run data, training and inference for one instant; events are in the metadata database."""
    import airflow.sdk  # noqa: F401 settings first
    from airflow.dag_processing.dagbag import DagBag
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    bag = DagBag(collect_dags=True)
    document = {}
    for kind in ("inference", "data", "training", "data", "inference"):
        run = bag.dags[f"{use_case}__{kind}_pipeline"].test(run_conf={"as_of": as_of})
        with create_session() as session:
            events = [
                {"asset": event.asset.name, **event.extra}
                for event in session.query(AssetEvent).order_by(AssetEvent.id)
            ]
        tasks = {
            f"{task.task_id}[{task.map_index}]": task.state for task in run.get_task_instances()
        }
        name = kind if kind not in document else f"{kind} again"
        document[name] = {"state": run.state, "tasks": tasks, "events": events}
    sys.stdout.write("\n" + json.dumps(document) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
