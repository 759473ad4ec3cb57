"""A search survives kill -9 anywhere: the next run ends with the same trials and model."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from faults.tuning_run import TRIALS
from faults.tuning_run import main
from faults.tuning_run import opened

from lead_scoring.io.registry.runs import TRAINING_ID

SCRIPT = Path(__file__).with_name("tuning_run.py")
KILLS = (("fold", 5), ("run", 1))
"""Where each run is killed, and how often it came there before."""


def kept(folder: Path, training: str) -> list[tuple[object, object]]:
    """Return what was tried and how it did, without the times."""
    with opened(str(folder)).studies.opened(training, {}, seed=0, pruning=False) as study:
        return [(trial.proposal, trial.judged) for trial in study.trials()]


def shown(folder: Path, training: str) -> list[tuple[object, object, object]]:
    """Return what people see of the trials of a training, in their order."""
    client = opened(str(folder)).trials._client
    experiments = [one.experiment_id for one in client.search_experiments()]
    (parent,) = client.search_runs(experiments, f"tags.`{TRAINING_ID}` = '{training}'")
    runs = client.search_runs(experiments, f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'")
    return sorted(
        (run.info.run_name, run.info.status, sorted(run.data.params.items())) for run in runs
    )


@pytest.mark.slow
def test_a_killed_search_is_finished_by_the_next_run(tmp_path):
    """Killed in a fold and while a trial is shown: the same trials, the same model."""
    digest = main(str(tmp_path), "undisturbed")

    for where, after in KILLS:
        command = [sys.executable, str(SCRIPT), str(tmp_path), "disturbed", where, str(after)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr

    assert main(str(tmp_path), "disturbed") == digest
    assert len(kept(tmp_path, "disturbed")) == TRIALS
    assert kept(tmp_path, "disturbed") == kept(tmp_path, "undisturbed")
    assert shown(tmp_path, "disturbed") == shown(tmp_path, "undisturbed")
