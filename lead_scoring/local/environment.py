"""The environment the services run in: everything on loopback, nothing reported anywhere."""

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lead_scoring.config.platform import Platform
from lead_scoring.local.credentials import USER
from lead_scoring.local.layout import HOST
from lead_scoring.local.layout import Layout

MARKER: Final = "LEAD_SCORING_SERVICES"
"""Every process started here carries this variable; that is how orphans are known."""
PARALLELISM: Final = 4


def service_environment(
    layout: Layout,
    settings: Mapping[str, str],
    credentials: Mapping[str, str],
    inherited: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the environment of every service.

    Args:
        layout: Folders and addresses.
        settings: ``LEAD_SCORING_…`` variables the tasks are to see.
        credentials: Secrets, by the name Airflow knows them under.
        inherited: Variables to start from instead of the process's own. Airflow's own settings
            among them are left out: they belong to another installation.
    """
    given = os.environ if inherited is None else inherited
    kept = {name: value for name, value in given.items() if not name.startswith("AIRFLOW_")}
    programs = str(Path(sys.executable).parent)
    return {
        **kept,
        **_airflow(layout),
        **_quiet(),
        **_mlflow(layout, settings),
        **credentials,
        **settings,
        "PATH": programs + os.pathsep + kept.get("PATH", os.defpath),
        "LEAD_SCORING_HOME": str(layout.home),
        "LEAD_SCORING_CODE": _code_digest(),
        MARKER: str(layout.services),
    }


def _code_digest() -> str:
    """Return a digest of the code as it lies there: services that run other code start anew."""
    package = Path(__file__).resolve().parents[1]
    files = sorted((str(file), file.stat().st_mtime_ns) for file in package.rglob("*.py"))
    return hashlib.sha256(json.dumps(files).encode()).hexdigest()


def digest_of(environment: Mapping[str, str]) -> str:
    """Return a digest of what decides how the services behave."""
    prefixes = ("AIRFLOW__", "LEAD_SCORING_", "MLFLOW_")
    chosen = {name: value for name, value in environment.items() if name.startswith(prefixes)}
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()


def task_settings(platform: Platform, as_of: str | None) -> dict[str, str]:
    """Return the ``LEAD_SCORING_…`` variables the tasks are to see.

    Args:
        platform: Settings as this process sees them, so that the services see the same.
        as_of: Instant all runs compute for unless they are given one.
    """
    settings = {
        "LEAD_SCORING_DATABASE_URL": platform.database_url.get_secret_value(),
        "LEAD_SCORING_TRACKING_URI": platform.tracking_uri.get_secret_value(),
        "LEAD_SCORING_TUNING_URL": platform.tuning_url.get_secret_value(),
        "LEAD_SCORING_ARTIFACTS": platform.artifacts,
        "LEAD_SCORING_STORAGE": platform.storage,
        "LEAD_SCORING_DATA": platform.data,
    }
    if platform.mlflow_url is not None:
        settings["LEAD_SCORING_MLFLOW_URL"] = platform.mlflow_url
    return settings if as_of is None else {**settings, "LEAD_SCORING_AS_OF": as_of}


def _airflow(layout: Layout) -> dict[str, str]:
    database = layout.airflow_home / "airflow.db"
    return {
        "AIRFLOW_HOME": str(layout.airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(layout.home / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(layout.home / "plugins"),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(layout.passwords),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(layout.airflow_home / "logs"),
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(layout.airflow_port),
        "AIRFLOW__API__BASE_URL": layout.airflow_url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "10",
        "AIRFLOW__WORKERS__SOCKET_CLEANUP_TIMEOUT": "5",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def _mlflow(layout: Layout, settings: Mapping[str, str]) -> dict[str, str]:
    """Say where people open MLflow; a server that is tracked to is its own address."""
    served = settings.get("LEAD_SCORING_TRACKING_URI", "").startswith(("http://", "https://"))
    return {} if served else {"LEAD_SCORING_MLFLOW_URL": layout.mlflow_url}


def _quiet() -> dict[str, str]:
    return {
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
        "NO_PROXY": f"{HOST},localhost",
        "no_proxy": f"{HOST},localhost",
        "SPT_NOENV": "1",  # retitled processes keep their environment, and so the marker
    }
