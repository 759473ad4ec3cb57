"""Which services there are, and how all of them are brought up and taken down."""

import socket
import subprocess
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from lead_scoring.config.platform import Platform
from lead_scoring.errors import ConfigError
from lead_scoring.errors import TransientError
from lead_scoring.local import processes
from lead_scoring.local.environment import digest_of
from lead_scoring.local.layout import HOST
from lead_scoring.local.layout import Layout

HEALTHY_WITHIN: Final = 180.0
"""Seconds in which every service must be well."""
LOOK_EVERY: Final = 0.5
TAIL: Final = 15


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its name and how it is started."""

    name: str
    command: tuple[str, ...]


AIRFLOW: Final = (
    Service("scheduler", ("airflow", "scheduler", "--skip-serve-logs")),
    Service("dag-processor", ("airflow", "dag-processor")),
    Service("api-server", ("airflow", "api-server", "--host", HOST)),
    Service("triggerer", ("airflow", "triggerer", "--skip-serve-logs")),
)


def services_of(layout: Layout, platform: Platform) -> tuple[Service, ...]:
    """Return the services of one home; no MLflow server where tracking already has one."""
    tracking = file_url(platform.tracking_uri.get_secret_value(), layout.home)
    if tracking.startswith(("http://", "https://")):
        return AIRFLOW
    artifacts = platform.artifacts
    if "://" not in artifacts:
        artifacts = str(layout.home / artifacts)
    command = (
        *("mlflow", "server", "--backend-store-uri", tracking),
        *("--artifacts-destination", artifacts, "--workers", "1"),
        *("--host", HOST, "--port", str(layout.mlflow_port)),
    )
    return (*AIRFLOW, Service("mlflow", command))


def file_url(url: str, home: Path) -> str:
    """Return a database URL whose SQLite file is absolute; other URLs as they are."""
    prefix = "sqlite:///"
    return prefix + str(home / url.removeprefix(prefix)) if url.startswith(prefix) else url


def records_of(layout: Layout) -> list[Path]:
    """Return the record file of every service there can be."""
    return [layout.record(name) for name in (*(service.name for service in AIRFLOW), "mlflow")]


def are_running(layout: Layout, platform: Platform, environment: Mapping[str, str]) -> bool:
    """Whether every service runs, with exactly these settings."""
    settings = digest_of(environment)
    records = [
        processes.running(layout.record(service.name)) for service in services_of(layout, platform)
    ]
    return all(record is not None and record.settings == settings for record in records)


def check_ports(layout: Layout) -> None:
    """Refuse to start where someone else listens.

    Raises:
        ConfigError: A port is taken; nothing was started.
    """
    ports = (
        ("Airflow", layout.airflow_port, "LEAD_SCORING_AIRFLOW_PORT"),
        ("MLflow", layout.mlflow_port, "LEAD_SCORING_MLFLOW_PORT"),
    )
    for name, port, variable in ports:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                msg = (
                    f"{name} cannot listen on {HOST}:{port}: {error.strerror}. Nothing was "
                    f"started. Stop what listens there, or choose another port with {variable}=…"
                )
                raise ConfigError(msg) from error


def prepare_databases(layout: Layout, platform: Platform, environment: Mapping[str, str]) -> None:
    """Bring the databases of Airflow and MLflow to their newest schema, side by side.

    Raises:
        TransientError: One of them failed; its last lines are told.
    """
    tracking = file_url(platform.tracking_uri.get_secret_value(), layout.home)
    commands: list[Sequence[str]] = [("airflow", "db", "migrate")]
    if tracking.startswith("sqlite"):
        commands.append(("mlflow", "db", "upgrade", tracking))

    def migrate(command: Sequence[str]) -> None:
        finished = subprocess.run(  # noqa: S603 our own programs
            program(command, environment),
            cwd=layout.home,
            env=dict(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode != 0:
            last = "\n".join((finished.stdout + finished.stderr).splitlines()[-TAIL:])
            msg = f"{' '.join(command[:3])} ended with {finished.returncode}:\n{last}"
            raise TransientError(msg)

    with ThreadPoolExecutor() as pool:
        list(pool.map(migrate, commands))


def program(command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Return a command whose program is the one beside this Python."""
    folder = environment["PATH"].split(":", 1)[0]
    return [str(Path(folder) / command[0]), *command[1:]]


def start_services(layout: Layout, platform: Platform, environment: Mapping[str, str]) -> None:
    """Start every service; they are not well yet when this returns."""
    settings = digest_of(environment)
    for service in services_of(layout, platform):
        processes.start(
            program(service.command, environment),
            environment,
            folder=layout.home,
            log=layout.log(service.name),
            record=layout.record(service.name),
            settings=settings,
        )


def wait_until_healthy(
    layout: Layout,
    platform: Platform,
    say: Callable[[str], None],
    within: float = HEALTHY_WITHIN,
) -> None:
    """Wait until every service says that it is well.

    Raises:
        TransientError: A service ended, or is not well in time; its last lines are told.
    """
    deadline = time.monotonic() + within
    waiting = {service.name for service in services_of(layout, platform)}
    while waiting:
        _check_alive(layout, services_of(layout, platform))
        well = waiting & _healthy(layout)
        for name in sorted(well):
            say(f"{name} is up")
        waiting -= well
        if waiting and time.monotonic() > deadline:
            names = ", ".join(sorted(waiting))
            msg = f"not well after {within:.0f} s: {names}\n" + _tails(layout, waiting)
            raise TransientError(msg)
        time.sleep(LOOK_EVERY if waiting else 0)


def _check_alive(layout: Layout, services: Sequence[Service]) -> None:
    ended = {s.name for s in services if processes.running(layout.record(s.name)) is None}
    if ended:
        msg = f"ended right after the start: {', '.join(sorted(ended))}\n" + _tails(layout, ended)
        raise TransientError(msg)


def _tails(layout: Layout, names: set[str]) -> str:
    parts = []
    for name in sorted(names):
        lines = layout.log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        parts.append("\n".join([f"{layout.log(name)} ends with:", *lines[-TAIL:]]))
    return "\n".join(parts)


def _healthy(layout: Layout) -> set[str]:
    """Return the services that say they are well."""
    well = set()
    if _get(f"{layout.mlflow_url}/health") is not None:
        well.add("mlflow")
    health = _get(f"{layout.airflow_url}/api/v2/monitor/health")
    if health is not None:
        well.add("api-server")
        said = health.json()
        parts = {
            "scheduler": "scheduler",
            "dag_processor": "dag-processor",
            "triggerer": "triggerer",
        }
        for part, name in parts.items():
            if (said.get(part) or {}).get("status") == "healthy":
                well.add(name)
    return well


def _get(url: str) -> httpx.Response | None:
    try:
        answer = httpx.get(url, timeout=5, trust_env=False)
    except httpx.HTTPError:
        return None
    return answer if answer.is_success else None
