"""Imports what tasks need once, before the scheduler forks its workers.

Each task is a fresh fork; without this, every one of them would spend seconds on imports.
"""

import importlib
import logging
import pkgutil
import sys

__all__: tuple[str, ...] = ()  # Airflow copies public names into its own settings

PRELOADED = ("lead_scoring.core", "lead_scoring.io", "lead_scoring.pipelines")


def preload() -> None:
    """Import every module of the layers tasks work with; a broken one is left to its task."""
    for name in PRELOADED:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            try:
                importlib.import_module(module.name)
            except ImportError:
                logging.getLogger(__name__).exception("%s is not preloaded", module.name)


if sys.argv[1:2] == ["scheduler"]:
    preload()
