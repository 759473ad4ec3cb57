"""Proves the invariants at length: ``python -m benchmarks.proof``.

Runs the tests of ``make test`` that state an invariant, for longer: property tests on many more
examples, other ones every time, ten thousand made-up requests to the service, and the kill -9
tests again and again. A failing example is printed with the line that repeats it. Then it measures
how far drift checks and the promotion gate can be trusted and, where ``LEAD_SCORING_DATA`` is set,
replays the real history and measures the models of all use cases; they write docs/DRIFT.md,
docs/GATE.md and docs/MODELS.md.
"""

import argparse
import os
import subprocess
import sys
from typing import Final

from lead_scoring.config.loading import home

PROPERTIES: Final = (
    "tests/core/test_calibration.py",
    "tests/core/test_candidates.py",
    "tests/core/test_contributions.py",
    "tests/core/test_drift.py::test_the_order_of_rows_plays_no_part",
    "tests/core/test_expectation.py",
    "tests/core/test_leads.py",
    "tests/core/test_observation.py::test_order_and_cuts_play_no_part",
    "tests/core/test_parsing.py",
    "tests/core/test_plausibility.py",
    "tests/core/test_ranking.py",
    "tests/core/test_sampling.py::test_order_and_cuts_play_no_part",
    "tests/core/test_schedule.py",
    "tests/core/test_submission.py",
    "tests/core/test_temperature.py",
    "tests/io/test_csv_records.py",
    "tests/io/test_current_scores.py",
    "tests/io/test_repeats.py",
    "tests/pipelines/test_data.py::test_every_row_is_accepted_quarantined_or_duplicate",
    "tests/pipelines/test_data.py::test_the_same_content_is_the_same_load",
    "tests/service/console/test_charts.py",
)
REQUESTS: Final = "tests/service/api/test_any_request.py"
KILLS: Final = (
    "tests/faults/test_killed_loading.py",
    "tests/faults/test_killed_scoring.py",
    "tests/faults/test_readers.py",
)
REPEATS: Final = 5


def pytest(*arguments: str) -> int:
    """Run pytest in a process of its own and return its exit status, 0 if all tests passed."""
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, cwd=home(), check=False).returncode


def module(name: str) -> int:
    """Run a module in a process of its own and return its exit status."""
    command = [sys.executable, "-m", name]
    return subprocess.run(command, cwd=home(), check=False).returncode


def main() -> int:
    """Run every proof, print a line for each and return 0 if all of them held."""
    options = _options()
    properties = pytest("--hypothesis-profile=proof", "--hypothesis-show-statistics", *PROPERTIES)
    held = [("properties", properties == 0)]
    requests = pytest("--hypothesis-profile=proof", REQUESTS)
    held += [("10,000 requests to the service", requests == 0)]
    held += [
        (f"kill -9, run {repeat} of {options.repeats}", pytest(*KILLS) == 0)
        for repeat in range(1, options.repeats + 1)
    ]
    held += [("drift checks", module("benchmarks.drift_proof") == 0)]
    held += [("promotion gate", module("benchmarks.gate_proof") == 0)]
    if os.environ.get("LEAD_SCORING_DATA"):
        held += [("drift policy on real leads", module("benchmarks.backtest_proof") == 0)]
        held += [("models on real leads", module("benchmarks.models_proof") == 0)]
    else:
        print("LEAD_SCORING_DATA is not set: no real history was replayed, no model measured")
    for name, holds in held:
        print(f"{name}: {'held' if holds else 'BROKEN'}")
    return 0 if all(holds for _, holds in held) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proof", description=__doc__)
    parser.add_argument(
        "--repeats", type=int, default=REPEATS, help="runs of the kill -9 tests (%(default)s)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
