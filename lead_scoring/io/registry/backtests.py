"""One MLflow run per backtest: settings, metrics of each policy window by window, the report."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import mlflow
from mlflow.entities import Metric
from mlflow.entities import Param
from mlflow.entities import Run
from mlflow.entities import RunStatus
from mlflow.entities import RunTag

from lead_scoring.core.backtest import Backtest
from lead_scoring.core.backtest import Totals
from lead_scoring.io.registry.connection import connect
from lead_scoring.io.registry.connection import translated
from lead_scoring.io.registry.runs import experiment_id

BACKTEST_ID: Final = "lead_scoring.backtest_id"
_AT_ONCE: Final = 500


def log_backtest(
    backtest: Backtest,
    *,
    backtest_id: str,
    names: Mapping[str, str],
    files: Sequence[Path],
    tracking_uri: str,
    artifacts: str,
) -> str:
    """Log a backtest to ``lead_scoring/<use_case>/backtest``, once; return the run's id.

    Args:
        backtest: What was found.
        backtest_id: Digest of its settings and policies; the same one is logged once.
        names: What each policy is called in the names of metrics.
        files: The report.
        tracking_uri: ``sqlite:///`` and an absolute path, or the address of a server.
        artifacts: Folder or URL of the artifacts; a server's own are used instead.

    Raises:
        TransientError: MLflow does not answer.
    """
    served = tracking_uri.startswith(("http://", "https://"))
    client = connect(tracking_uri)
    mlflow.set_tracking_uri(tracking_uri)
    with translated(tracking_uri):
        experiment = experiment_id(
            client, f"{backtest.use_case}/backtest", None if served else artifacts
        )
        found: list[Run] = client.search_runs(
            [experiment],
            f"tags.`{BACKTEST_ID}` = '{backtest_id}' AND attributes.status = 'FINISHED'",
            max_results=1,
        )
        if found:
            return str(found[0].info.run_id)
        run = client.create_run(
            experiment, tags={BACKTEST_ID: backtest_id}, run_name=f"backtest_{backtest_id}"
        )
        run_id = str(run.info.run_id)
        metrics = list(_metrics(backtest, names))
        for first in range(0, len(metrics), _AT_ONCE):
            client.log_batch(run_id, metrics=metrics[first : first + _AT_ONCE])
        client.log_batch(run_id, params=_params(backtest), tags=_tags(backtest))
        for file in files:
            client.log_artifact(run_id, str(file))
        client.set_terminated(run_id, RunStatus.to_string(RunStatus.FINISHED))
    return run_id


def _metrics(backtest: Backtest, names: Mapping[str, str]) -> Iterator[Metric]:
    for policy, windows in backtest.windows.items():
        for number, window in enumerate(windows, start=1):
            instant = int(window.step.as_of.timestamp() * 1000)
            for name, value in window.metrics.items():
                yield Metric(f"{names[policy]}.{name}", value, instant, number)
    end = int(backtest.end.timestamp() * 1000)
    for totals in backtest.totals:
        for name, value in _totals(totals).items():
            yield Metric(f"total.{names[totals.policy]}.{name}", value, end, 0)


def _totals(totals: Totals) -> dict[str, float]:
    estimates = {**totals.metrics, "regret": totals.regret, "gain": totals.gain}
    estimates["share_of_gain"] = totals.share
    found = {"trainings": float(totals.trainings), "promotions": float(totals.promotions)}
    for name, estimate in estimates.items():
        if estimate is not None:
            found[name] = estimate.value
            found[f"{name}_low"], found[f"{name}_high"] = estimate.leads
    return found


def _params(backtest: Backtest) -> list[Param]:
    values = {
        "use_case": backtest.use_case,
        "start": backtest.start.isoformat(),
        "end": backtest.end.isoformat(),
        "every": str(backtest.every),
        "policies": ", ".join(backtest.windows),
        "windows": str(backtest.compared),
    }
    return [Param(name, value) for name, value in values.items()]


def _tags(backtest: Backtest) -> list[RunTag]:
    return [RunTag("lead_scoring.use_case", backtest.use_case)]
