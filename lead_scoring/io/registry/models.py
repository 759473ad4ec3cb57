"""Model versions: logged once per training, fetched as files."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import mlflow
import pandas as pd
from mlflow.entities.model_registry import ModelVersion as Registered
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec
from mlflow.types import DataType
from mlflow.types import Schema
from mlflow.types import TensorSpec

from lead_scoring.core.kinds.kind import Kind
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import NUMBER
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.io.model_files import write_model
from lead_scoring.io.registry.runs import MODEL_DIGEST
from lead_scoring.io.registry.runs import TRAINING_ID
from lead_scoring.io.registry.runs import described
from lead_scoring.io.registry.runs import input_example
from lead_scoring.io.registry.runs import log_dataset
from lead_scoring.io.registry.runs import packages
from lead_scoring.io.registry.runs import pages

_FOLDER: Final = "model"
DATA: Final = f"data/{_FOLDER}"
"""Folder of our files inside an MLflow model."""

Specs = list[ColSpec | TensorSpec]

_READY: Final = "READY"


def registered_name(use_case: str) -> str:
    """Return the name of the registered model of a use case."""
    return f"lead_scoring__{use_case}"


def find_version(
    client: mlflow.MlflowClient, use_case: str, training_id: str
) -> Registered | None:
    """Return the version a training made, the first one."""
    name = registered_name(use_case)
    found = client.search_model_versions(
        f"name = '{name}' and tags.`{TRAINING_ID}` = '{training_id}'"
    )
    return min(found, key=lambda version: int(version.version), default=None)


def register_version(
    client: mlflow.MlflowClient, run_id: str, report: TrainingReport
) -> Registered:
    """Register a logged model as a new version that carries its ``training_id`` from the start."""
    name = registered_name(report.use_case)
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    model_id = _logged_model(client, run_id, report)
    return client.create_model_version(
        name,
        source=f"models:/{model_id}",
        run_id=run_id,
        tags={
            TRAINING_ID: report.training_id,
            MODEL_DIGEST: report.model_digest,
            **pages(run_id),
        },
        description=described(client, run_id, report),
        model_id=model_id,
    )


@contextmanager
def fetched(uri: str) -> Iterator[Path]:
    """Give a private copy of a model's files that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lead_scoring_model_") as folder:
        path = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=folder))
        # Not stored with the model: MLflow adds it to the copy, to say where that came from.
        (path / "registered_model_meta").unlink(missing_ok=True)
        yield path


def _logged_model(client: mlflow.MlflowClient, run_id: str, report: TrainingReport) -> str:
    """Return the id of the model logged by a run; logged now if a kill left none that is whole."""
    experiment = client.get_run(run_id).info.experiment_id
    logged = client.search_logged_models([experiment], f"source_run_id = '{run_id}'")
    for model in logged:
        if str(model.status.value) == _READY:
            return str(model.model_id)
        client.delete_logged_model(model.model_id)
    example = input_example(report)
    with (
        tempfile.TemporaryDirectory(prefix="lead_scoring_model_") as folder,
        mlflow.start_run(run_id=run_id),
    ):
        log_dataset(report)
        data = Path(folder) / _FOLDER
        write_model(report.model, report.rules, data)
        about = mlflow.pyfunc.log_model(
            name="model",
            loader_module="lead_scoring.io.model_files",
            data_path=str(data),
            signature=_signature(example, kind_by(report.rules)),
            input_example=example,
            pip_requirements=[f"{name}=={version}" for name, version in packages().items()],
        )
    return str(about.model_id)


def _signature(example: pd.DataFrame, kind: Kind) -> ModelSignature:
    inputs: list[ColSpec | TensorSpec] = [
        ColSpec(_type(example[name]), name) for name in example.columns
    ]
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.double if form == NUMBER else DataType.string, name)
        for name, form in kind.columns.items()
        if name != MARGIN
    ]
    return ModelSignature(Schema(inputs), Schema(outputs))


def _type(column: pd.Series) -> DataType:
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return DataType.datetime
    if pd.api.types.is_numeric_dtype(column.dtype):
        return DataType.double
    return DataType.string
