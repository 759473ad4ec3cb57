"""Measures load, train and score, each in a process of its own: ``python -m benchmarks``.

Options: ``--rows N`` (again for more) instead of all sizes, ``--keep FOLDER`` to work in,
``--dry`` to print the table and leave the document as it is.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from typing import Final

from benchmarks import console_pages
from benchmarks.report import Measured
from benchmarks.report import Stage
from benchmarks.report import render
from benchmarks.report import write
from lead_scoring.config.loading import home

SIZES: Final = (240_000, 1_000_000, 5_000_000)
REAL_ROWS: Final = 240_000
NAIVE_ROWS: Final = 1_000_000
AS_OF: Final = "2022-03-01T00:00:00Z"
SEED: Final = 20
MAIN_FILE: Final = Path("codepro/leadscoring.csv")


class Workplace:
    """A folder with a platform of its own."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder = folder
        self.source = data / MAIN_FILE
        self.to_score = folder / "to_score.csv"
        self._environment = os.environ | {
            "LEAD_SCORING_DATABASE_URL": f"sqlite:///{folder}/lead_scoring.db",
            "LEAD_SCORING_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
            "LEAD_SCORING_ARTIFACTS": str(folder / "artifacts"),
            "LEAD_SCORING_STORAGE": str(folder / "storage"),
            "LEAD_SCORING_DATA": str(data),
        }

    def run(self, name: str, **arguments: object) -> Mapping[str, Any]:
        """Run one stage in a process of its own; its log stays on standard error."""
        command = [sys.executable, "-m", "benchmarks.stage", name, json.dumps(arguments)]
        print(f"  {name}", file=sys.stderr)
        done = subprocess.run(
            command,
            env=self._environment,
            cwd=home(),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        taken: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return taken


def measure(origin: str, rows: int, place: Workplace) -> Measured:
    """Load, train and score one file; at a million rows do the same naively, too."""
    print(f"{origin} {rows:,} rows", file=sys.stderr)
    there = place.run(
        "prepare",
        rows=rows if origin == "generated" else 0,
        seed=SEED,
        source=str(place.source),
        target=str(place.to_score),
    )["rows"]
    load = place.run("load", as_of=AS_OF, location=None)
    train = place.run("train", as_of=AS_OF)
    again = place.run("load", as_of=AS_OF, location=str(place.to_score))
    score = place.run("score", as_of=AS_OF, load_id=again["load_id"])
    naive = _naive(place) if rows == NAIVE_ROWS else None
    return Measured(
        origin=origin,
        rows=there,
        stages=(
            _stage("load", load, load["rows"]),
            _stage("train", train, load["rows"]),
            _stage("load to score", again, again["rows"]),
            _stage("score", score, score["rows"]),
        ),
        naive=naive,
        status=str(score["status"]),
        roc_auc=float(train["roc_auc"]),
    )


def _naive(place: Workplace) -> Stage:
    folder = str(place.folder / "naive")
    place.run("naive_train", source=str(place.source), folder=folder)
    taken = place.run("naive_score", source=str(place.to_score), folder=folder)
    return _stage("naive load and score", taken, taken["rows"])


def _stage(name: str, taken: Mapping[str, Any], rows: int) -> Stage:
    return Stage(name, int(rows), float(taken["seconds"]), float(taken["peak_mib"]))


def main() -> None:
    """Measure, print the table and write it into the document."""
    options = _options()
    real = os.environ.get("LEAD_SCORING_DATA")
    measured = []
    with ExitStack() as stack:
        root = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for rows in options.rows or SIZES:
            given = Path(real).resolve() if real and rows == REAL_ROWS else None
            folder = (root / f"{rows}").resolve()
            folder.mkdir(parents=True, exist_ok=True)
            place = Workplace(folder, given or folder / "data")
            measured.append(measure("real" if given else "generated", rows, place))
    section = render(measured, "make bench")
    print(section)
    if not options.dry:
        write(section, home() / "docs" / "BENCHMARKS.md")
    console_pages.main(dry=options.dry)
    if not options.dry:
        subprocess.run([sys.executable, "-m", "benchmarks.serving"], cwd=home(), check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help="measure this size only")
    parser.add_argument("--keep", type=Path, help="folder to work in; it is not removed")
    parser.add_argument("--dry", action="store_true", help="leave the document as it is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
