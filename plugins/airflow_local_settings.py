"""Imports what tasks need once, before the scheduler forks its workers.

Each task is a fresh fork; without this, every one of them would spend seconds on imports.
"""

import importlib
import sys

__all__: tuple[str, ...] = ()  # Airflow copies public names into its own settings

PRELOADED = (
    "duckdb",
    "lightgbm",
    "mlflow",
    "pandera.pandas",
    "pyarrow.parquet",
    "sklearn.linear_model",
    "skops.io",
    "lead_scoring.tasks.data",
    "lead_scoring.tasks.inference",
    "lead_scoring.tasks.training",
)

if sys.argv[1:2] == ["scheduler"]:
    for name in PRELOADED:
        importlib.import_module(name)
