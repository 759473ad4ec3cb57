"""Writes what Airflow makes of the DAG files as JSON; run in a process of its own."""

import inspect
import json
import sys

from lead_scoring import errors


def verdict_on(policy, error):
    """Say what a retry policy decides about an error."""
    return policy.evaluate(error, 1, 3).action.value


def describe_task(task):
    """Describe one task."""
    found = {
        "retries": task.retries,
        "timeout": task.execution_timeout and task.execution_timeout.total_seconds(),
        "owner": task.owner,
        "downstream": sorted(task.downstream_task_ids),
        "outlets": [asset.uri for asset in task.outlets],
        "doc": task.doc_md,
        "links": [link.name for link in task.operator_extra_links],
        "decides": not (task.is_teardown and not task.on_failure_fail_dagrun),
    }
    if task.retry_policy is not None:
        known = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
        found["on_error"] = {
            kind.__name__: verdict_on(task.retry_policy, kind("why")) for kind in [*known, OSError]
        }
    return found


def describe_param(param):
    """Describe one field of a form."""
    return {**param.schema, "description": param.description}


def describe_dag(dag):
    """Describe one DAG."""
    return {
        "doc": dag.doc_md,
        "display_name": dag.dag_display_name,
        "description": dag.description,
        "tags": sorted(dag.tags),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "timetable": type(dag.timetable).__name__,
        "timezone": str(getattr(dag.timetable, "_timezone", "")),
        "schedule": repr(dag.schedule),
        "deadlines": [
            [one.interval.total_seconds(), one.callback.path, one.callback.kwargs]
            for one in dag.deadline or []
        ],
        "params": {name: describe_param(dag.params.get_param(name)) for name in dag.params},
        "labels": {
            task.task_id: {
                other: dag.get_edge_info(task.task_id, other).get("label")
                for other in task.downstream_task_ids
            }
            for task in dag.tasks
        },
        "tasks": {task.task_id: describe_task(task) for task in dag.tasks},
    }


def main(folder):
    """Write what is in a folder of DAG files."""
    import airflow.sdk  # noqa: F401 settings first
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=folder, collect_dags=True)
    document = {
        "import_errors": bag.import_errors,
        "dags": {dag_id: describe_dag(dag) for dag_id, dag in bag.dags.items()},
    }
    sys.stdout.write("\n" + json.dumps(document) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
