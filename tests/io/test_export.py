"""Files for other systems: only what changed, whole, and the same when they are written again."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from made import USE_CASE
from made import day
from made import make_batch
from made import make_outcomes
from made import make_scores

from lead_scoring.config.export import ExportConfig
from lead_scoring.core.records import BatchStatus
from lead_scoring.errors import GateError
from lead_scoring.errors import SourceError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io import lead_streams
from lead_scoring.io.export_files import ExportFiles
from lead_scoring.io.lead_files import Format
from lead_scoring.io.lead_files import write_frames
from lead_scoring.io.lead_queries import LeadFilter
from lead_scoring.pipelines.export import export_batch


class Exporting:
    """Publishes batches and exports them, as the inference pipeline does."""

    def __init__(self, database, folder: Path, form: Format = Format.CSV, **config) -> None:
        self.database = database
        self.folder = folder / USE_CASE
        self.config = ExportConfig(location=str(folder), format=form.value, **config)
        self.files = ExportFiles(str(folder), form)

    def publish(self, name: str, number: int, probabilities: dict[str, float]) -> None:
        """Publish the scores of a batch."""
        rows = {"rows_in": len(probabilities), "rows_scored": len(probabilities)}
        batch = make_batch(batch_id=name, as_of=day(number), rows_skipped=0, **rows)
        self.database.save_batch(batch, [make_scores(probabilities)])

    def __call__(self, name: str, write=None) -> pd.DataFrame:
        """Export after a batch; return what the file holds."""
        given = {"exports": self.database, "write": write or self.files.write}
        made = export_batch(USE_CASE, name, self.config, **given)
        return pd.read_csv(made.file)


@pytest.fixture
def exporting(either_database, tmp_path) -> Exporting:
    """Give exports of changed leads, as CSV."""
    return Exporting(either_database, tmp_path / "out")


@pytest.mark.slow
def test_only_new_and_changed_leads_go_out(exporting):
    """The first file holds all, the next one the lead that moved and the one that came."""
    exporting.publish("one", 10, {"ann": 0.9, "bob": 0.1, "eve": 0.3})
    first = exporting("one")
    exporting.publish("two", 12, {"ann": 0.9, "bob": 0.6, "eve": 0.3, "new": 0.4})
    second = exporting("two")
    exporting.publish("three", 13, {"ann": 0.9, "bob": 0.6, "eve": 0.3, "new": 0.4})
    third = exporting("three")

    assert first["lead_id"].tolist() == ["ann", "eve", "bob"]
    assert second["lead_id"].tolist() == ["bob", "new"]
    assert second["probability"].tolist() == [0.6, 0.4]
    assert third["lead_id"].tolist() == []
    assert sorted(path.name for path in exporting.folder.iterdir()) == [
        "20240110T000000Z_one.csv",
        "20240112T000000Z_two.csv",
        "20240113T000000Z_three.csv",
    ]


@pytest.mark.slow
def test_all_leads_go_out_where_the_config_says_so(either_database, tmp_path):
    """Without only_changed each file is the whole list of open leads."""
    exporting = Exporting(either_database, tmp_path, only_changed=False)
    exporting.publish("one", 10, {"ann": 0.9, "bob": 0.1})
    exporting("one")
    exporting.publish("two", 12, {"ann": 0.9})

    assert exporting("two")["lead_id"].tolist() == ["ann", "bob"]


def killed(_batch, _leads):
    """Die before a file is written."""
    raise InterruptedError


def test_what_failed_goes_out_when_it_is_tried_again(exporting):
    """Killed after the plan or after the file, the same leads are written again, once."""

    def killed_late(batch, leads):
        exporting.files.write(batch, leads)
        raise InterruptedError

    exporting.publish("one", 10, {"ann": 0.9, "bob": 0.1})
    for failing in (killed, killed_late):
        with pytest.raises(InterruptedError):
            exporting("one", failing)
    exporting("one")
    (file,) = exporting.folder.iterdir()
    before = file.read_bytes()
    exporting("one", killed)

    assert pd.read_csv(file)["lead_id"].tolist() == ["ann", "bob"]
    assert file.read_bytes() == before


def test_what_failed_goes_out_with_the_next_batch(exporting):
    """No lead is lost where nobody tries again, and none goes out twice where somebody does."""
    exporting.publish("one", 10, {"ann": 0.9, "bob": 0.1})
    with pytest.raises(InterruptedError):
        exporting("one", killed)
    exporting.publish("two", 12, {"ann": 0.8})
    newer, late = exporting("two"), exporting("one")

    assert dict(zip(newer["lead_id"], newer["probability"], strict=True)) == {
        "ann": 0.8,
        "bob": 0.1,
    }
    assert late.empty


def test_what_is_not_published_does_not_go_out(exporting):
    """A held batch, and one that is not there, are refused; nothing is written."""
    held = make_batch(batch_id="held", status=BatchStatus.HELD)
    exporting.database.save_batch(held, [make_scores({"ann": 0.9, "bob": 0.1})])

    with pytest.raises(GateError, match="held is held, not published: nothing was exported"):
        exporting("held")
    with pytest.raises(UnknownIdError, match="no batch 'none'"):
        exporting("none")
    assert not exporting.folder.exists()


def test_leads_come_in_pieces_of_one_type(either_database, tmp_path, monkeypatch):
    """Columns that are empty in a first piece have the type of the later ones."""
    monkeypatch.setattr(lead_streams, "PIECE", 2)
    exporting = Exporting(either_database, tmp_path)
    exporting.publish("one", 10, {f"lead_{number}": number / 10 for number in range(5)})
    pieces = list(either_database.lead_frames(USE_CASE, None, LeadFilter()))
    file = tmp_path / "leads.parquet"
    with file.open("wb") as stream:
        rows = write_frames(iter(pieces), stream, Format.PARQUET)

    assert [len(piece) for piece in pieces] == [2, 2, 1]
    assert len({tuple(piece.dtypes.map(str).items()) for piece in pieces}) == 1
    assert rows == pq.read_table(file).num_rows == 5
    assert "prediction" not in pieces[0].columns


def test_no_lead_is_a_file_with_a_header(either_database, tmp_path):
    """A list that is empty says so in its columns, in every format."""
    exporting = Exporting(either_database, tmp_path)
    exporting.publish("one", 10, {"ann": 0.9})
    known = make_outcomes([("ann", 1.0, day(9))])
    either_database.save_outcomes(USE_CASE, "load_1", [known])
    (frame,) = either_database.lead_frames(USE_CASE)

    assert frame.empty
    assert {"lead_id", "score", "grade"} <= {*frame.columns}


def test_more_than_a_sheet_holds_is_refused(tmp_path):
    """Excel's limit is named, with what to do instead."""
    frame = pd.DataFrame({"lead_id": pd.Series(["a"], dtype="str")})
    many = frame.loc[frame.index.repeat(1_048_576)]
    with (tmp_path / "leads.xlsx").open("wb") as stream, pytest.raises(SourceError, match="1,048"):
        write_frames([many], stream, Format.XLSX)
