"""Airflow's REST API, as far as the demonstration needs it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from typing import Final
from typing import Self

import httpx

from lead_scoring.errors import LeadScoringError

TIMEOUT: Final = 30.0
ENDED: Final = frozenset({"success", "failed"})


class AirflowApiError(LeadScoringError):
    """Airflow refused a request, or cannot be reached."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a DAG and how it stands."""

    dag_id: str
    run_id: str
    state: str

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task of a run and how it stands; ``map_index`` is -1 where it is not mapped."""

    task_id: str
    map_index: int
    try_number: int
    state: str


class Airflow:
    """A logged-in client of one Airflow.

    Args:
        url: Address of the API server.
        user: Who logs in.
        password: The password.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT, trust_env=False)
        answer = self._request(
            "POST", "/auth/token", json={"username": user, "password": password}
        )
        self._client.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _request(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._client.request(method, path, **options)
        except httpx.HTTPError as error:
            msg = f"{method} {self.url}{path}: {error}"
            raise AirflowApiError(msg) from error
        if not answer.is_success:
            msg = f"{method} {self.url}{path}: {answer.status_code} {answer.text:.500}"
            raise AirflowApiError(msg)
        return answer.json()

    def dag_ids(self) -> frozenset[str]:
        """Return the ids of all DAGs that are parsed."""
        answer = self._request("GET", "/api/v2/dags", params={"limit": 500})
        return frozenset(dag["dag_id"] for dag in answer["dags"])

    def import_errors(self) -> tuple[str, ...]:
        """Return what is wrong with DAG files, file and stack trace each."""
        answer = self._request("GET", "/api/v2/importErrors")
        return tuple(f"{e['filename']}:\n{e['stack_trace']}" for e in answer["import_errors"])

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run."""
        self._request("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})

    def trigger(self, dag_id: str, run_id: str, form: dict[str, Any]) -> Run:
        """Start a run by hand, with a filled-in form."""
        body = {"dag_run_id": run_id, "logical_date": None, "conf": form}
        return _run(self._request("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body))

    def runs(self, dag_id: str, since: datetime) -> tuple[Run, ...]:
        """Return the runs of a DAG that were queued at or after an instant, oldest first."""
        params = {"limit": 100, "order_by": "-id"}
        answer = self._request("GET", f"/api/v2/dags/{dag_id}/dagRuns", params=params)
        return tuple(
            _run(run)
            for run in reversed(answer["dag_runs"])
            if datetime.fromisoformat(run["queued_at"] or run["run_after"]) >= since
        )

    def tasks(self, run: Run) -> tuple[TaskState, ...]:
        """Return the tasks of a run and how they stand."""
        answer = self._request("GET", f"{_path(run)}/taskInstances", params={"limit": 200})
        return tuple(
            TaskState(t["task_id"], t["map_index"], t["try_number"], t["state"] or "waiting")
            for t in answer["task_instances"]
        )

    def result(self, run: Run, task_id: str) -> Any:
        """Return what a task of a run handed on."""
        path = f"{_path(run)}/taskInstances/{task_id}/xcomEntries/return_value"
        return self._request("GET", path, params={"deserialize": True})["value"]

    def log(self, run: Run, task: TaskState) -> tuple[str, ...]:
        """Return the lines of a task's newest log."""
        path = f"{_path(run)}/taskInstances/{task.task_id}/logs/{task.try_number}"
        params = {"map_index": task.map_index, "full_content": True}
        answer = self._request("GET", path, params=params)
        return tuple(_line(entry) for entry in answer["content"])

    def address(self, run: Run) -> str:
        """Return where a person sees a run."""
        return f"{self.url}/dags/{run.dag_id}/runs/{run.run_id}"


def _path(run: Run) -> str:
    return f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}"


def _run(answer: dict[str, Any]) -> Run:
    return Run(answer["dag_id"], answer["dag_run_id"], answer["state"])


def _line(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    details = entry.get("error_detail") or []
    causes = [f"{detail['exc_type']}: {detail['exc_value']}" for detail in details]
    return " ".join([str(entry.get("event", "")), *causes])
