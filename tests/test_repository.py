"""What the repository promises about itself: its lock, its commands, its compose file."""

import os
import re
import subprocess
import tomllib
from importlib import metadata

import pytest
import yaml
from homes import PROJECT
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
UV_LOCK = (PROJECT / "requirements-uv.lock").read_text(encoding="utf-8")
PINS = dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s\\;]+)", LOCK, re.MULTILINE))
DECLARED = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WANTED = [
    Requirement(text)
    for text in (*DECLARED["dependencies"], *DECLARED["optional-dependencies"]["dev"])
]
COMPOSE_TEXT = (PROJECT / "docker-compose.yaml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
REGISTRIES = re.compile(r"(?:pypi|pythonhosted|conda|anaconda|registry|index)\.(?:org|io|com)\b")


def needed() -> set[str]:
    """Return every package the declared ones need, by what is installed."""
    environment = default_environment() | {"extra": ""}
    found: set[str] = set()
    waiting = [(need, extra) for need in WANTED for extra in ("", *need.extras)]
    seen = set()
    while waiting:
        need, extra = waiting.pop()
        name = canonicalize_name(need.name)
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        found.add(name)
        for text in metadata.requires(need.name) or []:
            further = Requirement(text)
            active = dict(environment, extra=extra)
            if further.marker is None or further.marker.evaluate(active):
                waiting.extend((further, each) for each in ("", *further.extras))
    return found


def test_the_lock_meets_what_is_declared():
    """Every declared requirement is pinned to a version it allows."""
    pins = {canonicalize_name(name): version for name, version in PINS.items()}
    unmet = [
        str(need)
        for need in WANTED
        if not need.specifier.contains(pins.get(canonicalize_name(need.name), "0"))
    ]

    assert unmet == [], "run make lock"


@pytest.mark.slow
def test_the_lock_holds_what_is_needed_and_nothing_else():
    """A requirement that was dropped leaves the lock, too."""
    assert {canonicalize_name(name) for name in PINS} == needed(), "run make lock"


@pytest.mark.parametrize("lock", [LOCK, UV_LOCK], ids=["packages", "uv"])
def test_every_pin_has_hashes(lock):
    """Nothing is installed that was not hashed."""
    pins = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==.*(?:\n .*)*", lock, re.MULTILINE)

    assert pins
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_what_is_installed_is_what_is_locked():
    """The environment the tests run in is the one that is shipped."""
    other = {
        name: (version, metadata.version(name))
        for name, version in PINS.items()
        if metadata.version(name) != version
    }

    assert other == {}, "run make setup"


def test_no_file_names_a_package_registry():
    """Where packages come from is the machine's business."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    texts = {
        name: (PROJECT / name).read_text(encoding="utf-8", errors="replace")
        for name in listed.stdout.splitlines()
        if (PROJECT / name).is_file()
    }

    assert [name for name, text in texts.items() if REGISTRIES.search(text)] == []


def test_make_alone_lists_every_command():
    """Each target without a dot has its line of help."""
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))

    listed = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert set(re.findall(r"^  make ([a-z-]+)", listed.stdout, re.MULTILINE)) == targets


def test_make_keeps_bytecode():
    """Whatever the environment says: hundreds of processes would compile every package anew."""
    asked = subprocess.run(
        [
            "make",
            "--no-print-directory",
            "--eval",
            "shown: ; @echo kept$$PYTHONDONTWRITEBYTECODE",
            "shown",
        ],
        cwd=PROJECT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert asked.stdout == "kept\n"


def test_ci_runs_what_people_run():
    """The script of CI ends in make test."""
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")

    assert script.rstrip().endswith("exec make test")


def test_the_compose_file_has_the_services_airflow_users_know():
    """The names of Airflow's own file, MLflow, Grafana and our own service."""
    assert set(SERVICES) == {
        "postgres",
        "mlflow",
        "grafana",
        "scoring-api",
        "airflow-apiserver",
        "airflow-scheduler",
        "airflow-dag-processor",
        "airflow-triggerer",
        "airflow-init",
        "airflow-cli",
    }
    assert "x-airflow-common" in COMPOSE
    assert "&airflow-common-env" in COMPOSE_TEXT


def test_every_service_that_stays_has_a_health_check():
    """Only what ends by itself has none."""
    without = {name for name, service in SERVICES.items() if "healthcheck" not in service}

    assert without == {"airflow-init", "airflow-cli"}


def test_the_compose_file_knows_no_secret():
    """Every password, key and secret comes from the environment, and none has a default."""
    lines = [line for line in COMPOSE_TEXT.splitlines() if not line.startswith("#")]
    secret = re.compile(r"(PASSWORD|SECRET|FERNET_KEY)\w*:|postgresql\+psycopg://")
    found = [line for line in lines if secret.search(line) and "PASSWORDS_FILE" not in line]

    assert found
    assert [line for line in found if ":?run make secrets}" not in line] == []
    assert not re.search(r"\$\{\w*(PASSWORD|SECRET|KEY)\w*:-", COMPOSE_TEXT)


def test_ports_are_published_on_loopback_alone():
    """Nobody on the network reaches a service by accident."""
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_nothing_starts_before_the_databases_are_prepared():
    """Every Airflow service waits for the one that prepares them."""
    for name, service in SERVICES.items():
        if name.startswith("airflow-") and name not in {"airflow-init", "airflow-cli"}:
            condition = service["depends_on"]["airflow-init"]["condition"]
            assert condition == "service_completed_successfully", name


def test_files_the_compose_file_mounts_are_there():
    """Scripts and folders it names exist in the checkout."""
    mounts = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    named = {
        re.sub(r"^\$\{AIRFLOW_PROJ_DIR:-\.\}", ".", mount).split(":")[0]
        for mount in mounts
        if mount.startswith(("./", "${AIRFLOW_PROJ_DIR"))
    }

    assert named
    assert [name for name in named if not (PROJECT / name).exists()] == []
