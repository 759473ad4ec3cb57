"""The services listen on loopback, report nowhere, and keep secrets in private files."""

import stat
from pathlib import Path

from lead_scoring.config.platform import Platform
from lead_scoring.local.credentials import ensure_credentials
from lead_scoring.local.credentials import password
from lead_scoring.local.environment import MARKER
from lead_scoring.local.environment import digest_of
from lead_scoring.local.environment import service_environment
from lead_scoring.local.environment import task_settings
from lead_scoring.local.layout import Layout
from lead_scoring.local.services import services_of

INHERITED = {"PATH": "/bin", "AIRFLOW_HOME": "/elsewhere", "AIRFLOW__CORE__EXECUTOR": "Other"}


def made(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of the services of a home."""
    layout = Layout(home)
    return service_environment(layout, settings, ensure_credentials(layout), INHERITED)


def test_another_airflow_does_not_shine_through(tmp_path):
    """Settings of another installation are left out."""
    environment = made(tmp_path)

    assert environment["AIRFLOW_HOME"] == str(tmp_path / "database" / "airflow")
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_everything_listens_on_loopback(tmp_path):
    """API server and MLflow name the address; nobody serves logs."""
    layout = Layout(tmp_path)
    commands = {s.name: s.command for s in services_of(layout, Platform())}

    assert made(tmp_path)["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert "127.0.0.1" in commands["mlflow"]
    assert "127.0.0.1" in commands["api-server"]
    assert "--skip-serve-logs" in commands["scheduler"]
    assert "--skip-serve-logs" in commands["triggerer"]


def test_no_mlflow_is_started_where_there_is_one(tmp_path):
    """With tracking on a server only Airflow is started."""
    platform = Platform(tracking_uri="https://mlflow.example.org")

    assert "mlflow" not in {s.name for s in services_of(Layout(tmp_path), platform)}


def test_nothing_is_reported_anywhere(tmp_path):
    """Telemetry of both is off."""
    environment = made(tmp_path)

    assert environment["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_orphans_can_be_known(tmp_path):
    """The environment carries the folder, and retitled processes keep it."""
    environment = made(tmp_path)

    assert environment[MARKER] == str(tmp_path / "database" / "services")
    assert environment["SPT_NOENV"] == "1"


def test_secrets_are_made_once_and_private(tmp_path):
    """A second call gives the same; the files are readable by their owner alone."""
    layout = Layout(tmp_path)
    first = ensure_credentials(layout)
    word = password(layout)

    assert ensure_credentials(layout) == first
    assert password(layout) == word
    for file in (layout.secrets, layout.passwords):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_other_settings_give_another_digest(tmp_path):
    """Services that run for another instant are not taken for the ones wanted."""
    january, february = (
        made(tmp_path, **task_settings(Platform(), f"2022-0{month}-01T00:00:00+00:00"))
        for month in (1, 2)
    )

    assert digest_of(january) != digest_of(february)
    assert digest_of(january) == digest_of(dict(reversed(january.items())))
