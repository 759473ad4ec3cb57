"""One MLflow run per training: what went in, what came out, and figures for people."""

import json
import math
import platform
import tempfile
import warnings
from importlib.metadata import version as installed
from pathlib import Path
from typing import Final

import mlflow
import pandas as pd
import yaml
from mlflow.data.pandas_dataset import from_pandas
from mlflow.entities import Metric
from mlflow.entities import Param
from mlflow.entities import Run
from mlflow.entities import RunTag
from mlflow.exceptions import MlflowException

from lead_scoring.core.card.page import PROFILE
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.io.registry.connection import is_transient
from lead_scoring.io.report_pages import CARD
from lead_scoring.io.report_pages import report_files

TRAINING_ID: Final = "lead_scoring.training_id"
MODEL_DIGEST: Final = "lead_scoring.model_digest"
_PACKAGES: Final = ("lightgbm", "numpy", "pandas", "scikit-learn", "skops")
_DIGEST_DIGITS: Final = 36
_EXAMPLE_ROWS: Final = 3


def experiment_id(client: mlflow.MlflowClient, use_case: str, artifacts: str | None) -> str:
    """Return the experiment of a use case; made if it is not there.

    Args:
        client: MLflow client.
        use_case: Name of the use case.
        artifacts: Folder or URL of the artifacts; ``None`` where a server has its own.
    """
    name = f"lead_scoring/{use_case}"
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    try:
        return client.create_experiment(name, artifact_location=_location(artifacts, use_case))
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        found = client.get_experiment_by_name(name)
        if found is None:
            raise
        return str(found.experiment_id)


def find_or_start_run(client: mlflow.MlflowClient, experiment: str, training_id: str) -> str:
    """Return the id of the run of a training; a killed training goes on with its own run."""
    found: list[Run] = client.search_runs(
        [experiment], f"tags.`{TRAINING_ID}` = '{training_id}'", max_results=1
    )
    if found:
        return str(found[0].info.run_id)
    run = client.create_run(experiment, tags={TRAINING_ID: training_id}, run_name=training_id)
    return str(run.info.run_id)


def log_report(client: mlflow.MlflowClient, run_id: str, report: TrainingReport) -> None:
    """Write everything about a training to its run; writing it twice changes nothing."""
    instant = int(report.as_of.timestamp() * 1000)
    metrics = {f"test.{name}": value for name, value in report.metrics.items()}
    metrics |= {f"comparison.{name}": value for name, value in report.comparisons.items()}
    client.log_batch(
        run_id,
        metrics=[
            Metric(name, value, instant, 0)
            for name, value in sorted(metrics.items())
            if math.isfinite(value)
        ],
        params=[Param(name, value) for name, value in sorted(report.params.items())],
        tags=[RunTag(name, value) for name, value in _tags(client, run_id, report).items()],
    )
    config = yaml.safe_dump(dict(report.config), sort_keys=False)
    files = {"config.yaml": config.encode(), "training.md": report.description.encode()}
    versions = {"python": platform.python_version(), **packages()}
    with tempfile.TemporaryDirectory(prefix="lead_scoring_report_") as folder:
        for name, content in {**files, **report_files(report, versions)}.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        client.log_artifacts(run_id, folder)


def packages() -> dict[str, str]:
    """Return the versions of the packages a model needs, by name."""
    return {name: installed(name) for name in _PACKAGES}


def log_dataset(report: TrainingReport) -> None:
    """Note in the active run which rows were read, with their digest."""
    with warnings.catch_warnings():
        # MLflow knows two equal kinds of local source and says so each time.
        warnings.filterwarnings("ignore", "The specified dataset source can be interpreted")
        dataset = from_pandas(
            plain(report.fitted),
            source=[*report.snapshots.values()][-1],
            name=report.use_case,
            targets=OUTCOME,
            digest=report.data_digest[:_DIGEST_DIGITS],
        )
    mlflow.log_input(dataset, context="training")


def input_example(report: TrainingReport) -> pd.DataFrame:
    """Return a few rows as a caller of the model would send them."""
    columns = list(report.model.source_columns)
    return plain(report.fitted[columns].head(_EXAMPLE_ROWS))


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in the types MLflow knows: doubles, text and instants without a zone (UTC)."""
    columns = {}
    for name in rows.columns:
        column = rows[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            columns[name] = (
                column.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[ns]")
            )
        elif pd.api.types.is_numeric_dtype(column.dtype):
            columns[name] = column.astype("float64")
        else:
            columns[name] = column.astype("str").astype("object")
    return pd.DataFrame(columns, index=rows.index)


def pages(run_id: str) -> dict[str, str]:
    """Return where the pages of a training are, by tag."""
    return {
        "lead_scoring.model_card": f"runs:/{run_id}/{CARD}",
        "lead_scoring.data_profile": f"runs:/{run_id}/{PROFILE}",
    }


def described(client: mlflow.MlflowClient, run_id: str, report: TrainingReport) -> str:
    """Return the description of a training with links to its pages in MLflow's own UI."""
    experiment = client.get_run(run_id).info.experiment_id
    folder = f"#/experiments/{experiment}/runs/{run_id}/artifacts"
    links = f"[Model card]({folder}/{CARD}) · [Training data]({folder}/{PROFILE})"
    return f"{links}\n\n{report.description}"


def run_file(run_id: str, name: str) -> bytes | None:
    """Return a file of a run; ``None`` where it has none of this name.

    MLflow's process-wide address has to be set.
    """
    with tempfile.TemporaryDirectory(prefix="lead_scoring_page_") as folder:
        try:
            found = mlflow.artifacts.download_artifacts(
                run_id=run_id, artifact_path=name, dst_path=folder
            )
        except (MlflowException, OSError) as error:
            if isinstance(error, MlflowException) and is_transient(error):
                raise
            return None
        return Path(found).read_bytes()


def _tags(client: mlflow.MlflowClient, run_id: str, report: TrainingReport) -> dict[str, str]:
    returned = json.dumps(list(report.outcome_files))
    return {
        **pages(run_id),
        **({"lead_scoring.outcome_files": returned} if report.outcome_files else {}),
        TRAINING_ID: report.training_id,
        MODEL_DIGEST: report.model_digest,
        "lead_scoring.use_case": report.use_case,
        "lead_scoring.as_of": report.as_of.isoformat(),
        "lead_scoring.reason": report.reason,
        "lead_scoring.family": report.model.estimator.family,
        "lead_scoring.load_ids": json.dumps(list(report.snapshots)),
        "lead_scoring.data_digest": report.data_digest,
        "mlflow.note.content": described(client, run_id, report),
    }


def _location(artifacts: str | None, use_case: str) -> str | None:
    if artifacts is None:
        return None
    root = artifacts if "://" in artifacts else Path(artifacts).resolve().as_uri()
    return f"{root.rstrip('/')}/{use_case}"
