"""Outcomes of files laid over snapshots, on real files."""

from datetime import timedelta

import pyarrow as pa
import pytest
from made import day
from made import make_load
from made import make_snapshot

from lead_scoring.core.records import Load
from lead_scoring.core.returned import ReturnedFile
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.io.snapshot_files import SnapshotFiles
from lead_scoring.io.snapshots import SnapshotReader

AS_OF = day(60)
KEYS = ("lead_id", "outcome", "known_at")


@pytest.fixture
def save(tmp_path):
    """Give a function that writes a table as the snapshot of a load."""

    def write(load_id: str, table: pa.Table, as_of=AS_OF) -> Load:
        content = pa.array([f"{n:032d}" for n in range(table.num_rows)])
        rows = table.append_column("content", content)
        found = SnapshotFiles(str(tmp_path)).write_snapshot(
            "leads",
            load_id,
            schema=rows.schema,
            batches=rows.to_batches,
            counts={"read": 0},
            on_step=lambda _step: None,
        )
        return make_load(
            load_id=load_id,
            as_of=as_of,
            snapshot=found.uri,
            content_digest=found.content_digest,
            rows_accepted=found.rows,
        )

    return write


def said(*rows: tuple[str, float, int]) -> pa.Table:
    """Make the rows of a file of outcomes."""
    leads, outcomes, known = zip(*rows, strict=True)
    numbers = range(1, len(rows) + 1)
    instants = pa.array([day(one) for one in known], pa.timestamp("us", tz="UTC"))
    return pa.table(
        {
            "row_number": pa.array(numbers, pa.int64()),
            "lead_id": pa.array(leads),
            "created_at": pa.nulls(len(rows), instants.type),
            "outcome": pa.array(outcomes),
            "known_at": instants,
        }
    )


def outcomes_of(reader, load, rows=50_000):
    """Read the outcome of each lead and the day it became known."""
    table = pa.Table.from_batches(reader.batches(load, KEYS, rows))
    return {
        row["lead_id"]: (row["outcome"], row["known_at"] and (row["known_at"] - day(1)).days + 1)
        for row in table.to_pylist()
    }


def test_rows_have_the_outcomes_that_stand(save):
    """However rows are cut; what is refused, or known only later, does not stand."""
    load = save("load_1", make_snapshot(40))
    file = said(
        ("lead_0030", 1.0, 45),
        ("lead_0031", 1.0, 45),
        ("lead_0032", 1.0, 61),
        ("lead_0001", 0.0, 50),
        ("stranger", 1.0, 45),
    )
    returned = ReturnedOutcomes(AS_OF, (ReturnedFile(save("load_2", file), (2,)),))
    reader = SnapshotReader(64)
    before = outcomes_of(reader, load)
    with reader.beside(returned) as settled:
        whole = outcomes_of(settled, load)
        assert outcomes_of(settled, load, 7) == whole
        assert next(settled.batches(load, ["visits"])) == next(reader.batches(load, ["visits"]))

    changed = {lead: now for lead, now in whole.items() if now != before[lead]}
    assert changed == {"lead_0030": (1.0, 45), "lead_0001": (0.0, 50)}


def test_of_several_files_the_newest_says_it(save):
    """It is known since they agree on it; of one instant, what came first stands."""
    load = save("load_1", make_snapshot(40))
    files = [
        said(("lead_0030", 1.0, 41), ("lead_0031", 0.0, 41), ("lead_0032", 1.0, 41)),
        said(("lead_0030", 1.0, 44), ("lead_0031", 1.0, 44), ("lead_0032", 0.0, 41)),
        said(("lead_0030", 1.0, 47), ("lead_0031", 1.0, 47)),
    ]
    made = tuple(ReturnedFile(save(f"file_{n}", file)) for n, file in enumerate(files))
    with SnapshotReader(64).beside(ReturnedOutcomes(AS_OF, made)) as settled:
        found = outcomes_of(settled, load)

    leads = ("lead_0030", "lead_0031", "lead_0032")
    assert [found[lead] for lead in leads] == [(1.0, 41), (1.0, 44), (1.0, 41)]


def test_mature_rows_are_found_by_the_outcomes_that_stand(save, caplog):
    """The newest row of a lead is laid over, and how many outcomes stand is logged."""
    loads = [
        save("load_1", make_snapshot(40), day(40)),
        save("load_2", make_snapshot(10, first=30), day(50)),
    ]
    file = said(("lead_0036", 1.0, 45), ("lead_0031", 0.0, 51), ("lead_0001", 0.0, 3))
    returned = ReturnedOutcomes(AS_OF, (ReturnedFile(save("file", file)),))
    reader = SnapshotReader(64)
    with reader.beside(returned) as settled, caplog.at_level("INFO"):
        rows = settled.mature_rows(loads, AS_OF, 100).set_index("lead_id")
    before = reader.mature_rows(loads, AS_OF, 100).set_index("lead_id")

    assert sorted(set(rows.index) - set(before.index)) == ["lead_0036"]
    assert (before["outcome"]["lead_0031"], rows["outcome"]["lead_0031"]) == (1.0, 0.0)
    assert "1 where the source has none that is known, 1 instead of the source's, 1 do" in (
        caplog.text
    )


def test_without_a_file_nothing_is_laid_over():
    """The reader is the same."""
    reader = SnapshotReader(64)
    with reader.beside(ReturnedOutcomes(AS_OF, window=timedelta(1))) as settled:
        assert settled is reader
