"""One search and the training after it in a process of its own, which kills itself where told.

Usage: ``python tuning_run.py <folder> <training id> <where> <after>``
"""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fakes import FakeProgress
from leads import AS_OF
from leads import small_leads
from leads import small_use_case

from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.population import mature
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import train_model
from lead_scoring.core.trials import Search
from lead_scoring.io.registry.trials import MlflowTrials
from lead_scoring.io.studies import OptunaStudies
from lead_scoring.io.studies import OptunaStudy
from lead_scoring.pipelines.tuning import Tuner
from lead_scoring.pipelines.tuning import tune

TRIALS = 8
USE_CASE = small_use_case(
    candidates={"logistic_regression": {}}, tuning={"trials": TRIALS, "pruning": True}
)
LEADS = small_leads(400)
PLACES = {
    "fold": (OptunaStudy, "is_hopeless"),
    "run": (MlflowTrials, "_log"),
}


def deadly(method, after: int):
    """Return a method that kills this process at once when it was called so many times."""
    calls = iter(range(after))

    def dying(*arguments, **named):
        if next(calls, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*arguments, **named)

    return dying


def opened(folder: str) -> Tuner:
    """Open the search and what people see of it in a folder."""
    trials = MlflowTrials.open(f"sqlite:///{folder}/mlflow.db", f"{folder}/artifacts")
    return Tuner(OptunaStudies(f"sqlite:///{folder}/tuning.db"), trials)


def main(folder: str, training: str, where: str = "", after: str = "0") -> str:
    """Search and train; return the model's digest."""
    if where:
        owner, name = PLACES[where]
        setattr(owner, name, deadly(getattr(owner, name), int(after)))
    split = split_leads(LEADS[mature(LEADS, AS_OF)], 0.25, 20)
    search = Search(USE_CASE.use_case, training, AS_OF, "a test", "roc_auc")
    tuned = tune(USE_CASE, split, search, tuner=opened(folder), progress=FakeProgress())
    return model_digest(train_model(tuned.use_case, split).model)


if __name__ == "__main__":
    main(*sys.argv[1:])
