"""The registry as the pipelines see it: MLflow for the files, our database for their digests."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from typing import Self

import mlflow

from lead_scoring.core.model import ScoringModel
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.model_files import file_digests
from lead_scoring.io.model_files import read_model
from lead_scoring.io.model_files import verify
from lead_scoring.io.registry.aliases import CHAMPION
from lead_scoring.io.registry.aliases import PREVIOUS
from lead_scoring.io.registry.aliases import aliased
from lead_scoring.io.registry.aliases import challenge
from lead_scoring.io.registry.aliases import crown
from lead_scoring.io.registry.connection import connect
from lead_scoring.io.registry.connection import translated
from lead_scoring.io.registry.models import DATA
from lead_scoring.io.registry.models import fetched
from lead_scoring.io.registry.models import find_version
from lead_scoring.io.registry.models import register_version
from lead_scoring.io.registry.models import registered_name
from lead_scoring.io.registry.runs import experiment_id
from lead_scoring.io.registry.runs import find_or_start_run
from lead_scoring.io.registry.runs import log_report
from lead_scoring.io.registry.runs import run_file


class RecordedModels(Protocol):
    """Where digests of registered models were recorded."""

    def find_model(self, use_case: str, version: int) -> ModelVersion | None:
        """Return one version."""


class MlflowRegistry:
    """Models in MLflow, guarded by the digests in our database.

    Args:
        client: A connected client.
        tracking_uri: Where it is connected to.
        artifacts: Folder or URL of new artifacts; ``None`` where a server has its own.
        models: Recorded digests.
    """

    def __init__(
        self,
        client: mlflow.MlflowClient,
        tracking_uri: str,
        artifacts: str | None,
        models: RecordedModels,
    ) -> None:
        self._client = client
        self._tracking_uri = tracking_uri
        self._artifacts = artifacts
        self._models = models

    @classmethod
    def open(cls, tracking_uri: str, artifacts: str, models: RecordedModels) -> Self:
        """Connect; a SQLite file that is not there is made.

        Args:
            tracking_uri: ``sqlite:///`` and an absolute path, or the address of a server.
            artifacts: Folder or URL of new artifacts; a server's own are used instead.
            models: Recorded digests.

        Raises:
            TransientError: The server is down.
        """
        served = tracking_uri.startswith(("http://", "https://"))
        return cls(connect(tracking_uri), tracking_uri, None if served else artifacts, models)

    def champion(self, use_case: str) -> ModelVersion | None:
        """Resolve the alias ``champion`` to a version, once.

        Raises:
            IntegrityError: No digest of it was recorded.
            TransientError: MLflow does not answer.
        """
        return self._aliased(use_case, CHAMPION)

    def previous(self, use_case: str) -> ModelVersion | None:
        """Resolve the alias ``previous``; errors as for `champion`."""
        return self._aliased(use_case, PREVIOUS)

    def version(self, use_case: str, version: int) -> ModelVersion:
        """Return one version.

        Raises:
            UnknownIdError: There is no such version.
        """
        found = self._models.find_model(use_case, version)
        if found is None:
            msg = f"{use_case}: there is no model version {version}"
            raise UnknownIdError(msg)
        return found

    def load_model(self, version: ModelVersion) -> ScoringModel:
        """Fetch a model and check every file's digest before it is opened.

        Raises:
            IntegrityError: A file is not the file that was recorded; nothing was opened.
            TransientError: MLflow does not answer.
        """
        with self._connected(), fetched(version.uri) as folder:
            verify(folder, version.artifacts)
            return _opened(folder, version.model_digest)

    def register(self, report: TrainingReport) -> ModelVersion:
        """Keep a trained model and its report; once per ``training_id``, however often called.

        Raises:
            IntegrityError: What was kept for this ``training_id`` is another model.
            TransientError: MLflow does not answer; a rerun goes on from there.
        """
        with self._connected():
            experiment = experiment_id(self._client, report.use_case, self._artifacts)
            run_id = find_or_start_run(self._client, experiment, report.training_id)
            found = find_version(self._client, report.use_case, report.training_id)
            if found is None:
                log_report(self._client, run_id, report)
                found = register_version(self._client, run_id, report)
            number = int(found.version)
            uri = f"models:/{registered_name(report.use_case)}/{number}"
            with fetched(uri) as folder:
                _opened(folder, report.model_digest)
                artifacts = file_digests(folder)
        return _version(report, number, uri, run_id, artifacts)

    def set_champion(self, version: ModelVersion) -> None:
        """Move the aliases ``champion`` and ``previous``; the same version changes nothing.

        Raises:
            TransientError: MLflow does not answer; a rerun ends in the same state.
        """
        with self._connected():
            crown(self._client, version.use_case, version.version)

    def set_challenger(self, version: ModelVersion) -> None:
        """Move the alias ``challenger``; the champion is left as it is.

        Raises:
            TransientError: MLflow does not answer.
        """
        with self._connected():
            challenge(self._client, version.use_case, version.version)

    def attach(self, version: ModelVersion, texts: Mapping[str, str]) -> None:
        """Keep texts with the run of a version, by file name, in place of those that are there.

        Raises:
            TransientError: MLflow does not answer; a rerun ends in the same state.
        """
        with self._connected():
            for name, text in texts.items():
                self._client.log_text(version.run_id, text, name)

    def attached(self, version: ModelVersion, name: str) -> bytes | None:
        """Return a file of the run of a version, such as its model card; ``None`` without one.

        Raises:
            TransientError: MLflow does not answer.
        """
        with self._connected():
            return run_file(version.run_id, name)

    def _aliased(self, use_case: str, alias: str) -> ModelVersion | None:
        with self._connected():
            number = aliased(self._client, use_case, alias)
        if number is None:
            return None
        found = self._models.find_model(use_case, number)
        if found is None:
            msg = (
                f"{use_case}: the alias {alias} points at version {number}, of which no digest"
                " was recorded; point it at a version this platform trained"
            )
            raise IntegrityError(msg)
        return found

    def _connected(self) -> AbstractContextManager[None]:
        # MLflow's artifact and logging functions know no client, only the process-wide address.
        mlflow.set_tracking_uri(self._tracking_uri)
        mlflow.set_registry_uri(self._tracking_uri)
        return translated(self._tracking_uri)


def _opened(folder: Path, expected: str) -> ScoringModel:
    model = read_model(folder / DATA)
    found = model_digest(model)
    if found != expected:
        msg = f"{folder}: holds model {found[:16]} where {expected[:16]} was recorded"
        raise IntegrityError(msg)
    return model


def _version(
    report: TrainingReport, number: int, uri: str, run_id: str, artifacts: dict[str, str]
) -> ModelVersion:
    return ModelVersion(
        use_case=report.use_case,
        version=number,
        model_digest=report.model_digest,
        family=report.model.estimator.family,
        uri=uri,
        run_id=run_id,
        training_id=report.training_id,
        as_of=report.as_of,
        fitted_until=report.fitted_until,
        tested_from=report.tested_from,
        tested_until=report.tested_until,
        artifacts=artifacts,
        metrics=dict(report.metrics),
    )
