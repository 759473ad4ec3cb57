"""Runs trainings that wait for a person, by dag.test(); writes what became of them as JSON."""

import json
import os
import sys
import threading
from datetime import timedelta

ASKS = "ask_approval"
TELLS = "notify_slack"
LOOK_EVERY = 0.2
LOOKS = 3000


def waiting(session):
    """Return the task that waits for a person, if one does and people were told of it."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.state import TaskInstanceState

    tasks = session.query(TaskInstance)
    asked = tasks.filter_by(task_id=ASKS, state=TaskInstanceState.AWAITING_INPUT).first()
    if asked is None:
        return None
    told = tasks.filter_by(task_id=TELLS, run_id=asked.run_id, state=TaskInstanceState.SUCCESS)
    return asked if told.first() is not None else None


def say(option, user, reason):
    """Answer as Airflow's API does; return what the form showed."""
    from airflow._shared.timezones import timezone
    from airflow.models.hitl import HITLDetail
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session

    with create_session() as session:
        task = waiting(session)
        detail = session.get(HITLDetail, task.id)
        detail.responded_by = {"id": user, "name": user}
        detail.responded_at = timezone.utcnow()
        detail.chosen_options = [option]
        detail.params_input = {"reason": reason}
        event = TriggerEvent(detail.as_resume_event_payload())
        handle_event_submit(event, task_instance=task, session=session)
        return {"subject": detail.subject, "body": detail.body, "params": detail.params}


def run_out():
    """Let the time to answer be over, and the scheduler find that out."""
    from airflow._shared.timezones import timezone
    from airflow.jobs.job import Job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
    from airflow.utils.session import create_session

    with create_session() as session:
        waiting(session).trigger_timeout = timezone.utcnow() - timedelta(seconds=1)
    SchedulerJobRunner(Job()).check_awaiting_input_timeouts()


def give_up(failed):
    """End the process where answering failed: the run would wait for ever."""
    sys.__excepthook__(failed.exc_type, failed.exc_value, failed.exc_traceback)
    sys.stderr.flush()
    os._exit(1)


def once_waiting(answer, answers):
    """Answer as soon as a task waits.

    Raises:
        TimeoutError: None does.
    """
    from airflow.utils.session import create_session

    pause = threading.Event()
    for _ in range(LOOKS):
        with create_session() as session:
            asked = waiting(session) is not None
        if asked:
            answers.append(answer())
            return
        pause.wait(LOOK_EVERY)
    msg = "no task ever waited for a person"
    raise TimeoutError(msg)


def describe(run):
    """Say what became of a run, and which decisions there are now."""
    from lead_scoring.tasks import approval

    made = approval.history("codepro_leads")
    return {
        "state": run.state,
        "tasks": {task.task_id: task.state for task in run.get_task_instances()},
        "decisions": [[one.kind.value, one.decided_by, *one.reasons] for one in made],
    }


def main(*days):
    """Load once; train for three instants, each answered in another way."""
    import airflow.sdk  # noqa: F401 settings first
    from airflow.dag_processing.dagbag import DagBag

    from lead_scoring.tasks import approval

    threading.excepthook = give_up
    bag = DagBag(collect_dags=True)
    training = bag.dags["codepro_leads__training_pipeline"]
    bag.dags["codepro_leads__data_pipeline"].test(run_conf={"as_of": days[0]})
    document = {}

    def approve_without_airflow():
        approval.settle("codepro_leads", 3, approve=True, by="cyd", reason="on the phone")
        say("Reject", "bob", "too late")

    ways = {
        "timeout": run_out,
        "rejected": lambda: say("Reject", "bob", "sales are not ready"),
        "contradicted": approve_without_airflow,
    }
    for (name, answer), as_of in zip(ways.items(), days, strict=True):
        answers = []
        thread = threading.Thread(target=once_waiting, args=(answer, answers), daemon=True)
        thread.start()
        run = training.test(run_conf={"as_of": as_of})
        thread.join()
        document[name] = describe(run) | {"form": answers[0]}
    sys.stdout.write("\n" + json.dumps(document) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
