"""One load, its outcomes and a replay in a process of its own, which kills itself as told.

Usage: ``python loading_run.py <database url> <folder> <where>``
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from faults.scoring_run import Deadly
from loading import AS_OF
from loading import COLUMNS
from loading import HEADER
from loading import loading_use_case

from lead_scoring.config.loading import home
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window
from lead_scoring.io.database import Database
from lead_scoring.io.snapshot_files import SnapshotFiles
from lead_scoring.io.snapshots import SnapshotReader
from lead_scoring.io.sources import open_source
from lead_scoring.io.staging import Staging
from lead_scoring.pipelines.data import load_leads
from lead_scoring.pipelines.data import replay
from lead_scoring.pipelines.data import save_outcomes

ROWS = 300


def write_source(folder: Path) -> None:
    """Write a file with good rows, a negative one in ten, a duplicate and a misfit."""
    rows = [
        f"a{n},2023-01-{n % 28 + 1:02d},delhi,{-n if n % 10 == 0 else n},1.5,true,{n % 2}"
        for n in range(1, ROWS + 1)
    ]
    content = "\n".join([HEADER, *rows, rows[0], "x", ""])
    (folder / "leads.csv").write_text(content, encoding="utf-8")


def main(url: str, folder: str, where: str = "") -> None:
    """Load the source, save its outcomes, and replay its quarantine under a wider contract."""
    strict = loading_use_case()
    wide = loading_use_case(COLUMNS | {"visits": {"type": "integer"}})
    snapshots = SnapshotFiles(f"{folder}/storage")
    with Database.open(url, home()) as database:
        common = {"loads": database, "progress": Deadly(where)}
        load = load_leads(
            strict,
            AS_OF,
            window=Window(),
            purpose=Purpose.TRAIN_AND_SCORE,
            source=open_source(strict, folder, window=Window(), batch_rows=50),
            staging=Staging(folder=folder),
            snapshots=snapshots,
            **common,
        )
        save_outcomes(load.load_id, AS_OF, snapshots=SnapshotReader(), outcomes=database, **common)
        replay(
            load.load_id,
            AS_OF,
            use_case=wide,
            staging=Staging(folder=folder),
            snapshots=snapshots,
            **common,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
