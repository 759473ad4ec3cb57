"""Writes the prepared columns of a file: read as a load is, prepared as for a model."""

from collections.abc import Iterable
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.io import clock
from lead_scoring.tasks.progress import Logged
from lead_scoring.tasks.wiring import located

if TYPE_CHECKING:
    from lead_scoring.core.records import Load
    from lead_scoring.core.records import Purpose
    from lead_scoring.core.records import QuarantinedRow
    from lead_scoring.pipelines.ports import Progress


class Unkept:
    """A ``LoadStore`` that keeps nothing: looking at a file leaves no load behind."""

    def find_load(self, load_id: str) -> "Load | None":
        """Return nothing."""
        del load_id
        return None

    def save_load(self, load: "Load", quarantine: "Iterable[QuarantinedRow]") -> None:
        """Let a load go."""

    def loads(
        self, use_case: str, as_of: datetime, purpose: "Purpose", *, faulty: bool = False
    ) -> "tuple[Load, ...]":
        """Return no loads."""
        del use_case, as_of, purpose, faulty
        return ()

    def faulty_loads(self, use_case: str, as_of: datetime) -> "tuple[Load, ...]":
        """Return no loads."""
        del use_case, as_of
        return ()

    def quarantined(self, load_id: str) -> "Iterator[QuarantinedRow]":
        """Return no rows."""
        del load_id
        return iter(())

    def mark_replayed(self, load_id: str, row_numbers: Iterable[int], replayed_in: str) -> int:
        """Mark no rows."""
        del load_id, row_numbers, replayed_in
        return 0


def write_features(
    use_case: str, file: Path, output: Path, progress: "Progress | None" = None
) -> dict[str, Any]:
    """Read a file by the contract and write its features; the database is left alone.

    Args:
        use_case: Name of the use case.
        file: CSV or Parquet, with or without outcomes.
        output: CSV, JSON or Parquet, by its name; readers see all of it or what was there.
        progress: Who watches.

    Returns:
        ``output``, ``rows`` written, ``rows_quarantined``, ``rows_duplicate``, ``columns``.

    Raises:
        SourceError: The file is not what it claims to be, or ``output`` cannot be written.
        ContractError: The rows broke the contract beyond its limits. Nothing was written.
    """
    from lead_scoring.io.lead_files import format_of
    from lead_scoring.io.lead_files import opened_for_writing
    from lead_scoring.io.lead_files import write_frames
    from lead_scoring.io.scratch import scratch_folder
    from lead_scoring.io.snapshots import SnapshotReader
    from lead_scoring.pipelines.features import KEYS
    from lead_scoring.pipelines.features import prepared_leads

    config, watcher, form = load_use_case(use_case), progress or Logged(), format_of(output)
    with scratch_folder() as folder:
        load = _load(use_case, file, str(folder), watcher)
        reader = SnapshotReader(load_platform().engine_memory)
        frames = prepared_leads(config, load, snapshots=reader, progress=watcher)
        with opened_for_writing(output) as stream:
            rows = write_frames(frames, stream, form)
    return {
        "output": str(output),
        "rows": rows,
        "rows_quarantined": load.rows_quarantined,
        "rows_duplicate": load.rows_duplicate,
        "columns": [*KEYS, *config.features.names],
    }


def _load(use_case: str, file: Path, folder: str, progress: "Progress") -> "Load":
    from lead_scoring.core.records import Purpose
    from lead_scoring.core.records import Window
    from lead_scoring.io.snapshot_files import SnapshotFiles
    from lead_scoring.io.sources import open_source
    from lead_scoring.io.staging import Staging
    from lead_scoring.pipelines.data import load_leads

    config, platform, window = load_use_case(use_case), load_platform(), Window()
    source = open_source(
        config,
        located(platform.data),
        window=window,
        batch_rows=platform.batch_rows,
        location=str(file.resolve()),
    )
    return load_leads(
        config,
        clock.now(),
        window=window,
        purpose=Purpose.SCORE_ONLY,
        source=source,
        staging=Staging(platform.engine_memory),
        snapshots=SnapshotFiles(folder),
        loads=Unkept(),
        progress=progress,
    )
