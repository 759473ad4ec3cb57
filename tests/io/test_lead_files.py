"""Files for people: safe in a spreadsheet, the same values in every format."""

import io
import json
import zipfile
from datetime import UTC
from datetime import datetime
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from lead_scoring.errors import SourceError
from lead_scoring.io.lead_files import Format
from lead_scoring.io.lead_files import format_of
from lead_scoring.io.lead_files import opened_for_writing
from lead_scoring.io.lead_files import write_frames

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def leads() -> pd.DataFrame:
    """Give two leads, one with a dangerous id."""
    return pd.DataFrame(
        {
            "lead_id": ["=HYPERLINK(1)", "b"],
            "margin": [-1.5, 2.0],
            "created_at": pd.to_datetime([datetime(2022, 2, 1, tzinfo=UTC), None]),
        }
    )


def written(frames, form) -> bytes:
    """Return what is written."""
    stream = io.BytesIO()
    write_frames(frames, stream, form)
    return stream.getvalue()


def cells(workbook) -> list[dict[str, str]]:
    """Return each row of a workbook's sheet: the text or number of each cell that has one.

    Read from the file as ECMA-376 describes it; a formula would be an element of its own.
    """
    with zipfile.ZipFile(workbook) as parts:
        sheet = ET.fromstring(parts.read("xl/worksheets/sheet1.xml"))  # noqa: S314 we wrote it
    assert sheet.find(f".//{SHEET}f") is None
    return [
        {
            cell.get("r").rstrip("0123456789"): "".join(cell.itertext())
            for cell in row.iter(f"{SHEET}c")
        }
        for row in sheet.iter(f"{SHEET}row")
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_workbook_holds_no_formula(start):
    """Text is text in a workbook, too, and numbers and dates are themselves."""
    frame = pd.DataFrame({"lead_id": [f"{start}1+1"], "margin": [-1.5]})
    head, row = cells(io.BytesIO(written([frame], Format.XLSX)))

    assert head == {"A": "lead_id", "B": "margin"}
    assert row["A"].replace("_x000D_", "\r") == f"{start}1+1"
    assert row["B"] == "-1.5"


def test_a_workbook_is_the_same_bytes_each_time(leads):
    """A repeated export is the same file; a missing value is an empty cell."""
    once, again = (written([leads], Format.XLSX) for _ in range(2))

    assert once == again
    assert [sorted(row) for row in cells(io.BytesIO(once))] == [
        ["A", "B", "C"],
        ["A", "B", "C"],
        ["A", "B"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_is_defused(start):
    """No spreadsheet runs a lead id as a formula."""
    text = written([pd.DataFrame({"lead_id": [f"{start}1+1"]})], Format.CSV).decode()

    assert f"'{start}1+1" in text


def test_negative_numbers_stay_numbers(leads):
    """Only text is defused: a negative margin is a number."""
    back = pd.read_csv(io.BytesIO(written([leads], Format.CSV)))

    assert back["margin"].tolist() == [-1.5, 2.0]
    assert back["lead_id"].tolist() == ["'=HYPERLINK(1)", "b"]
    assert back["created_at"].fillna("").tolist() == ["2022-02-01T00:00:00Z", ""]


def test_json_keeps_text_and_says_null(leads):
    """JSON needs no defusing; a missing instant is null."""
    back = json.loads(written([leads], Format.JSON))

    assert [lead["lead_id"] for lead in back] == ["=HYPERLINK(1)", "b"]
    assert [lead["created_at"] for lead in back] == ["2022-02-01T00:00:00Z", None]


def test_parquet_keeps_types(leads):
    """Parquet comes back as it was."""
    back = pd.read_parquet(io.BytesIO(written([leads], Format.PARQUET)))

    pd.testing.assert_frame_equal(back, leads)


@pytest.mark.parametrize("form", list(Format))
def test_chunks_are_one_file(leads, form):
    """Several frames make the same file as one."""
    read = {
        Format.CSV: pd.read_csv,
        Format.JSON: pd.read_json,
        Format.PARQUET: pd.read_parquet,
        Format.XLSX: cells,
    }
    whole = read[form](io.BytesIO(written([leads], form)))
    chunked = read[form](io.BytesIO(written([leads.iloc[:1], leads.iloc[1:]], form)))

    pd.testing.assert_frame_equal(pd.DataFrame(chunked), pd.DataFrame(whole))


@pytest.mark.parametrize("form", list(Format))
def test_no_leads_are_a_file_too(leads, form):
    """A frame without rows still gives columns, or an empty array."""
    content = written([leads.iloc[:0]], form)

    assert content
    assert b"HYPERLINK" not in content


def test_name_decides_the_format(tmp_path):
    """A known ending names the format, another one is refused."""
    assert format_of(tmp_path / "leads.CSV") is Format.CSV
    assert format_of(tmp_path / "leads.xlsx") is Format.XLSX
    with pytest.raises(SourceError, match=r"\.csv, \.json, \.parquet or \.xlsx"):
        format_of(tmp_path / "leads.doc")


def test_file_that_fails_half_way_is_not_there(tmp_path):
    """What was there before stays when writing fails."""
    path = tmp_path / "leads.csv"
    path.write_text("before")

    def fail_half_way() -> None:
        with opened_for_writing(path) as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_folder_that_is_not_there_is_named(tmp_path):
    """A file in a missing folder is refused by its name."""
    path = tmp_path / "nowhere" / "leads.csv"
    with pytest.raises(SourceError, match="nowhere"), opened_for_writing(path):
        pass
