"""A zoo of bad files: each is read right, or refused by name of file, line and column."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from loading import HEADER
from loading import ROW
from loading import Loader
from loading import loading_use_case

from lead_scoring.errors import ContractError
from lead_scoring.errors import SourceError

GOOD = {
    "lead_id": "a1",
    "created": datetime(2023, 1, 1, 10, tzinfo=UTC),
    "city": "delhi",
    "visits": 3,
    "amount": 1.5,
    "member": True,
    "outcome": 1.0,
}


@dataclass(frozen=True)
class Bad:
    """A file and what must become of it.

    Attributes:
        rows: Rows accepted, with the values that differ from the good row, by row number.
        refused: Rows in quarantine: rule, column, line and value, by row number.
        error: Texts that the error must have; the load fails.
        duplicate: Rows that are duplicates.
        warned: Text that a finding must have.
        source: Settings of the source.
        rules: Rules of the contract.
    """

    content: bytes
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    refused: dict[int, tuple[str, str, int, str]] = field(default_factory=dict)
    error: tuple[str, ...] = ()
    duplicate: int = 0
    warned: str = ""
    source: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)


def file(*rows: str, header: str = HEADER, end: str = "\n", encoding: str = "utf-8") -> bytes:
    """Make a file of a header and rows."""
    return "".join(f"{line}{end}" for line in (header, *rows)).encode(encoding)


def row(**values: str) -> str:
    """Make the good row with some fields replaced."""
    fields = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | values
    return ",".join(fields.values())


def typed(**values: str) -> Bad:
    """Make a file with one good row and one whose only field given cannot be read."""
    ((column, text),) = values.items()
    refused = {2: ("type", column, 3, text)}
    return Bad(file(row(id="b2"), row(**values)), rows={1: {"lead_id": "b2"}}, refused=refused)


def zipped() -> bytes:
    """Make a zip archive that holds a good file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("leads.csv", file(ROW))
    return buffer.getvalue()


HALF = HEADER.split(",")
ZOO: dict[str, Bad] = {
    "a good file": Bad(file(ROW), rows={1: {}}),
    "an empty file": Bad(b"", error=("leads.csv", "line 1", "empty")),
    "a byte order mark and nothing else": Bad(b"\xef\xbb\xbf", error=("line 1", "empty")),
    "blank lines only": Bad(b"\n\r\n \n", error=("line 1", "empty")),
    "a header only": Bad(file(), error=("0 rows", "min_rows")),
    "a header without line end": Bad(HEADER.encode(), error=("0 rows", "min_rows")),
    "a byte order mark": Bad(b"\xef\xbb\xbf" + file(ROW), rows={1: {}}),
    "a web page": Bad(
        b"<!DOCTYPE html><html>log in</html>", error=("line 1", "column 1", "web page")
    ),
    "a web page after blank lines": Bad(b"\n\n  <html>x</html>", error=("line 1", "web page")),
    "gzip": Bad(gzip.compress(file(ROW)), error=("line 1", "gzip")),
    "a zip archive": Bad(zipped(), error=("line 1", "zip archive")),
    "Parquet named CSV": Bad(b"PAR1" + bytes(50), error=("line 1", "Parquet")),
    "JSON": Bad(b'[{"id": "a1"}]', error=("line 1", "is unknown", "'id' is missing")),
    "a column twice": Bad(
        file(ROW + ",delhi", header=HEADER + ",city"),
        error=("line 1", "column 8: 'city'", "twice, first as column 3"),
    ),
    "an unknown column": Bad(
        file(ROW + ",x", header=HEADER + ",more"), error=("line 1", "column 8: 'more' is unknown")
    ),
    "a column spelt with a space": Bad(
        file(ROW, header=HEADER.replace("city", " city")),
        error=("column 3: ' city' is unknown; the contract has 'city'", "'city' is missing"),
    ),
    "a missing column": Bad(
        file(ROW.rsplit(",", 1)[0], header=HEADER.rsplit(",", 1)[0]),
        error=("line 1", "column 'won' is missing"),
    ),
    "another delimiter": Bad(
        file(ROW.replace(",", ";"), header=HEADER.replace(",", ";")),
        error=("line 1", "Set source.delimiter to ';'"),
    ),
    "columns in another order": Bad(
        file(",".join(reversed(ROW.split(","))), header=",".join(reversed(HALF))), rows={1: {}}
    ),
    "a surplus field in one row": Bad(
        file(ROW, row(id="b2") + ",x"),
        rows={1: {}},
        refused={2: ("fields", "", 3, "8 fields where the header has 7")},
    ),
    "a surplus field in every row": Bad(
        file(ROW + ",", ROW + ","),
        refused={1: ("fields", "", 2, "8 fields"), 2: ("fields", "", 3, "8 fields")},
    ),
    "a missing field": Bad(
        file("a1,2023-01-01", row(id="b2")),
        rows={2: {"lead_id": "b2"}},
        refused={1: ("fields", "", 2, "2 fields where the header has 7")},
    ),
    "a truncated last row": Bad(
        file(ROW) + b"b2,2023-01-0",
        rows={1: {}},
        refused={2: ("fields", "", 3, "2 fields")},
        warned="no line end",
    ),
    "no line end at the end": Bad(file(ROW)[:-1], rows={1: {}}, warned="no line end"),
    "shifted columns": Bad(
        file("x," + ROW.rsplit(",", 1)[0], ROW),
        rows={2: {}},
        refused={1: ("type", "created", 2, "a1")},
    ),
    "too many misfits": Bad(
        file(ROW, "x", "y"),
        error=("leads.csv", "fields", "2 of 3 rows", "line 3"),
        rules={"fields": {"action": "quarantine", "max_count": 1}},
    ),
    "misfits that are not allowed": Bad(
        file(ROW, "x"), error=("fields", "row 2, line 3"), rules={"fields": {"action": "fail"}}
    ),
    "blank lines between rows": Bad(
        file(ROW, "", row(id="b2", visits="x"), ""),
        rows={1: {}},
        refused={2: ("type", "visits", 4, "x")},
    ),
    "a line of spaces": Bad(file(ROW, "   "), rows={1: {}}, refused={2: ("fields", "", 3, "1 f")}),
    "Windows line ends": Bad(file(ROW, end="\r\n"), rows={1: {}}),
    "old Mac line ends": Bad(
        file(ROW, row(id="b2"), end="\r"), rows={1: {}, 2: {"lead_id": "b2"}}
    ),
    "mixed line ends": Bad(
        f"{HEADER}\r\n{ROW}\n{row(id='b2')}\r{row(id='c3', visits='x')}\n".encode(),
        rows={1: {}, 2: {"lead_id": "b2"}},
        refused={3: ("type", "visits", 4, "x")},
    ),
    "a quoted line end": Bad(
        file(row(city='"new\ndelhi"'), row(id="b2", visits="x")),
        rows={1: {"city": "new\ndelhi"}},
        refused={2: ("type", "visits", 4, "x")},
    ),
    "a quoted delimiter and quotes": Bad(
        file(row(city='"a, ""b"""')), rows={1: {"city": 'a, "b"'}}
    ),
    "a quoted header": Bad(file(ROW, header='"' + HEADER.replace(",", '","') + '"'), rows={1: {}}),
    "a quote inside an unquoted field": Bad(file(row(city='5" x')), rows={1: {"city": '5" x'}}),
    "a quote that is never closed": Bad(
        file(ROW, row(city='"delhi')), error=("leads.csv", "line 3", "column 3", "never closed")
    ),
    "text after a closing quote": Bad(
        file(ROW, row(city='"new"delhi')),
        error=("leads.csv", "line 3", "column 3", "text follows"),
    ),
    "a space before a quote": Bad(
        file(row(city=' "a,b"')), refused={1: ("fields", "", 2, "8 fields")}
    ),
    "a NUL byte": Bad(
        file(ROW, row(city="de\0lhi")), error=("leads.csv", "line 3", "'city'", "NUL")
    ),
    "Latin-1 named UTF-8": Bad(
        file(ROW, row(city="M\xfcnchen"), encoding="latin-1"),
        error=("leads.csv", "line 3", "'city'", "not utf-8", r"b'\xfc'"),
    ),
    "Latin-1 after a quoted line end": Bad(
        file(row(city='"a\nb"'), row(city="M\xfcnchen"), encoding="latin-1"),
        error=("line 4", "'city'", "not utf-8"),
    ),
    "Latin-1 in one row, set apart": Bad(
        file(ROW, row(city="M\xfcnchen"), row(id="c3"), encoding="latin-1"),
        rows={1: {}, 3: {"lead_id": "c3"}},
        refused={2: ("encoding", "city", 3, "byte b'\\xfc' is not utf-8")},
        rules={"encoding": {"action": "quarantine", "max_rate": 1.0}},
    ),
    "Latin-1 as configured": Bad(
        file(row(city="M\xfcnchen"), row(id="b2", visits="x"), encoding="latin-1"),
        rows={1: {"city": "M\xfcnchen"}},
        refused={2: ("type", "visits", 3, "x")},
        source={"encoding": "latin-1"},
    ),
    "a byte that cp1252 does not have": Bad(
        file(ROW) + b"b2,,\x81,,,,\n",
        error=("line 3", "'city'", "cp1252"),
        source={"encoding": "cp1252"},
    ),
    "UTF-8 named Latin-1": Bad(
        b"\xef\xbb\xbf" + file(ROW), error=("line 1", "UTF-8"), source={"encoding": "latin-1"}
    ),
    "UTF-16 named UTF-8": Bad(file(ROW, encoding="utf-16"), error=("line 1", "UTF-16")),
    "UTF-16 as configured": Bad(
        file(row(city="M\xfcnchen"), encoding="utf-16"),
        rows={1: {"city": "M\xfcnchen"}},
        source={"encoding": "utf-16"},
    ),
    "UTF-16 cut in the middle": Bad(
        file(ROW, encoding="utf-16")[:-1], error=("UTF-16",), source={"encoding": "utf-16"}
    ),
    "NA is a city": Bad(file(row(city="NA")), rows={1: {"city": "NA"}}),
    "null, None and nan are cities": Bad(
        file(row(id="1", city="null"), row(id="2", city="None"), row(id="3", city="nan")),
        rows={
            1: {"lead_id": "1", "city": "null"},
            2: {"lead_id": "2", "city": "None"},
            3: {"lead_id": "3", "city": "nan"},
        },
    ),
    "an empty field is missing": Bad(
        file("a1,,,,,,"),
        rows={
            1: dict.fromkeys(("created", "city", "visits", "amount", "member", "outcome")),
        },
    ),
    "a quoted empty field is missing": Bad(file(row(city='""')), rows={1: {"city": None}}),
    "a missing id": Bad(file(row(id="")), refused={1: ("nullable", "id", 2, "")}),
    "an id that is too long": Bad(
        file(row(id="x" * 129)), refused={1: ("pattern", "id", 2, "x" * 129)}
    ),
    "an id with leading zeros": Bad(file(row(id="007")), rows={1: {"lead_id": "007"}}),
    "an id above 2^53": Bad(
        file(row(id="9007199254740993"), row(id="9007199254740992")),
        rows={1: {"lead_id": "9007199254740993"}, 2: {"lead_id": "9007199254740992"}},
    ),
    "spaces around text": Bad(file(row(city=" delhi ")), rows={1: {"city": " delhi "}}),
    "a whole number above 2^53": Bad(
        file(row(visits="9007199254740993")), rows={1: {"visits": 9007199254740993}}
    ),
    "the largest whole number": Bad(
        file(row(visits=str(2**63 - 1))), rows={1: {"visits": 2**63 - 1}}
    ),
    "a whole number of 2^63": typed(visits=str(2**63)),
    "a whole number with leading zeros": typed(visits="007"),
    "a whole number with underscores": typed(visits="1_000"),
    "a whole number with a space": typed(visits=" 3"),
    "a fraction for a whole number": typed(visits="3.5"),
    "a whole number written as a float": Bad(file(row(visits="3.0")), rows={1: {}}),
    "a number in hexadecimal": typed(amount="0x10"),
    "a number with a decimal comma, quoted": Bad(
        file(row(amount='"1,5"')), refused={1: ("type", "amount", 2, "1,5")}
    ),
    "a number with a thousands separator": Bad(
        file(row(amount='"1,000"')), refused={1: ("type", "amount", 2, "1,000")}
    ),
    "a number that is not a number": typed(amount="nan"),
    "an infinite number": typed(amount="-inf"),
    "a number beyond all numbers": typed(amount="1e400"),
    "a number too small to be told from zero": typed(amount="1e-400"),
    "a number that would be rounded": typed(amount="9007199254740993"),
    "NA for a number": typed(amount="NA"),
    "a number in other digits": typed(amount="\u0661"),
    "a number with an exponent": Bad(file(row(amount="1.5e0")), rows={1: {}}),
    "yes for a boolean": typed(member="yes"),
    "booleans in capitals": Bad(file(row(member="TRUE")), rows={1: {}}),
    "a day first": typed(created="13/08/2021"),
    "a day that does not exist": typed(created="2021-02-30"),
    "a time that does not exist": typed(created="2021-02-03 24:00:00"),
    "seconds since 1970": typed(created="1628851449"),
    "nanoseconds": typed(created="2021-02-03 10:00:00.123456789"),
    "a time with an offset": Bad(file(row(created="2023-01-01T15:30:00+05:30")), rows={1: {}}),
    "a day without a time": Bad(
        file(row(created="2023-01-01")),
        rows={1: {"created": datetime(2023, 1, 1, tzinfo=UTC)}},
    ),
    "below the minimum": Bad(file(row(visits="-1")), refused={1: ("range", "visits", 2, "-1")}),
    "an outcome that is not allowed": Bad(
        file(row(won="2")), refused={1: ("allowed", "won", 2, "2")}
    ),
    "a row twice": Bad(file(ROW, ROW), rows={1: {}}, duplicate=1),
    "equal rows with other outcomes": Bad(
        file(ROW, row(won="0"), ROW),
        refused={n: ("contradicting_outcome", "won", n + 1, v) for n, v in ((1, "1"), (2, "0"))}
        | {3: ("contradicting_outcome", "won", 4, "1")},
    ),
    "a row again with its outcome": Bad(file(row(won=""), ROW), rows={2: {}}, duplicate=1),
    "an id with two contents": Bad(
        file(ROW, row(city="pune"), ROW),
        refused={1: ("unique", "id", 2, "a1"), 2: ("unique", "id", 3, "a1")},
        duplicate=1,
    ),
}


@pytest.mark.parametrize("name", ZOO)
def test_a_bad_file_is_read_right_or_refused(name: str, tmp_path: Path) -> None:
    """Every accepted value equals what the file says; everything else is refused by its place."""
    bad = ZOO[name]
    loader = Loader(tmp_path, loading_use_case(rules=bad.rules, source=bad.source))

    if bad.error:
        with pytest.raises((SourceError, ContractError)) as caught:
            loader.load_bytes(bad.content)
        assert [text for text in bad.error if text not in str(caught.value)] == []
        assert loader.loads.loads == {}
        assert not (tmp_path / "storage").exists()
        return

    loaded = loader.load_bytes(bad.content)
    accepted = {n: {key: values[key] for key in GOOD} for n, values in loaded.rows.items()}
    refused = {
        n: (row.rule, row.column, row.line, row.value[: len(bad.refused[n][3])])
        for n, row in loaded.refused.items()
    }

    assert accepted == {n: GOOD | values for n, values in bad.rows.items()}
    assert refused == bad.refused
    assert loaded.load.rows_duplicate == bad.duplicate
    assert loaded.load.conserved
    assert bad.warned in str(loaded.load.findings)


def test_the_zoo_is_large() -> None:
    """At least forty bad files are looked at."""
    assert len(ZOO) >= 40


def test_a_record_without_end_is_refused_before_it_fills_memory(tmp_path, monkeypatch) -> None:
    """A quote that is never closed in a large file is refused at the longest record's size."""
    monkeypatch.setattr("lead_scoring.io.csv_records.LONGEST_RECORD", 1000)
    monkeypatch.setattr("lead_scoring.io.csv_source.CHUNK", 100)
    content = file(ROW, row(city='"delhi'), *["x" * 90] * 100)

    with pytest.raises(SourceError, match="line 3: the record that begins here is longer"):
        Loader(tmp_path).load_bytes(content)
