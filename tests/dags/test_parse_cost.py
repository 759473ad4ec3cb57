"""Airflow reads the DAG files over and over: they must be light."""

import json
from pathlib import Path

import pytest
from homes import PROJECT
from homes import make_home
from homes import run_script

HEAVY = {
    "alembic",
    "duckdb",
    "evidently",
    "fsspec",
    "lightgbm",
    "matplotlib",
    "mlflow",
    "numpy",
    "pandas",
    "pandera",
    "pyarrow",
    "scipy",
    "sklearn",
    "skops",
    "sqlalchemy",
}
LIMIT = 1.0
"""Seconds of processor time a DAG file may add; others who compute meanwhile do not count."""


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(PROJECT.glob("dags/*.py")), ids=lambda file: file.stem)
def test_a_dag_file_is_light(file: Path, tmp_path: Path):
    """Parsing takes under a second once airflow.sdk is there, and imports nothing heavy."""
    home = make_home(tmp_path / "home")

    parsed = json.loads(
        run_script(Path(__file__).with_name("parse.py"), home, str(file)).splitlines()[-1]
    )

    assert HEAVY.isdisjoint(parsed["new"])
    assert {name.split(".")[1] for name in parsed["own"]} <= {"config", "errors"}
    assert parsed["seconds"] < LIMIT
