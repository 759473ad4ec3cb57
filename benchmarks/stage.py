"""One measured piece of work in a process of its own: ``python -m benchmarks.stage NAME JSON``.

Prints a JSON object: what the stage returned, ``seconds`` of work (imports included) and
``peak_mib``, the process's greatest resident memory.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Final

USE_CASE: Final = "codepro_leads"
Result = dict[str, object]


def prepare(rows: int, seed: int, source: str, target: str) -> Result:
    """Write the labelled file, unless it is real, and the same leads without outcomes."""
    from benchmarks.files import without_outcome
    from lead_scoring.tasks import upkeep

    upkeep.migrate()
    if rows:
        upkeep.make_sample(USE_CASE, rows, seed)
    return {"rows": without_outcome(Path(source), Path(target))}


def load(as_of: str, location: str | None) -> Result:
    """Load the labelled file, or another one that is only scored."""
    from lead_scoring.tasks import data
    from lead_scoring.tasks import reading

    purpose = "train_and_score" if location is None else "score_only"
    load_id = data.load(USE_CASE, as_of, location=location, purpose=purpose)
    return {"load_id": load_id, "rows": reading.load(load_id).rows_read}


def train(as_of: str) -> Result:
    """Train, decide and promote."""
    from lead_scoring.tasks import whole

    trained = whole.train(USE_CASE, as_of, "benchmark")
    metrics = dict(trained["model"].metrics)
    return {"promoted": trained["promoted"], "roc_auc": metrics.get("roc_auc")}


def score(as_of: str, load_id: str) -> Result:
    """Score a load and publish it."""
    from lead_scoring.tasks import inference
    from lead_scoring.tasks import reading

    batch_id = inference.score(USE_CASE, load_id, as_of)
    status = inference.publish(USE_CASE, batch_id)
    return {"rows": reading.batch(batch_id).rows_scored, "status": status}


def naive_train(source: str, folder: str) -> Result:
    """Fit the naive model; not part of what is compared."""
    from benchmarks import naive

    naive.train(Path(source), Path(folder))
    return {}


def naive_score(source: str, folder: str) -> Result:
    """Score a file the naive way."""
    from benchmarks import naive

    return {"rows": naive.score(Path(source), Path(folder))}


STAGES: Final[Mapping[str, Callable[..., Result]]] = {
    stage.__name__: stage for stage in (prepare, load, train, score, naive_train, naive_score)
}


def main() -> None:
    """Run one stage and print what it took."""
    name, arguments = sys.argv[1], json.loads(sys.argv[2])
    started = time.perf_counter()
    result = STAGES[name](**arguments)
    taken = {
        "seconds": time.perf_counter() - started,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(result | taken))


if __name__ == "__main__":
    main()
