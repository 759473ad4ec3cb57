"""A search survives kill -9 anywhere: the next run ends with the same trials and model."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from faults.tuning_run import SEARCH
from faults.tuning_run import TRIALS
from faults.tuning_run import main
from faults.tuning_run import opened

SCRIPT = Path(__file__).with_name("tuning_run.py")
KILLS = (("fold", 5), ("run", 2), ("close", 0))
"""Where each run is killed, and how often it came there before."""


def kept(folder: Path) -> list[tuple[object, object]]:
    """Return what was tried and how it did, without the times."""
    with opened(str(folder)).studies.opened("train_1", {}, seed=0, pruning=False) as study:
        return [(trial.proposal, trial.judged) for trial in study.trials()]


def shown(folder: Path) -> list[tuple[object, object, object]]:
    """Return what people see of the trials, in their order."""
    client = opened(str(folder)).trials._client
    experiment = client.get_experiment_by_name(f"lead_scoring/{SEARCH.use_case}").experiment_id
    runs = client.search_runs([experiment], "attributes.run_name LIKE 'trial %'")
    return sorted(
        (run.info.run_name, run.info.status, sorted(run.data.params.items())) for run in runs
    )


@pytest.mark.slow
def test_a_killed_search_is_finished_by_the_next_run(tmp_path):
    """Killed in a fold, while a trial is shown, and before the search is closed."""
    disturbed, undisturbed = tmp_path / "disturbed", tmp_path / "undisturbed"
    digest = main(str(undisturbed))

    for where, after in KILLS:
        command = [sys.executable, str(SCRIPT), str(disturbed), where, str(after)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr

    assert main(str(disturbed)) == digest
    assert len(kept(disturbed)) == TRIALS
    assert kept(disturbed) == kept(undisturbed)
    assert shown(disturbed) == shown(undisturbed)
