"""A small use case whose past can be replayed in seconds, and the command that does it."""

import csv
from datetime import timedelta
from pathlib import Path

import numpy as np
import yaml
from commands import Command
from commands import new_command
from made import day

USE_CASE = "small"
ROWS = 900
DAYS = 90
CONFIG = {
    "use_case": USE_CASE,
    "title": "Small",
    "description": "Leads made up for backtests.",
    "source": {"kind": "csv", "location": "small.csv"},
    "lead": {"id_column": "lead", "created_column": "created"},
    "outcome": {"column": "won", "maturity": "3d"},
    "contract": {
        "columns": {
            "lead": {"type": "string", "nullable": False},
            "created": {"type": "timestamp", "nullable": False},
            "visits": {"type": "number"},
            "medium": {"type": "string"},
            "won": {"type": "integer"},
        }
    },
    "features": {"numeric": ["visits"], "categorical": ["medium"]},
    "training": {
        "min_positives": 20,
        "min_negatives": 20,
        "calibration_folds": 2,
        "candidates": {"logistic_regression": {}},
        "gate": {"min_gain_over_baseline": 0.0, "max_calibration_error": 1.0},
    },
}


def small_command(home: Path, **config: object) -> Command:
    """Return the command on a new home with the small use case and its source.

    Args:
        home: Where.
        config: Keys of the use case's config to replace.
    """
    command = new_command(home)
    content = yaml.safe_dump({**CONFIG, **config})
    (command.home / "configs" / f"{USE_CASE}.yaml").write_text(content, encoding="utf-8")
    write_source(command.home / "database" / "sample" / "small.csv")
    return command


def write_source(file: Path) -> None:
    """Write ten leads a day; halfway through, more visits turn from a good sign into a bad one."""
    rng = np.random.default_rng(7)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["lead", "created", "visits", "medium", "won"])
        for number in range(ROWS):
            created = day(1) + timedelta(days=DAYS * number / ROWS)
            visits = rng.normal()
            slope = 2.0 if number < ROWS / 2 else -2.0
            won = int(rng.random() < 1 / (1 + np.exp(-slope * visits)))
            medium = "web" if number % 2 else "mail"
            writer.writerow([f"lead_{number:04d}", created.isoformat(), visits, medium, won])


def backtest(folder: Path, *further: object) -> list[object]:
    """Return the arguments of a backtest of three windows of ten days, after day thirty."""
    return [
        *("backtest", USE_CASE, "--start", "2024-01-30", "--end", "2024-02-29", "--every", "10d"),
        *("--folder", folder, *further),
    ]
