"""What tests of loading share: a small use case, stores in memory, one call that loads bytes."""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from fakes import FakeProgress

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.records import Window
from lead_scoring.io.snapshot_files import SnapshotFiles
from lead_scoring.io.snapshots import SnapshotReader
from lead_scoring.io.sources import open_source
from lead_scoring.io.staging import Staging
from lead_scoring.pipelines.data import load_leads
from lead_scoring.pipelines.data_ports import LeadSource

AS_OF = datetime(2024, 1, 1, tzinfo=UTC)
LENIENT: dict[str, Any] = {
    rule: {"action": "quarantine", "max_rate": 1.0}
    for rule in ("fields", "type", "nullable", "range", "allowed", "pattern", "unique")
} | {"contradicting_outcome": {"action": "quarantine", "max_rate": 1.0}}
COLUMNS: dict[str, Any] = {
    "id": {"type": "string", "nullable": False},
    "created": {"type": "timestamp"},
    "city": {"type": "string"},
    "visits": {"type": "integer", "min": 0},
    "amount": {"type": "number"},
    "member": {"type": "boolean"},
    "won": {"type": "integer", "allowed": [0, 1]},
}
HEADER = ",".join(COLUMNS)
ROW = "a1,2023-01-01 10:00:00,delhi,3,1.5,true,1"


def loading_use_case(
    columns: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
    source: dict[str, Any] | None = None,
    **given: Any,
) -> UseCase:
    """Make a use case with one column of each type whose limits never fail a load."""
    contract = {"columns": columns or COLUMNS, "rules": LENIENT | (rules or {})}
    values: dict[str, Any] = {
        "use_case": "leads",
        "title": "Made up",
        "description": "Leads made up for tests of loading.",
        "source": source
        if source and source.get("kind") in {"sql", "joined"}
        else {"kind": "csv", "location": "leads.csv"} | (source or {}),
        "lead": {"id_column": "id", "created_column": "created"},
        "outcome": {"column": "won", "maturity": "3d"},
        "contract": contract | given.pop("contract", {}),
        "features": {"numeric": ["visits"], "categorical": ["city"]},
    }
    return UseCase.model_validate(values | given)


@dataclass
class FakeLoads:
    """Loads and their quarantine, and outcomes, in memory."""

    loads: dict[str, Load] = field(default_factory=dict)
    quarantine: dict[str, dict[int, QuarantinedRow]] = field(default_factory=dict)
    replayed: dict[tuple[str, int], str] = field(default_factory=dict)
    outcomes: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    def find_load(self, load_id: str) -> Load | None:
        """Look the load up."""
        return self.loads.get(load_id)

    def save_load(self, load: Load, quarantine: Iterable[QuarantinedRow]) -> None:
        """Keep the load; the earlier instant stands."""
        known = self.loads.get(load.load_id, load)
        self.quarantine[load.load_id] = {row.row_number: row for row in quarantine}
        self.loads[load.load_id] = replace(load, as_of=min(known.as_of, load.as_of))

    def quarantined(self, load_id: str) -> Iterator[QuarantinedRow]:
        """Iterate over what was not replayed yet."""
        rows = self.quarantine.get(load_id, {})
        return (rows[n] for n in sorted(rows) if (load_id, n) not in self.replayed)

    def mark_replayed(self, load_id: str, row_numbers: Iterable[int], replayed_in: str) -> int:
        """Note where rows were accepted."""
        marks = {(load_id, number): replayed_in for number in row_numbers}
        self.replayed |= marks
        return len(marks)

    def save_outcomes(
        self, use_case: str, load_id: str, outcomes: Iterable[pa.RecordBatch]
    ) -> int:
        """Keep outcomes by lead."""
        del use_case, load_id
        rows = [row for batch in outcomes for row in batch.to_pylist()]
        self.outcomes |= {row["lead_id"]: (row["outcome"], row["known_at"]) for row in rows}
        return len(rows)


@dataclass
class Loaded:
    """A load, its accepted rows by row number, and its quarantined rows by row number."""

    load: Load
    rows: dict[int, dict[str, Any]]
    refused: dict[int, QuarantinedRow]


@dataclass
class Loader:
    """Loads into one storage folder."""

    folder: Path
    use_case: UseCase = field(default_factory=loading_use_case)
    loads: FakeLoads = field(default_factory=FakeLoads)
    progress: FakeProgress = field(default_factory=FakeProgress)

    def load_bytes(self, content: bytes, **given: Any) -> Loaded:
        """Write bytes to the source file and load it."""
        file = self.folder / "leads.csv"
        file.write_bytes(content)
        return self.load(str(file), **given)

    def load(
        self,
        location: str | None = None,
        *,
        as_of: datetime = AS_OF,
        window: Window | None = None,
        purpose: Purpose = Purpose.TRAIN_AND_SCORE,
        source: LeadSource | None = None,
        batch_rows: int = 50_000,
    ) -> Loaded:
        """Load a source and read back what became of it."""
        window = window or Window()
        load = load_leads(
            self.use_case,
            as_of,
            window=window,
            purpose=purpose,
            source=source
            or open_source(
                self.use_case,
                str(self.folder),
                window=window,
                batch_rows=batch_rows,
                location=location,
            ),
            staging=Staging(),
            snapshots=SnapshotFiles(str(self.folder / "storage")),
            loads=self.loads,
            progress=self.progress,
        )
        return self.read(load)

    def read(self, load: Load) -> Loaded:
        """Read a load's snapshot and quarantine."""
        batches = SnapshotReader().batches(load)
        rows = {row["row_number"]: row for batch in batches for row in batch.to_pylist()}
        return Loaded(load, rows, dict(self.loads.quarantine[load.load_id]))
