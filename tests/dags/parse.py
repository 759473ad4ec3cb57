"""Writes what a DAG file costs once airflow.sdk is there, and what it imported, as JSON."""

import json
import sys
import time
from runpy import run_path


def main(file: str) -> None:
    """Run a DAG file and write what it cost."""
    import airflow.sdk  # noqa: F401 what every DAG file pays anyway

    before = set(sys.modules)
    begun = time.process_time()
    run_path(file)
    seconds = time.process_time() - begun
    new = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
    own = sorted(name for name in sys.modules if name.startswith("lead_scoring."))
    sys.stdout.write("\n" + json.dumps({"seconds": seconds, "new": new, "own": own}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
