"""What comes of joining files: every lead once, what matches, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lead_scoring.config.joins import JoinedSource as JoinedConfig
from lead_scoring.errors import SourceError
from lead_scoring.io.csv_source import CsvSource
from lead_scoring.io.joined_source import JoinedSource
from lead_scoring.io.parquet_source import ParquetSource

ORDERS = "id,customer\no1,c1\no2,c2\no3,\no4,c9\no5,c1\n"
CUSTOMERS = "key,city\nc1,bonn\nc2,ulm\nc3,kiel\n"
ITEMS = (
    "order,place,product,price,sent\n"
    "o1,2,p2,5.5,2024-01-02\no1,1,p1,1.5,2024-01-01\no1,3,p1,,2024-01-03\n"
    "o2,1,p2,2,2024-02-01\no9,1,p1,7,2024-02-01\n"
)
ITEMS_HEADER = "order,place,product,price,sent\n"
PRODUCTS = "product,kind\np1,book\np2,toy\n"
CITY = {
    "name": "customers",
    "kind": "csv",
    "location": "customers.csv",
    "key": {"customer": "key"},
    "take": ["city"],
}
PER_ORDER: dict[str, Any] = {
    "name": "items",
    "kind": "csv",
    "location": "items.csv",
    "key": {"id": "order"},
    "types": {"place": "integer", "sent": "timestamp"},
    "aggregate": {
        "items": {"by": "count"},
        "prices": {"by": "count", "of": "price"},
        "value": {"by": "sum", "of": "price"},
        "places": {"by": "sum", "of": "place"},
        "dearest": {"by": "max", "of": "price"},
        "mean_price": {"by": "mean", "of": "price"},
        "first_sent": {"by": "min", "of": "sent"},
        "kinds": {"by": "nunique", "of": "kind"},
        "kind": {"by": "mode", "of": "kind"},
        "first_kind": {"by": "first", "of": "kind", "ordered_by": "place"},
        "last_price": {"by": "last", "of": "price", "ordered_by": "place"},
    },
    "joins": [
        {
            "name": "products",
            "kind": "csv",
            "location": "products.csv",
            "key": "product",
            "take": ["kind"],
        }
    ],
}


def joined(
    folder: Path, *joins: dict[str, Any], batch_rows: int = 2, **files: str
) -> JoinedSource:
    """Write the files, where they are not there yet, and open them as one source."""
    written = {"orders": ORDERS, "customers": CUSTOMERS, "items": ITEMS, "products": PRODUCTS}
    for name, content in (written | files).items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    config = JoinedConfig.model_validate(
        {
            "kind": "joined",
            "main": {"kind": "csv", "location": "orders.csv"},
            "joins": list(joins),
        }
    )

    def open_file(file: Any) -> CsvSource | ParquetSource:
        if file.kind == "parquet":
            return ParquetSource(str(folder / file.location), batch_rows)
        return CsvSource(str(folder / file.location), file, batch_rows)

    return JoinedSource(config, open_file(config.main), open_file, 64)


def rows(source: JoinedSource) -> list[dict[str, Any]]:
    """Read a source to its end."""
    return [row for batch in source.batches() for row in batch.table.to_pylist()]


def test_every_row_of_the_main_file_comes_once_in_its_order(tmp_path):
    """Rows without a match, or without a key, keep their place; what is joined is missing."""
    source = joined(tmp_path, CITY)
    batches = list(source.batches())

    assert [n for batch in batches for n in batch.row_numbers.tolist()] == [1, 2, 3, 4, 5]
    assert [n for batch in batches[1:] for n in batch.lines.tolist()] == [2, 3, 4, 5, 6]
    assert [row["city"] for batch in batches for row in batch.table.to_pylist()] == [
        "bonn", "ulm", None, None, "bonn",
    ]  # fmt: skip


def test_what_matches_and_what_does_not_is_counted(tmp_path):
    """Both ways: rows without a match, and rows of the joined file that nobody asked for."""
    source = joined(tmp_path, CITY)
    rows(source)

    (note,) = source.warnings
    assert note.startswith("joins.customers: 3 of 5 rows have a match, 2 have none")
    assert note.endswith("1 of the file's 3 rows belong to none")


def test_a_flag_says_whether_the_key_is_there(tmp_path):
    """It may stand alone, and a key that stands twice changes nothing then."""
    flag = {**CITY, "take": {}, "matched_as": "known"}
    source = joined(tmp_path, flag, customers=CUSTOMERS + "c1,bonn\n")

    assert [row["known"] for row in rows(source)] == [True, True, False, False, True]


def test_many_rows_per_key_become_aggregates(tmp_path):
    """Counted by hand: o1 has three items, one without a price; o3 has none."""
    found = {row["id"]: row for row in rows(joined(tmp_path, PER_ORDER))}

    first = {name: found["o1"][name] for name in PER_ORDER["aggregate"]}
    assert first.pop("first_sent").isoformat() == "2024-01-01T00:00:00+00:00"
    assert first == {
        "items": 3, "prices": 2, "value": 7.0, "places": 6, "dearest": 5.5, "mean_price": 3.5,
        "kinds": 2, "kind": "book", "first_kind": "book", "last_price": "5.5",
    }  # fmt: skip
    assert found["o2"]["kind"] == "toy"
    empty = {name: found["o3"][name] for name in PER_ORDER["aggregate"]}
    assert {name: value for name, value in empty.items() if value is not None} == {
        "items": 0, "prices": 0, "kinds": 0,
    }  # fmt: skip


def test_equally_frequent_values_give_the_smallest(tmp_path):
    """Otherwise the same files could give another load."""
    source = joined(
        tmp_path, PER_ORDER, items=ITEMS.replace("o1,3,p1,,", "o1,3,p2,,") + "o1,4,p1,1,\n"
    )

    assert rows(source)[0]["kind"] == "book"


def test_a_repeated_key_is_refused_with_its_rows(tmp_path):
    """Nobody could say which of the two cities is the customer's."""
    source = joined(tmp_path, CITY, customers=CUSTOMERS + "c1,oslo\n")

    with pytest.raises(SourceError, match=r"'key' must stand once.*'c1' in rows 1 and 4.*keep"):
        rows(source)


@pytest.mark.parametrize(("which", "city"), [("newest", "oslo"), ("oldest", "bonn")])
def test_the_row_to_keep_may_be_said(tmp_path, which, city):
    """Rows without an instant count only where there is no other; what is left out is counted."""
    customers = "key,city,at\nc1,rome,\nc1,bonn,2024-01-01\nc1,oslo,2024-01-02\nc2,ulm,\n"
    join = {**CITY, "keep": {which: "at"}, "types": {"at": "timestamp"}}
    source = joined(tmp_path, join, customers=customers)
    found = rows(source)

    assert [row["city"] for row in found] == [city, "ulm", None, None, city]
    assert source.warnings[0].endswith("2 rows repeat a key and were left out")


def test_a_key_may_be_several_columns(tmp_path):
    """All of them must agree."""
    join = {
        "name": "stock", "kind": "csv", "location": "stock.csv", "key": ["product", "place"],
        "take": {"left": "stock"},
    }  # fmt: skip
    (tmp_path / "stock.csv").write_text("place,product,stock\n1,p1,4\n2,p1,5\n1,p2,6\n")
    source = joined(tmp_path, join, orders=ITEMS)

    assert [row["left"] for row in rows(source)] == [None, "4", None, "6", "4"]


def test_a_later_join_may_use_what_an_earlier_one_added(tmp_path):
    """Files hang on each other in a chain."""
    zone = {**CITY, "name": "zones", "location": "zones.csv", "key": "city", "take": ["zone"]}
    (tmp_path / "zones.csv").write_text("city,zone\nbonn,west\n")

    assert [row["zone"] for row in rows(joined(tmp_path, CITY, zone))] == [
        "west", None, None, None, "west",
    ]  # fmt: skip


def test_parquet_and_csv_join_each_other(tmp_path):
    """Keys are compared as text, so that a number is itself in both."""
    pq.write_table(pa.table({"key": [1, 2], "city": ["bonn", None]}), tmp_path / "c.parquet")
    join = {**CITY, "kind": "parquet", "location": "c.parquet"}
    source = joined(tmp_path, join, orders="id,customer\no1,1\no2,2\no3,3\n")

    assert [row["city"] for row in rows(source)] == ["bonn", None, None]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"customers": "key,city\nc1,bonn\nc2\n"}, r"customers\.csv.*line 3: 1 fields where"),
        ({"customers": "key,town\n"}, r"customers\.csv.*no column 'city'; it has key, town"),
        ({"orders": "id,buyer\no1,c1\n"}, r"orders\.csv.*customers.*no column 'customer'"),
        ({"orders": "id,customer,city\n"}, r"'city' is a column already"),
        ({"customers": "key,city,key\nc1,a,b\n"}, r"has 2 columns 'key'"),
    ],
)
def test_a_file_that_cannot_be_joined_is_refused(tmp_path, files, message):
    """The message names file, line or column."""
    with pytest.raises(SourceError, match=message):
        rows(joined(tmp_path, CITY, **files))


def test_a_value_of_another_type_is_refused_with_its_line(tmp_path):
    """A sum of what is no number would be a lie."""
    source = joined(tmp_path, PER_ORDER, items=ITEMS.replace("5.5", "5;5"))

    with pytest.raises(SourceError, match=r"items\.csv.*line 2, column 'price': '5;5' is no num"):
        rows(source)


def test_columns_may_have_any_name(tmp_path):
    """A name is never part of a query."""
    evil = 'city"; DROP TABLE lookup_0; --'
    join = {**CITY, "take": {evil: evil}}
    source = joined(
        tmp_path, join, customers=CUSTOMERS.replace("city", '"' + evil.replace('"', '""') + '"')
    )

    assert rows(source)[0][evil] == "bonn"


@pytest.mark.slow
def test_the_digest_is_that_of_all_files(tmp_path):
    """A change in any file is another source; the order of reading is not."""
    digests = []
    for customers in (CUSTOMERS, CUSTOMERS, CUSTOMERS.replace("kiel", "jena")):
        source = joined(tmp_path, CITY, customers=customers)
        rows(source)
        digests.append(source.digest)

    assert digests[0] == digests[1] != digests[2]


@pytest.mark.slow
def test_how_rows_are_cut_into_batches_changes_nothing(tmp_path):
    """The same files give the same rows."""
    assert rows(joined(tmp_path, PER_ORDER, batch_rows=2)) == rows(
        joined(tmp_path, PER_ORDER, batch_rows=1000)
    )


def test_many_rows_are_counted_right(tmp_path):
    """Counts are right whatever the engine kept in memory and what on disk."""
    random = np.random.default_rng(0)
    lines = [f"o{n % 5},1,{value},1,\n" for n, value in enumerate(random.integers(0, 9, 60_000))]
    join = {**PER_ORDER, "joins": [], "aggregate": {"items": {"by": "count"}}}
    source = joined(tmp_path, join, batch_rows=50_000, items=ITEMS_HEADER + "".join(lines))

    assert [row["items"] for row in rows(source)] == [12_000, 12_000, 12_000, 12_000, 0]
