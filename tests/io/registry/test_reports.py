"""Reports on drift checks in the real MLflow on SQLite."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from made import make_check
from made import make_column

from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.drift_records import Verdict
from lead_scoring.io.registry.reports import MlflowReports

pytestmark = pytest.mark.slow
WEB = "http://127.0.0.1:6006/"
CHECK = make_check(
    verdict=Verdict.VIRTUAL_DRIFT,
    columns=(make_column(column="vîsits (n)", psi=0.25, drifted=True), make_column()),
    performance=(
        Performance(Evidence.ESTIMATED, "log_loss", 900, 0.4, 0.35, 0.05, 0.1, worse=False),
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Make one folder for MLflow's database and its artifacts."""
    return tmp_path_factory.mktemp("mlflow")


def opened(folder: Path, web: str | None) -> MlflowReports:
    """Connect to the database in a folder."""
    return MlflowReports.open(f"sqlite:///{folder / 'mlflow.db'}", str(folder / "artifacts"), web)


def runs_of(reports: MlflowReports):
    """Return all runs of the use case of the check."""
    client = reports._client
    experiment = client.get_experiment_by_name(f"lead_scoring/{CHECK.use_case}")
    return client.search_runs([experiment.experiment_id])


def test_report_is_kept_with_its_verdict_and_numbers(folder):
    """One finished run has tags, metrics and both files."""
    reports = opened(folder, None)

    address = reports.log_check(CHECK, "<html></html>", "{}")

    (run,) = runs_of(reports)
    assert Path(urlsplit(address).path).read_text(encoding="utf-8") == "<html></html>"
    assert {item.path for item in reports._client.list_artifacts(run.info.run_id)} == {
        "report.html", "report.json"
    }  # fmt: skip
    assert run.info.status == "FINISHED"
    assert run.data.tags["lead_scoring.verdict"] == "virtual_drift"
    assert run.data.metrics["drift.columns_drifted"] == 1
    assert run.data.metrics["estimated.log_loss.excess"] == 0.05
    assert run.data.metrics["psi/vîsits _n_"] == 0.25


def test_logging_again_keeps_one_run(folder):
    """A task that runs again replaces what it left."""
    reports = opened(folder, None)
    reports.log_check(CHECK, "<html></html>", "{}")

    address = reports.log_check(CHECK, "<html>again</html>", "{}")

    assert Path(urlsplit(address).path).read_text(encoding="utf-8") == "<html>again</html>"
    assert len(runs_of(reports)) == 1


def test_address_is_the_one_people_use(folder):
    """With a server, the address is that of the page in MLflow's own UI."""
    reports = opened(folder, WEB)

    address = reports.log_check(CHECK, "<html></html>", "{}")

    (run,) = runs_of(reports)
    assert address == (
        f"{WEB}#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}/artifacts/report.html"
    )


def test_address_of_a_server_gives_no_password_away(folder):
    """A name and a password in the tracking address are not part of what people are shown."""
    reports = MlflowReports.open("http://ada:secret@mlflow:6006", str(folder), None)

    assert reports._web == "http://mlflow:6006"
