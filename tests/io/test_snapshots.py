"""Snapshots on a disk and in a bucket."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window
from lead_scoring.errors import IntegrityError
from lead_scoring.io import snapshot_files
from lead_scoring.io.snapshot_files import SnapshotFiles
from lead_scoring.io.snapshots import SnapshotReader
from lead_scoring.io.storage import Folder

DAY = 86_400_000_000
SCHEMA = pa.schema(
    [
        ("row_number", pa.int64()),
        ("lead_id", pa.string()),
        ("created_at", pa.timestamp("us", tz="UTC")),
        ("outcome", pa.float64()),
        ("known_at", pa.timestamp("us", tz="UTC")),
        ("city", pa.string()),
        ("content", pa.string()),
    ]
)


def rows(leads: range, outcome: float | None = 1.0, city: str = "delhi") -> pa.RecordBatch:
    """Make one row per lead; lead ``i`` is created on day ``i`` and known a day later."""
    return pa.record_batch(
        {
            "row_number": list(range(1, len(leads) + 1)),
            "lead_id": [f"lead {i}" for i in leads],
            "created_at": [i * DAY for i in leads],
            "outcome": [outcome] * len(leads),
            "known_at": [(i + 1) * DAY for i in leads],
            "city": [city] * len(leads),
            "content": [f"{i:032d}" for i in leads],
        },
        schema=SCHEMA,
    )


@pytest.fixture(params=["disk", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an empty storage folder, on a disk and in a bucket."""
    if request.param == "disk":
        return str(tmp_path / "storage")
    return f"memory://storage/{tmp_path.name}"


@pytest.fixture
def save(storage: str) -> Callable[..., Load]:
    """Give a function that writes batches as a load's snapshot."""

    def write(*batches: pa.RecordBatch, load_id: str = "load_1", steps: list[str] | None = None):
        on_step = (steps if steps is not None else []).append
        found = SnapshotFiles(storage).write_snapshot(
            "leads",
            load_id,
            schema=SCHEMA,
            batches=lambda: batches,
            counts={"read": 0},
            on_step=on_step,
        )
        return Load(
            load_id=load_id,
            use_case="leads",
            purpose=Purpose.TRAIN_AND_SCORE,
            source="leads.csv",
            source_digest="s",
            contract_digest="c",
            window=Window(),
            as_of=datetime(2020, 1, 1, tzinfo=UTC),
            rows_read=found.rows,
            rows_accepted=found.rows,
            rows_quarantined=0,
            rows_duplicate=0,
            snapshot=found.uri,
            content_digest=found.content_digest,
        )

    return write


def instant(day: float) -> datetime:
    """Return an instant so many days after 1970 began."""
    return datetime.fromtimestamp(day * 86_400, tz=UTC)


def test_a_snapshot_gives_back_its_rows(save):
    """What was written is read, in order and without the working column."""
    load = save(rows(range(3)), rows(range(3, 5)))

    read = pa.Table.from_batches(SnapshotReader().batches(load, rows=2))

    assert read.column("lead_id").to_pylist() == [f"lead {i}" for i in range(5)]
    assert "content" not in read.column_names


def test_columns_come_as_asked(save):
    """Only the columns asked for are read, in that order."""
    load = save(rows(range(3)))

    batch = next(SnapshotReader().batches(load, ["city", "lead_id"]))

    assert batch.schema.names == ["city", "lead_id"]


def test_how_rows_are_cut_changes_no_byte(save):
    """Files and digests depend on the rows alone."""
    whole = save(rows(range(5)), load_id="load_1")
    cut = save(rows(range(5)).slice(0, 2), rows(range(5)).slice(2), load_id="load_2")
    names = [Folder(load.snapshot).sha256("part-00000.parquet") for load in (whole, cut)]

    assert names[0] == names[1]
    assert whole.content_digest == cut.content_digest


def test_many_rows_become_several_parts(save, monkeypatch):
    """A part holds a bounded number of rows, and the manifest names them all."""
    monkeypatch.setattr(snapshot_files, "ROWS_PER_GROUP", 2)
    monkeypatch.setattr(snapshot_files, "ROWS_PER_PART", 4)
    steps: list[str] = []
    load = save(rows(range(9)), steps=steps)

    assert steps == ["write_part_00000", "write_part_00001", "write_part_00002", "write_manifest"]
    assert sum(batch.num_rows for batch in SnapshotReader().batches(load)) == 9


def test_an_empty_snapshot_can_be_read(save):
    """No accepted rows is a snapshot with no rows, not a fault."""
    load = save()

    assert SnapshotReader().mature_rows([load], instant(9), 10).empty


def test_a_flipped_bit_is_noticed(save):
    """A part that is not the one recorded is never used."""
    load = save(rows(range(3)))
    folder = Folder(load.snapshot)
    content = bytearray(folder.read_bytes("part-00000.parquet"))
    content[len(content) // 2] ^= 1
    folder.write_bytes("part-00000.parquet", bytes(content))

    with pytest.raises(IntegrityError, match="SHA-256"):
        next(SnapshotReader().batches(load))


@pytest.mark.parametrize("name", ["part-00000.parquet", "manifest.json"])
def test_a_missing_file_is_noticed(save, name):
    """A snapshot without one of its files is not complete."""
    load = save(rows(range(3)))
    Folder(load.snapshot).remove(name)

    with pytest.raises(IntegrityError, match="load"):
        next(SnapshotReader().batches(load))
    assert not SnapshotReader().is_complete(load)


def test_a_damaged_manifest_is_noticed(save):
    """A manifest that is no JSON is an integrity error that says what to do."""
    load = save(rows(range(3)))
    Folder(load.snapshot).write_bytes("manifest.json", b"{")

    with pytest.raises(IntegrityError, match="restore it or load the source again"):
        next(SnapshotReader().batches(load))


def test_a_snapshot_is_never_changed(save):
    """Other content under the same load is refused, and what is there stays as it was."""
    load = save(rows(range(3)))

    with pytest.raises(IntegrityError, match="never changed"):
        save(rows(range(4)))
    assert SnapshotReader().is_complete(load)


def test_a_damaged_snapshot_is_healed_by_loading_again(save):
    """The same rows written again replace a part that was damaged, with the same bytes."""
    load = save(rows(range(3)))
    Folder(load.snapshot).write_bytes("part-00000.parquet", b"damaged")
    save(rows(range(3)))

    assert SnapshotReader().is_complete(load)


def test_leftovers_are_removed(save):
    """What a killed run left beside the parts is gone after the next run."""
    load = save(rows(range(3)))
    folder = Folder(load.snapshot)
    folder.write_bytes("part-00000.parquet.abc.part", b"half")
    folder.write_bytes("part-00007.parquet", b"old")
    save(rows(range(3)))

    assert folder.names() == ("manifest.json", "part-00000.parquet")


def test_mature_rows_are_those_known_by_then(save):
    """Lead i is known on day i + 1; later ones and those without outcome are left out."""
    load = save(rows(range(5)))
    unknown = save(rows(range(5, 9), outcome=None), load_id="load_2")

    frame = SnapshotReader().mature_rows([load, unknown], instant(3.5), 100)

    assert frame["lead_id"].tolist() == ["lead 0", "lead 1", "lead 2"]


def test_the_newest_load_of_a_lead_wins(save):
    """A lead in two loads is taken from the later one, also where that one is not mature."""
    old = save(rows(range(4), city="old"))
    new = save(rows(range(1, 3), city="new"), load_id="load_2")
    undone = save(rows(range(3, 4), outcome=None), load_id="load_3")

    frame = SnapshotReader().mature_rows([old, new, undone], instant(99), 100)

    assert frame[["lead_id", "city"]].to_numpy().tolist() == [
        ["lead 0", "old"],
        ["lead 1", "new"],
        ["lead 2", "new"],
    ]


def test_a_sample_does_not_depend_on_row_order(save):
    """More rows than the limit are sampled by lead, the same ones in any order of the source."""
    forward = save(rows(range(50)))
    backward = save(rows(range(49, -1, -1)), load_id="load_2")
    samples = [
        SnapshotReader().mature_rows([load], instant(99), 10)["lead_id"].tolist()
        for load in (forward, backward)
    ]

    assert len(samples[0]) == 10
    assert samples[0] == samples[1]


@pytest.mark.parametrize(
    ("after", "until", "leads"),
    [(None, None, [0, 1, 2, 3, 4]), (1, 3, [2, 3]), (None, 0, [0]), (3, None, [4])],
)
def test_rows_between_excludes_the_start_and_includes_the_end(save, after, until, leads):
    """The interval is open on the left and closed on the right."""
    load = save(rows(range(5)))
    bounds = [None if day is None else instant(day) for day in (after, until)]

    frame = SnapshotReader().rows_between([load], *bounds, limit=100)

    assert frame["lead_id"].tolist() == [f"lead {i}" for i in leads]


def test_a_load_recorded_with_other_content_is_refused(save):
    """The database's digest and the manifest's must agree."""
    load = replace(save(rows(range(3))), content_digest="other")

    with pytest.raises(IntegrityError, match="recorded is other"):
        next(SnapshotReader().batches(load))
