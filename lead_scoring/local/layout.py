"""Where the services of this machine keep their things, and where they listen."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
AIRFLOW_PORT: Final = 8080
MLFLOW_PORT: Final = 6006


@dataclass(frozen=True, slots=True)
class Layout:
    """Folders, files and addresses of one set of services.

    Attributes:
        home: The project's folder; services of different homes never touch each other.
        airflow_port: Port of Airflow's UI and API.
        mlflow_port: Port of the MLflow UI.
    """

    home: Path
    airflow_port: int = AIRFLOW_PORT
    mlflow_port: int = MLFLOW_PORT

    @property
    def services(self) -> Path:
        """Folder of records, logs and secrets of the services; git-ignored."""
        return self.home / "database" / "services"

    @property
    def airflow_home(self) -> Path:
        """Airflow's own folder: its database, its configuration, the logs of tasks."""
        return self.home / "database" / "airflow"

    @property
    def secrets(self) -> Path:
        """Generated secrets, readable by their owner alone."""
        return self.services / "secrets.json"

    @property
    def passwords(self) -> Path:
        """Airflow's users and their passwords, readable by their owner alone."""
        return self.services / "passwords.json"

    @property
    def airflow_url(self) -> str:
        """Address of Airflow's UI."""
        return f"http://{HOST}:{self.airflow_port}"

    @property
    def mlflow_url(self) -> str:
        """Address of the MLflow UI."""
        return f"http://{HOST}:{self.mlflow_port}"

    def log(self, service: str) -> Path:
        """Return the file a service writes what it says to."""
        return self.services / f"{service}.log"

    def record(self, service: str) -> Path:
        """Return the file that remembers which process a service is."""
        return self.services / f"{service}.json"
