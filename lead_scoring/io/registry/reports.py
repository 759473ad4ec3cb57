"""One MLflow run per drift check: its verdict, its numbers, and the report for people."""

import re
from collections.abc import Iterator
from typing import Final
from typing import Self
from urllib.parse import urlsplit

import mlflow
from mlflow.entities import Metric
from mlflow.entities import RunTag

from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.io.registry.connection import connect
from lead_scoring.io.registry.connection import translated
from lead_scoring.io.registry.runs import experiment_id
from lead_scoring.io.registry.runs import run_file

CHECK_ID: Final = "lead_scoring.check_id"
PAGE: Final = "report.html"
CONTENT: Final = "report.json"
_UNFIT: Final = re.compile(r"[^\w. /-]")


class MlflowReports:
    """Implements the port ``CheckReports``.

    Args:
        client: A connected client.
        tracking_uri: Where it is connected to.
        artifacts: Folder or URL of new artifacts; ``None`` where a server has its own.
        web: Address people open MLflow at; ``None`` where there is no server.
    """

    def __init__(
        self,
        client: mlflow.MlflowClient,
        tracking_uri: str,
        artifacts: str | None,
        web: str | None,
    ) -> None:
        self._client = client
        self._tracking_uri = tracking_uri
        self._artifacts = artifacts
        self._web = web

    @classmethod
    def open(cls, tracking_uri: str, artifacts: str, web: str | None) -> Self:
        """Connect; a SQLite file that is not there is made.

        Args:
            tracking_uri: ``sqlite:///`` and an absolute path, or the address of a server.
            artifacts: Folder or URL of new artifacts; a server's own are used instead.
            web: Address people open MLflow at, if it is not the server's own.

        Raises:
            TransientError: The server is down.
        """
        served = tracking_uri.startswith(("http://", "https://"))
        address = web or (_without_secrets(tracking_uri) if served else None)
        return cls(connect(tracking_uri), tracking_uri, None if served else artifacts, address)

    def log_check(self, check: DriftCheck, page: str, content: str) -> str:
        """Keep the report of a check with its numbers, in place of what was kept.

        Args:
            check: The check.
            page: The report as HTML.
            content: The report as JSON.

        Returns:
            The page in MLflow's own UI; the file itself where no server has it.

        Raises:
            TransientError: MLflow does not answer; a rerun goes on with the same run.
        """
        # MLflow's artifact functions know no client, only the process-wide address.
        mlflow.set_tracking_uri(self._tracking_uri)
        with translated(self._tracking_uri):
            experiment = experiment_id(self._client, check.use_case, self._artifacts)
            run_id, folder = self._run(experiment, check)
            instant = int(check.as_of.timestamp() * 1000)
            metrics = [Metric(name, value, instant, 0) for name, value in _metrics(check)]
            tags = [RunTag(name, value) for name, value in _tags(check).items()]
            self._client.log_batch(run_id, metrics=metrics, tags=tags)
            self._client.log_text(run_id, content, CONTENT)
            self._client.log_text(run_id, page, PAGE)
            self._client.set_terminated(run_id)
        if self._web is None:
            return f"{folder.rstrip('/')}/{PAGE}"
        return f"{self._web.rstrip('/')}/#/experiments/{experiment}/runs/{run_id}/artifacts/{PAGE}"

    def page(self, use_case: str, check_id: str) -> bytes | None:
        """Return the report of a check as it is kept; ``None`` where there is none.

        Raises:
            TransientError: MLflow does not answer.
        """
        mlflow.set_tracking_uri(self._tracking_uri)
        with translated(self._tracking_uri):
            experiment = experiment_id(self._client, use_case, self._artifacts)
            known = f"tags.`{CHECK_ID}` = '{check_id}'"
            found = self._client.search_runs([experiment], known, max_results=1)
            return run_file(found[0].info.run_id, PAGE) if found else None

    def _run(self, experiment: str, check: DriftCheck) -> tuple[str, str]:
        """Return id and artifact folder of the run of a check; made if it is not there."""
        known = f"tags.`{CHECK_ID}` = '{check.check_id}'"
        found = self._client.search_runs([experiment], known, max_results=1)
        run = (
            found[0]
            if found
            else self._client.create_run(
                experiment, tags={CHECK_ID: check.check_id}, run_name=check.check_id
            )
        )
        return str(run.info.run_id), str(run.info.artifact_uri)


def _metrics(check: DriftCheck) -> Iterator[tuple[str, float]]:
    yield "drift.rows_reference", check.rows_reference
    yield "drift.rows_current", check.rows_current
    yield "drift.columns", len(check.columns)
    yield "drift.columns_drifted", sum(column.drifted for column in check.columns)
    for one in check.performance:
        name = f"{one.evidence.value}.{one.metric}"
        yield name, one.value
        yield f"{name}.excess", one.excess
        yield f"{name}.limit", one.limit
    for column in check.columns:
        # MLflow takes letters, digits and few signs; two columns may come to the same name.
        yield f"psi/{_UNFIT.sub('_', column.column)}"[:250], column.psi


def _tags(check: DriftCheck) -> dict[str, str]:
    return {
        CHECK_ID: check.check_id,
        "lead_scoring.use_case": check.use_case,
        "lead_scoring.as_of": check.as_of.isoformat(),
        "lead_scoring.load_id": check.load_id,
        "lead_scoring.model_version": str(check.model_version),
        "lead_scoring.verdict": check.verdict.value,
        "lead_scoring.action": check.action.value,
        "mlflow.note.content": f"**{check.verdict.value}**: {check.summary}\n\n"
        f"**{check.action.value}**: {check.action_reason}",
    }


def _without_secrets(address: str) -> str:
    """Return an address without a user's name and password."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
