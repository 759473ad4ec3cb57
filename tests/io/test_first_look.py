"""Looking at a file nobody described."""

import pandas as pd
import pytest

from lead_scoring.errors import SourceError
from lead_scoring.io.first_look import look

ROWS = [f"{number};Köln, Süd;{number / 2}" for number in range(200)]
TEXT = "\n".join(["id;city;amount", *ROWS]) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_encoding_and_delimiter_are_found(tmp_path, encoding):
    """The file is read as what it is, umlauts and commas in fields included."""
    file = tmp_path / "leads.csv"
    file.write_bytes(TEXT.encode(encoding))
    source, profile = look(str(file), "leads.csv", 50)

    assert (source.kind, source.encoding, source.delimiter) == ("csv", encoding, ";")
    assert profile.rows == 200
    assert profile.columns[1].levels == (("Köln, Süd", 200),)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_usual_delimiter_is_found(tmp_path, delimiter):
    """What parts most lines into the same number of fields is it."""
    file = tmp_path / "leads.txt"
    lines = [delimiter.join(["a", "b", "c"])] + [delimiter.join("123")] * 20
    file.write_text("\n".join(lines) + "\n")
    source, profile = look(str(file), "leads.txt", 50)

    assert source.delimiter == delimiter
    assert [column.name for column in profile.columns] == ["a", "b", "c"]


def test_parquet_is_known_by_its_content(tmp_path):
    """A file or a folder of Parquet keeps its types."""
    file = tmp_path / "part.data"
    pd.DataFrame({"won": [True, False], "score": [1.5, 2.5]}).to_parquet(file)
    source, profile = look(str(file), "part.data", 50)

    assert source.kind == "parquet"
    assert [column.type for column in profile.columns] == ["boolean", "number"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(
            "569,30,malignant\n1,2,3,4\n1,2,3,4\n", "first line a header", id="no header"
        ),
        pytest.param("a,b\n", "0 rows fit", id="no rows"),
        pytest.param("a,a\n1,2\n", "names \\['a'\\] twice", id="a name twice"),
        pytest.param("<html><body>not found</body></html>\n", "web page", id="no CSV"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, words):
    """The message says what was found instead."""
    file = tmp_path / "leads.csv"
    file.write_text(content)

    with pytest.raises(SourceError, match=words):
        look(str(file), "leads.csv", 50)
