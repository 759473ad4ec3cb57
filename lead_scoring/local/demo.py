"""The demonstration: from nothing to scored leads in the three DAGs, and what they came to."""

import fcntl
from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from lead_scoring.config.platform import Platform
from lead_scoring.core.records import Batch
from lead_scoring.errors import TransientError
from lead_scoring.io import clock
from lead_scoring.local import processes
from lead_scoring.local import services
from lead_scoring.local.airflow_api import Airflow
from lead_scoring.local.credentials import USER
from lead_scoring.local.credentials import ensure_credentials
from lead_scoring.local.credentials import password
from lead_scoring.local.environment import service_environment
from lead_scoring.local.environment import task_settings
from lead_scoring.local.follow import Follower
from lead_scoring.local.follow import wait_until
from lead_scoring.local.layout import Layout
from lead_scoring.local.results import find_batch
from lead_scoring.local.results import read_results
from lead_scoring.local.results import show_results
from lead_scoring.local.set_aside import set_aside
from lead_scoring.tasks import upkeep
from lead_scoring.tasks.progress import Silent

SAMPLE_ROWS: Final = 40_000
SAMPLE_SEED: Final = 20
PARSED_WITHIN: Final = 90.0
SCORED_WITHIN: Final = 900.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """One demonstration.

    Attributes:
        layout: Where the services keep their things.
        platform: Settings as the environment gives them.
        use_case: Whose leads.
        as_of: Instant to compute for.
        sample_rows: Rows of the sample to make first; ``None`` if there is real data.
    """

    layout: Layout
    platform: Platform
    use_case: str
    as_of: datetime
    sample_rows: int | None

    @property
    def database_url(self) -> str:
        """URL of the platform database."""
        return self.platform.database_url.get_secret_value()


def run_demo(demo: Demo, say: Say) -> Batch:
    """Bring up the services, send one load through the three DAGs, and return its batch.

    Raises:
        ConfigError: Someone else listens on a port, or another demonstration is starting.
        TransientError: A service did not come up.
        ChainError: A run failed, or nothing was scored.
    """
    with _alone(demo.layout):
        bring_up(demo, say)
    with Airflow(demo.layout.airflow_url, USER, password(demo.layout)) as airflow:
        return send_through(airflow, demo, say)


def bring_up(demo: Demo, say: Say) -> None:
    """Prepare data and databases and start the services, or find them running.

    Raises:
        ConfigError: Someone else listens on a port; nothing was started.
        TransientError: A service did not come up.
    """
    layout, platform = demo.layout, demo.platform
    credentials = ensure_credentials(layout)
    settings = task_settings(platform, demo.as_of.isoformat())
    environment = service_environment(layout, settings, credentials)
    if services.are_running(layout, platform, environment):
        say("the services are running already")
        _prepare_own(demo, say)
        return
    records = services.records_of(layout)
    if processes.stop(records, layout.services, say):
        say("stopped the services that ran with other settings")
    services.check_ports(layout)
    aside = set_aside(layout, platform)
    if aside is not None:
        say(f"results of other data were moved to {aside.relative_to(layout.home)}")
    layout.airflow_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ThreadPoolExecutor() as pool:
        others = pool.submit(services.prepare_databases, layout, platform, environment)
        _prepare_own(demo, say)
        others.result()
    say("the databases are ready")
    services.start_services(layout, platform, environment)
    services.wait_until_healthy(layout, platform, say)


def _prepare_own(demo: Demo, say: Say) -> None:
    """Migrate the platform database and make the sample, if there is no real data."""
    upkeep.migrate()
    if demo.sample_rows is None:
        return
    rows, seed = demo.sample_rows, SAMPLE_SEED
    for file in upkeep.make_sample(demo.use_case, rows, seed, replace=True, progress=Silent()):
        if file.changed:
            say(f"made a sample of {file.rows:,} leads: {file.path}")


def send_through(airflow: Airflow, demo: Demo, say: Say) -> Batch:
    """Trigger the data DAG and follow its load until it is scored.

    Un-pausing the data DAG also brings about a scheduled run. It computes for the same instant, so
    whichever of the two comes first does the work and the other finds it done.

    Raises:
        ChainError: The DAG files were not parsed in time, a run failed, or nothing was scored.
    """
    dag_ids = {
        kind: f"{demo.use_case}__{kind}_pipeline" for kind in ("data", "training", "inference")
    }
    wait_until(
        lambda: airflow.dag_ids() >= set(dag_ids.values()),
        PARSED_WITHIN,
        lambda: "the DAG files are not parsed: " + "\n".join(airflow.import_errors()),
    )
    since = clock.now()
    for kind in ("inference", "training", "data"):
        airflow.unpause(dag_ids[kind])
    run_id = f"demo__{since:%Y-%m-%dT%H:%M:%S}"
    run = airflow.trigger(dag_ids["data"], run_id, {"as_of": demo.as_of.isoformat()})
    say(f"triggered {run.dag_id}: {airflow.address(run)}")

    def find(load_id: str, as_of: str) -> Batch | None:
        instant = datetime.fromisoformat(as_of)
        return find_batch(demo.database_url, demo.layout.home, demo.use_case, load_id, instant)

    follower = Follower(airflow, demo.use_case, since, find, say)
    return follower.wait_for_batch(run_id, SCORED_WITHIN)


def show(demo: Demo, batch: Batch, console: Console) -> None:
    """Print what a batch came to, the addresses and the log-in."""
    results = read_results(demo.database_url, demo.layout.home, batch)
    started = services.services_of(demo.layout, demo.platform)
    has_mlflow = any(service.name == "mlflow" for service in started)
    show_results(console, results, demo.layout, has_mlflow=has_mlflow)


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    """Let only one demonstration of a home start services at a time."""
    layout.services.mkdir(parents=True, exist_ok=True, mode=0o700)
    file: Path = layout.services / "lock"
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = "another make demo is starting the services; wait for it"
            raise TransientError(msg) from error
        yield
