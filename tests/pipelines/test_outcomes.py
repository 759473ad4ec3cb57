"""Outcomes that come back in a file, on real files and both databases."""

from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from fakes import FakeProgress
from made import USE_CASE
from made import day
from made import make_batch
from made import make_outcomes
from made import make_scores
from made import make_use_case
from table_hash import table_hash

from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window
from lead_scoring.errors import ContractError
from lead_scoring.errors import GateError
from lead_scoring.io.database import Database
from lead_scoring.io.snapshot_files import SnapshotFiles
from lead_scoring.io.snapshots import SnapshotReader
from lead_scoring.io.sources import open_source
from lead_scoring.io.staging import Staging
from lead_scoring.io.tables import OUTCOMES
from lead_scoring.pipelines.data import replay
from lead_scoring.pipelines.outcomes import Returned
from lead_scoring.pipelines.outcomes import load_outcomes

AS_OF = day(30)
LEADS = ("ann", "bob", "cyd", "dee")


@dataclass
class Desk:
    """A database with four scored leads, and a folder for files."""

    database: Database
    folder: Path
    config = make_use_case()

    def load(self, *rows: str, name: str = "outcomes.csv") -> Returned:
        """Load a file of these lines under the header."""
        file = self.folder / name
        file.write_text("\n".join(["lead_id,outcome,known_at", *rows, ""]), encoding="utf-8")
        return load_outcomes(
            self.config,
            str(file),
            AS_OF,
            sources=lambda one: open_source(
                one, "", window=Window(), batch_rows=2, location=str(file)
            ),
            staging=Staging(),
            snapshots=SnapshotFiles(str(self.folder / "storage")),
            reader=SnapshotReader(64),
            loads=self.database,
            outcomes=self.database,
            progress=FakeProgress(),
        )

    def source_says(self, lead: str, outcome: float, known: int) -> None:
        """Let the data pipeline write an outcome."""
        made = make_outcomes([(lead, outcome, day(known))])
        self.database.save_outcomes(USE_CASE, "load_1", [made])

    def known(self) -> dict[str, tuple[float, int]]:
        """Return the outcome of each lead and the day it became known."""
        columns = (OUTCOMES.c.lead_id, OUTCOMES.c.outcome, OUTCOMES.c.known_at)
        with self.database.reading("outcomes") as connection:
            rows = connection.execute(sa.select(*columns)).all()
        return {lead: (outcome, (known - day(1)).days + 1) for lead, outcome, known in rows}


@pytest.fixture
def desk(either_database, tmp_path) -> Desk:
    """Give a desk whose leads were scored on the tenth."""
    batch = make_batch(rows_in=4, rows_scored=4, rows_skipped=0)
    either_database.save_batch(batch, [make_scores(dict.fromkeys(LEADS, 0.5))])
    return Desk(either_database, tmp_path)


def test_outcomes_come_back_and_close_their_leads(desk):
    """They stand beside the source's, and a lead whose outcome is known leaves the list."""
    desk.source_says("bob", 0.0, 12)
    found = desk.load("ann,1,2024-01-09", "dee,0,2024-01-20T05:00:00Z")

    assert desk.known() == {"ann": (1.0, 9), "bob": (0.0, 12), "dee": (0.0, 20)}
    assert (found.load.rows_read, found.load.rows_accepted, found.settled.new) == (2, 2, 2)
    assert found.load.purpose is Purpose.OUTCOMES
    assert set(desk.database.leads(USE_CASE)["lead_id"]) == {"bob", "cyd", "dee"}
    assert desk.database.status(USE_CASE).last_load is None


def test_each_bad_row_is_set_apart_with_line_value_and_rule(desk):
    """Nothing is lost or doubled: every line is accepted, quarantined or a duplicate."""
    desk.source_says("bob", 0.0, 12)
    found = desk.load(
        "ann,1,2024-01-20",
        "ann,1,2024-01-20",
        "cyd,won,2024-01-20",
        "dee,1,soon",
        ",1,2024-01-20",
        "zoe,1,2024-01-20",
        "bob,1,2024-01-12",
        "cyd,1,2024-02-20",
        "dee,1",
    )
    load = found.load
    rows = {row.line: row for row in desk.database.quarantined(load.load_id)}

    assert (load.rows_read, load.rows_accepted, load.rows_duplicate) == (9, 1, 1)
    assert load.conserved
    assert {line: (row.rule, row.column, row.value) for line, row in rows.items()} == {
        4: ("type", "outcome", "won"),
        5: ("type", "known_at", "soon"),
        6: ("nullable", "lead_id", ""),
        7: ("unknown_lead", "lead_id", "zoe, in no load and never scored"),
        8: ("conflict", "outcome", "1, but 0 is known since 2024-01-12T00:00:00Z"),
        9: ("not_yet_known", "known_at", "2024-02-20T00:00:00Z, after 2024-01-30T00:00:00Z"),
        10: ("fields", "", rows[10].value),
    }
    assert rows[7].raw_row == '{"lead_id": "zoe", "outcome": "1", "known_at": "2024-01-20"}'
    assert desk.known() == {"ann": (1.0, 20), "bob": (0.0, 12)}
    told = [(one.rule, one.count, one.examples) for one in load.findings]
    assert ("unknown_lead", 1, ("row 6, line 7: zoe, in no load and never scored",)) in told


def test_a_file_that_contradicts_itself_is_refused_for_that_lead(desk):
    """Two outcomes of one lead are both set apart, whichever came first."""
    found = desk.load("ann,1,2024-01-20", "bob,1,2024-01-20", "ann,0,2024-01-20")
    again = desk.load("cyd,1,2024-01-20", "cyd,0,2024-01-21", name="other.csv")

    assert set(desk.known()) == {"bob"}
    assert {row.rule for row in desk.database.quarantined(found.load.load_id)} == {
        "contradicting_outcome"
    }
    assert again.load.rows_quarantined == 2


@pytest.mark.slow
def test_loading_twice_changes_nothing(desk):
    """The same file is the same load: tables are the same byte for byte."""
    desk.source_says("bob", 0.0, 12)
    lines = ("ann,1,2024-01-20", "bob,1,2024-01-25", "zoe,1,2024-01-20", "cyd,1,2024-02-20")
    first = desk.load(*lines)
    before = table_hash(desk.database.engine)
    again = desk.load(*lines)

    assert table_hash(desk.database.engine) == before
    assert again.load.load_id == first.load.load_id
    assert (first.settled.new, first.settled.corrected) == (1, 1)
    assert (again.settled.new, again.settled.confirmed) == (0, 2)


CASES = [
    ((1.0, 12), (1, 15), (1.0, 12)),
    ((1.0, 15), (1, 12), (1.0, 12)),
    ((0.0, 12), (1, 15), (1.0, 15)),
    ((0.0, 15), (1, 12), (0.0, 15)),
    ((0.0, 12), (1, 12), (0.0, 12)),
]
"""What the source says, what the file says, and what stands: outcome and day it was known."""


@pytest.mark.slow
@pytest.mark.parametrize("file_first", [True, False])
def test_who_wins_depends_on_when_it_became_known_alone(desk, file_first):
    """Same outcome: the earlier instant; another: the later one, at a tie the source."""
    leads = [f"lead_{place}" for place in range(len(CASES))]
    batch = make_batch(batch_id="batch_2", load_id="load_2", rows_in=5, rows_scored=5)
    scores = make_scores(dict.fromkeys(leads, 0.5))
    desk.database.save_batch(replace(batch, rows_skipped=0), [scores])
    file = [
        f"{lead},{outcome},{day(known).date()}"
        for lead, (_, (outcome, known), _) in zip(leads, CASES, strict=True)
    ]
    if file_first:
        desk.load(*file)
    for lead, (of_source, _, _) in zip(leads, CASES, strict=True):
        desk.source_says(lead, *of_source)
    if not file_first:
        desk.load(*file)

    assert desk.known() == dict(zip(leads, [stands for _, _, stands in CASES], strict=True))


def test_a_newer_load_of_the_source_takes_the_place_of_the_older(desk):
    """Between loads of the source nothing changed: what it says now stands."""
    desk.source_says("ann", 1.0, 15)
    desk.source_says("ann", 0.0, 12)

    assert desk.known() == {"ann": (0.0, 12)}


def test_wrong_columns_keep_nothing(desk):
    """A file without the columns is refused whole and says which they are."""
    file = desk.folder / "wrong.csv"
    file.write_text("lead,outcome\nann,1\n", encoding="utf-8")
    with pytest.raises(ContractError, match="'lead_id' is missing"):
        load_outcomes(
            desk.config, str(file), AS_OF,
            sources=lambda one: open_source(
                one, "", window=Window(), batch_rows=2, location=str(file)
            ),
            staging=Staging(), snapshots=SnapshotFiles(str(desk.folder / "storage")),
            reader=SnapshotReader(64), loads=desk.database, outcomes=desk.database,
            progress=FakeProgress(),
        )  # fmt: skip

    assert desk.known() == {}


def test_the_quarantine_of_a_file_of_outcomes_is_mended_in_the_file(desk):
    """It holds no leads that could be replayed, and says what to do instead."""
    found = desk.load("zoe,1,2024-01-20")
    with pytest.raises(GateError, match="lead-scoring outcomes load made_up FILE"):
        replay(
            found.load.load_id, AS_OF, use_case=desk.config, staging=Staging(),
            snapshots=SnapshotFiles(str(desk.folder / "storage")), loads=desk.database,
            progress=FakeProgress(),
        )  # fmt: skip
