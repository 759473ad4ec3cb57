"""Loading, outcomes and replay, from files to snapshot and quarantine."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from loading import AS_OF
from loading import COLUMNS
from loading import HEADER
from loading import ROW
from loading import Loader
from loading import loading_use_case
from proofs import examples

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window
from lead_scoring.errors import ConfigError
from lead_scoring.errors import ContractError
from lead_scoring.errors import SourceChangedError
from lead_scoring.errors import SourceError
from lead_scoring.errors import TransientError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.snapshot_files import SnapshotFiles
from lead_scoring.io.snapshots import SnapshotReader
from lead_scoring.io.sources import open_source
from lead_scoring.io.staging import Staging
from lead_scoring.io.storage import Folder
from lead_scoring.pipelines.data import replay
from lead_scoring.pipelines.data import save_outcomes

INTERVAL = {"window": "interval"}
DERIVED = {"created_column": "created"}


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    """Give a loader with a storage folder of its own."""
    return Loader(tmp_path)


def lines(*rows: str) -> bytes:
    """Make a file of the usual header and rows."""
    return "\n".join([HEADER, *rows, ""]).encode()


def day(number: int) -> datetime:
    """Return an instant in January 2023."""
    return datetime(2023, 1, number, tzinfo=UTC)


def snapshot_bytes(uri: str) -> dict[str, bytes]:
    """Return every file of a snapshot."""
    folder = Folder(uri)
    return {name: folder.read_bytes(name) for name in folder.names()}


FIELD = st.sampled_from(
    ["", "1", "0", "2", "007", "1.5", "x", "NA", 'a"b', "a,b", "a\nb", "\r", " "]
)
WHEN = st.sampled_from(["", "2023-01-01", "2023-01-02 10:00:00", "2023-02-30", "yesterday"])
RECORD = st.tuples(
    st.sampled_from(["a", "b", "c", ""]), WHEN, FIELD, FIELD, FIELD, FIELD, st.sampled_from("012")
)
TABLE = st.lists(st.one_of(RECORD, st.lists(FIELD, min_size=2, max_size=9)), min_size=1)


def written(records: list[list[str]]) -> bytes:
    """Write records as CSV, quoted where they must be."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([HEADER.split(","), *records])
    return buffer.getvalue().encode()


@pytest.mark.slow
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=TABLE)
def test_every_row_is_accepted_quarantined_or_duplicate(tmp_path, records):
    """Whatever a file holds, its rows are conserved and nothing is accepted that is not in it."""
    loader = Loader(tmp_path)
    loaded = loader.load_bytes(written(records))
    load = loaded.load

    assert load.rows_read == len(records)
    assert load.conserved
    assert len(loaded.rows) == load.rows_accepted
    assert len(loaded.refused) == load.rows_quarantined
    assert not set(loaded.rows) & set(loaded.refused)
    for number, row in loaded.rows.items():
        given_id, _, city, visits, *_ = records[number - 1]
        assert row["lead_id"] == given_id
        assert (row["city"] or "") == city
        assert row["visits"] == (float(visits) if visits else None)


@pytest.mark.slow
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=TABLE, batch_rows=st.integers(1, 5))
def test_the_same_content_is_the_same_load(tmp_path, records, batch_rows):
    """Loading twice, in batches of any size, gives the same id, bytes and quarantine."""
    content = written(records)
    once, again = Loader(tmp_path), Loader(tmp_path)
    first = once.load_bytes(content)
    bytes_first = snapshot_bytes(first.load.snapshot)
    second = again.load_bytes(content, batch_rows=batch_rows)

    assert second.load == first.load
    assert snapshot_bytes(second.load.snapshot) == bytes_first
    assert second.refused == first.refused


@pytest.mark.slow
def test_the_order_of_loads_plays_no_part(tmp_path):
    """Two loads made in either order have the same ids, content and earliest instant."""
    contents = [lines(ROW), lines(ROW, ROW.replace("a1", "b2"))]
    instants = [AS_OF, AS_OF.replace(year=2025)]
    forward, backward = Loader(tmp_path / "f"), Loader(tmp_path / "b")
    for loader, order in ((forward, (0, 1, 0)), (backward, (1, 0, 1))):
        loader.folder.mkdir()
        for at in order:
            (loader.folder / "leads.csv").write_bytes(contents[at])
            loader.load(as_of=instants[at])

    def known(loader: Loader) -> dict[str, object]:
        return {
            key: replace(load, source="", snapshot="") for key, load in loader.loads.loads.items()
        }

    assert known(forward) == known(backward)


def test_an_earlier_instant_of_the_same_load_is_kept(loader):
    """A load is known since the earliest instant it was made for."""
    loader.load_bytes(lines(ROW), as_of=AS_OF)
    later = loader.load_bytes(lines(ROW), as_of=AS_OF.replace(year=2030))

    assert later.load.as_of == AS_OF


def test_files_outside_the_window_are_not_part_of_the_load(loader):
    """A file read by interval keeps its numbering; rows before and after the window are left."""
    loader.use_case = loading_use_case(source=INTERVAL)
    rows = [ROW.replace("a1", f"id{n}").replace("01-01", f"01-{n:02d}") for n in range(1, 6)]
    loaded = loader.load_bytes(lines(*rows), window=Window(day(2), day(4)))

    assert sorted(loaded.rows) == [2, 3]
    assert loaded.load.rows_read == 2


def test_rows_without_a_readable_time_belong_to_every_window(loader):
    """A row whose time cannot be read is quarantined, not silently left out."""
    loader.use_case = loading_use_case(source=INTERVAL)
    rows = [ROW, ROW.replace("2023-01-01", "2023-13-01"), "x"]
    loaded = loader.load_bytes(lines(*rows), window=Window(day(1), day(2)))

    assert sorted(loaded.refused) == [2, 3]
    assert loaded.load.conserved


def test_an_empty_window_refuses_the_load(loader):
    """A window without rows never turns green."""
    loader.use_case = loading_use_case(source=INTERVAL)

    with pytest.raises(ContractError, match=r"0 rows from 2023-03-01.*min_rows"):
        loader.load_bytes(
            lines(ROW),
            window=Window(datetime(2023, 3, 1, tzinfo=UTC), datetime(2023, 3, 2, tzinfo=UTC)),
        )


def test_an_empty_window_may_be_allowed(loader):
    """A contract with ``min_rows: 0`` accepts no rows as a load."""
    loader.use_case = loading_use_case(contract={"min_rows": 0})

    assert loader.load_bytes(lines()).load.rows_read == 0


def test_scoring_needs_no_outcome_column(loader):
    """A load that only scores reads a file without outcomes; one that trains refuses it."""
    content = b"id,created,city,visits,amount,member\na1,2023-01-01,delhi,3,1.5,true\n"
    loaded = loader.load_bytes(content, purpose=Purpose.SCORE_ONLY)

    assert loaded.rows[1]["outcome"] is None
    with pytest.raises(ContractError, match="'won' is missing"):
        loader.load_bytes(content)


def test_the_purpose_is_part_of_the_id(loader):
    """The same file loaded for scoring and for training is two loads."""
    train = loader.load_bytes(lines(ROW))
    score = loader.load_bytes(lines(ROW), purpose=Purpose.SCORE_ONLY)

    assert train.load.load_id != score.load.load_id
    assert train.load.content_digest == score.load.content_digest


def test_known_at_is_the_event_time_and_the_maturity(loader):
    """Three days after the event; nothing where there is no outcome."""
    rows = loader.load_bytes(lines(ROW, "b2,2023-01-01,,,,,")).rows

    assert rows[1]["known_at"] == datetime(2023, 1, 4, 10, tzinfo=UTC)
    assert rows[2]["known_at"] is None


def test_a_derived_id_knows_neither_outcome_nor_ignored_columns_nor_order(loader):
    """The id comes from the content: index, outcome and order of columns play no part."""
    columns = {name: column for name, column in COLUMNS.items() if name != "id"}
    ignored = {"ignore_columns": ["", "id"]}
    loader.use_case = loading_use_case(columns, lead=DERIVED, contract=ignored)
    one = loader.load_bytes(b",created,city,visits,amount,member,won\n0,2023-01-01,x,1,1.0,1,1\n")
    two = loader.load_bytes(
        b"won,city,created,visits,amount,member,\n,x,2023-01-01T00:00Z,1.0,1,true,9\n"
    )

    assert one.rows[1]["lead_id"] == two.rows[1]["lead_id"]
    assert len(one.rows[1]["lead_id"]) == 32


def test_neighbouring_values_are_not_mixed_up(loader):
    """A value that moves to the next column is another lead, whatever it holds."""
    columns = {name: {"type": "string"} for name in ("a", "b")} | {
        name: COLUMNS[name] for name in ("created", "visits", "city", "won")
    }
    loader.use_case = loading_use_case(columns, lead=DERIVED)
    header = "a,b,created,visits,city,won"
    values = ["x,,", ",x,", '"x;""b""=1:y",,', "x,y,", '"1:x",,', "0,,", "-0,,"]
    content = "\n".join([header, *(f"{value},1,delhi,1" for value in values), ""])

    assert len({row["lead_id"] for row in loader.load_bytes(content.encode()).rows.values()}) == 7


@pytest.mark.parametrize("kind", ["csv", "parquet", "folder", "sql"])
def test_every_kind_of_source_gives_the_same_leads(loader, tmp_path, kind):
    """The content decides, not the format it came in."""
    rows = [
        {"id": f"a{n}", "created": day(n), "city": None if n == 2 else "delhi", "visits": n}
        | {"amount": n / 2, "member": n > 1, "won": None if n == 3 else 1}
        for n in range(1, 5)
    ]
    expected = loader.load_bytes(
        lines(
            *(
                f"a{n},2023-01-{n:02d},{'' if n == 2 else 'delhi'},{n},{n / 2},{n > 1},"
                f"{'' if n == 3 else 1}"
                for n in range(1, 5)
            )
        )
    )
    table = pa.Table.from_pylist(rows)
    if kind == "csv":
        loaded = expected
    elif kind == "parquet":
        pq.write_table(table, tmp_path / "leads.parquet")
        loaded = loader.load("leads.parquet")
    elif kind == "folder":
        loader.use_case = loading_use_case(source={"kind": "parquet", "location": "parts"})
        (tmp_path / "parts").mkdir()
        pq.write_table(table.slice(0, 1), tmp_path / "parts" / "1.parquet")
        pq.write_table(table.slice(1), tmp_path / "parts" / "2.parquet")
        loaded = loader.load()
    else:
        loaded = loader.load(source=sql_source(loader, tmp_path, rows))

    assert loaded.rows == expected.rows
    assert loaded.load.content_digest == expected.load.content_digest


def sql_source(loader: Loader, folder: Path, rows: list[dict[str, object]], **given: object):
    """Put rows into a SQLite table and open it as a source."""
    url = f"sqlite:///{folder}/crm.db"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS leads")
        connection.exec_driver_sql(f"CREATE TABLE leads ({', '.join(COLUMNS)})")
        for row in rows:
            values = {**row, "created": row["created"].isoformat(), "member": str(row["member"])}
            connection.execute(
                sa.text(
                    "INSERT INTO leads VALUES (:id,:created,:city,:visits,:amount,:member,:won)"
                ),
                values,
            )
    engine.dispose()
    source = {
        "kind": "sql",
        "connection": "crm",
        "query": "SELECT * FROM leads ORDER BY id",
    } | given
    loader.use_case = loading_use_case(source=source)
    return open_source(
        loader.use_case,
        str(folder),
        window=Window(day(2), day(4)),
        batch_rows=2,
        environment={"LEAD_SCORING_CONNECTION_CRM": url},
    )


def crm_rows() -> list[dict[str, object]]:
    """Make three leads of a CRM."""
    return [
        {"id": f"a{n}", "created": day(n), "city": "x", "visits": n, "amount": 1.0, "member": True}
        | {"won": 1}
        for n in range(1, 4)
    ]


def test_a_query_gets_its_window_and_parameters_bound(loader, tmp_path):
    """Values are bound; text that looks like SQL stays a value."""
    source = sql_source(
        loader,
        tmp_path,
        crm_rows(),
        query="SELECT * FROM leads WHERE id <> :other AND created >= :window_from",
        parameters={"other": "' OR 1=1 --"},
        window="interval",
    )
    # SQLite binds an instant as text with a space; ISO text with a T sorts behind it.
    loaded = loader.load(source=source)

    assert [row["lead_id"] for row in loaded.rows.values()] == ["a2", "a3"]


@pytest.mark.parametrize(
    "query", ["SELEC 1", "SELECT * FROM leads WHERE id = :unbound", "INSERT INTO leads VALUES (1)"]
)
def test_a_query_that_cannot_be_run_changes_nothing(loader, tmp_path, query):
    """A wrong query is refused without a trace in the source or the storage."""
    source = sql_source(loader, tmp_path, crm_rows(), query=query)

    with pytest.raises((SourceError, TransientError), match="sql:crm"):
        loader.load(source=source)
    assert not (tmp_path / "storage").exists()


def test_a_connection_without_url_is_a_config_error(loader, tmp_path):
    """The message names the variable to set."""
    sql_source(loader, tmp_path, [])

    with pytest.raises(ConfigError, match="LEAD_SCORING_CONNECTION_CRM"):
        open_source(loader.use_case, "", window=Window(), batch_rows=1, environment={})


def test_a_source_in_a_bucket_is_read(loader):
    """Any fsspec URL will do."""
    bucket = Folder("memory://crm")
    bucket.write_bytes("leads.csv", lines(ROW))

    assert loader.load("memory://crm/leads.csv").rows[1]["lead_id"] == "a1"


@pytest.mark.parametrize("location", ["nothing.csv", "nothing.parquet", "memory://none/x.csv"])
def test_a_source_that_is_not_there_is_named(loader, location):
    """The message names the location and where to look."""
    with pytest.raises(SourceError, match=r"(nothing|none).*source.location"):
        loader.load(location)


@pytest.mark.parametrize("content", [b"", b"<html>", b"PAR1" + bytes(40) + b"PAR1"])
def test_a_file_that_is_not_parquet_is_refused(loader, tmp_path, content):
    """A damaged or foreign file is a source error that names it."""
    (tmp_path / "leads.parquet").write_bytes(content)

    with pytest.raises(SourceError, match=r"leads\.parquet"):
        loader.load("leads.parquet")


def test_parquet_values_that_do_not_fit_are_quarantined(loader, tmp_path):
    """NaN, a fraction for a whole number and a float for an id are refused, not bent."""
    table = pa.table(
        {
            "id": ["a", "b", "c"],
            "created": pa.array([day(1)] * 3, pa.timestamp("ns", tz="Asia/Kolkata")),
            "city": pa.array(["x", "y", "z"]).dictionary_encode(),
            "visits": [1.0, 1.5, 2.0],
            "amount": [1.0, 1.0, float("nan")],
            "member": [True, False, None],
            "won": pa.array([1, 0, None], pa.int8()),
        }
    )
    pq.write_table(table, tmp_path / "leads.parquet")
    loaded = loader.load("leads.parquet")

    assert loaded.rows[1]["created"] == day(1)
    assert {n: (r.rule, r.column, r.line) for n, r in loaded.refused.items()} == {
        2: ("type", "visits", None),
        3: ("type", "amount", None),
    }


@pytest.mark.parametrize("change", ["grow", "replace", "shrink"])
def test_a_file_that_changes_while_it_is_read_is_refused(loader, tmp_path, monkeypatch, change):
    """Nothing is kept of a source that is not what it was when reading began."""
    monkeypatch.setattr("lead_scoring.io.csv_source.CHUNK", 64)
    file = tmp_path / "leads.csv"
    file.write_bytes(lines(*(ROW.replace("a1", f"a{n}") for n in range(50))))
    source = open_source(loader.use_case, str(tmp_path), window=Window(), batch_rows=5)
    batches = source.batches()
    next(batches)
    if change == "grow":
        file.write_bytes(file.read_bytes() + ROW.encode())
    elif change == "shrink":
        file.write_bytes(lines(ROW))
    else:
        (tmp_path / "new.csv").write_bytes(file.read_bytes())
        (tmp_path / "new.csv").replace(file)

    with pytest.raises((SourceChangedError, SourceError), match=r"leads\.csv"):
        list(batches)


def test_a_value_that_may_stand_once_is_unique(loader):
    """Rows that share a unique value are set apart; duplicates of one row do not count."""
    columns = COLUMNS | {"city": {"type": "string", "unique": True}}
    loader.use_case = loading_use_case(columns)
    rows = [ROW, ROW, ROW.replace("a1", "b2"), ROW.replace("a1", "c3").replace("delhi", "")]
    loaded = loader.load_bytes(lines(*rows))

    assert {n: (r.rule, r.column) for n, r in loaded.refused.items()} == {
        1: ("unique", "city"),
        3: ("unique", "city"),
    }
    assert (sorted(loaded.rows), loaded.load.rows_duplicate) == ([4], 1)


def test_a_warning_keeps_the_row_and_counts_it(loader):
    """A rule that only warns is among the findings, with an example."""
    loader.use_case = loading_use_case(rules={"range": {"action": "warn"}})
    loaded = loader.load_bytes(lines(ROW.replace(",3,", ",-3,")))

    assert loaded.rows[1]["visits"] == -3
    assert [(f.rule, f.column, f.action, f.count, f.examples) for f in loaded.load.findings] == [
        ("range", "visits", "warn", 1, ("row 1, line 2: '-3'",))
    ]


def test_a_limit_that_is_passed_names_everything(loader):
    """Rule, column, count, rate, limit, row and line stand in the message; nothing is kept."""
    loader.use_case = loading_use_case(rules={"type": {"action": "quarantine", "max_rate": 0.1}})

    with pytest.raises(ContractError) as caught:
        loader.load_bytes(lines(ROW, ROW.replace(",3,", ",many,")))
    assert "type in 'visits': 1 of 2 rows, more than the 10.0000% allowed" in str(caught.value)
    assert "row 2, line 3: 'many'" in str(caught.value)
    assert loader.loads.loads == {}


def test_outcomes_are_those_known_by_then(loader):
    """An outcome counts from three days after the event on."""
    rows = [ROW, ROW.replace("a1", "b2").replace("01-01", "01-09"), "c3,2023-01-01,,,,,"]
    load = loader.load_bytes(lines(*rows)).load
    common = {"loads": loader.loads, "snapshots": SnapshotReader(), "outcomes": loader.loads}

    assert save_outcomes(load.load_id, day(5), **common, progress=loader.progress) == 1
    assert loader.loads.outcomes == {"a1": (1.0, datetime(2023, 1, 4, 10, tzinfo=UTC))}
    assert save_outcomes(load.load_id, day(30), **common, progress=loader.progress) == 2


def test_without_event_times_an_outcome_is_known_since_its_load(loader):
    """There is no other instant to name."""
    loader.use_case = loading_use_case(lead={"id_column": "id"})
    load = loader.load_bytes(lines(ROW)).load
    common = {"loads": loader.loads, "snapshots": SnapshotReader(), "outcomes": loader.loads}
    save_outcomes(load.load_id, AS_OF, **common, progress=loader.progress)

    assert loader.loads.outcomes == {"a1": (1.0, AS_OF)}


def replayed(loader: Loader, load_id: str):
    """Replay a load's quarantine."""
    return replay(
        load_id,
        AS_OF,
        use_case=loader.use_case,
        staging=Staging(),
        snapshots=SnapshotFiles(str(loader.folder / "storage")),
        loads=loader.loads,
        progress=loader.progress,
    )


def test_replay_accepts_what_is_good_now(loader):
    """After the contract is mended good rows become a load; the others stay where they are."""
    rows = [ROW, ROW.replace("a1", "b2").replace(",3,", ",-3,"), "x", ROW.replace(",3,", ",y,")]
    origin = loader.load_bytes(lines(*rows)).load
    columns = COLUMNS | {"visits": {"type": "integer", "min": -9}}
    loader.use_case = loading_use_case(columns)
    load = replayed(loader, origin.load_id)

    assert load is not None
    assert load.source == f"quarantine:{origin.load_id}"
    assert {n: r["visits"] for n, r in loader.read(load).rows.items()} == {2: -3}
    assert [row.row_number for row in loader.loads.quarantined(origin.load_id)] == [3, 4]
    assert replayed(loader, origin.load_id) is None


def test_replay_of_good_rows_reads_the_same_values(loader):
    """The raw row is the row as the file has it, missing values and line ends included."""
    row = 'b2,2023-01-01 10:00:00,"new\n""delhi""",3,,true,7'
    origin = loader.load_bytes(lines(row)).load
    raw = json.loads(next(loader.loads.quarantined(origin.load_id)).raw_row)
    columns = COLUMNS | {"won": {"type": "integer"}}
    loader.use_case = loading_use_case(columns)
    load = replayed(loader, origin.load_id)

    assert raw["city"] == 'new\n"delhi"'
    assert load is not None
    assert loader.read(load).rows == loader.load_bytes(lines(row)).rows


@pytest.mark.parametrize("row", [ROW, "x"])
def test_replay_of_nothing_is_nothing(loader, row):
    """A load without quarantine, or with rows that never had columns, makes no new load."""
    origin = loader.load_bytes(lines(ROW, row)).load

    assert replayed(loader, origin.load_id) is None


def test_an_unknown_load_is_refused(loader):
    """A load of another use case, or none, cannot be replayed."""
    with pytest.raises(UnknownIdError, match="load_1"):
        replayed(loader, "load_1")


@pytest.mark.real_data
def test_codepro_is_loaded_with_the_counts_it_is_known_for(real_data, tmp_path):
    """240,000 rows: 642 stand twice, 19 pairs contradict each other; every value is kept."""
    loader = Loader(tmp_path, load_use_case("codepro_leads"))
    loaded = loader.load(str(real_data / "codepro" / "leadscoring.csv"))

    counts = (loaded.load.rows_accepted, loaded.load.rows_quarantined, loaded.load.rows_duplicate)
    assert counts == (239_320, 38, 642)
    assert {row.rule for row in loaded.refused.values()} == {"contradicting_outcome"}
    with (real_data / "codepro" / "leadscoring.csv").open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            read = loaded.rows.get(number)
            if read is not None:
                assert f"{read['created_date']:%Y-%m-%d %H:%M:%S}" == row["created_date"]
                assert (read["city_mapped"] or "") == row["city_mapped"]
                assert read["first_utm_medium_c"] == row["first_utm_medium_c"]
                assert str(int(read["outcome"])) == row["app_complete_flag"]


@pytest.mark.real_data
def test_the_unlabelled_codepro_file_is_loaded_for_scoring(real_data, tmp_path):
    """24,991 rows without outcome are read where nothing is to be learned from them."""
    loader = Loader(tmp_path, load_use_case("codepro_leads"))
    file = str(real_data / "codepro" / "leadscoring_inference.csv")

    loaded = loader.load(file, purpose=Purpose.SCORE_ONLY)
    assert loaded.load.rows_read == 24_991
    assert loaded.load.conserved
    with pytest.raises(ContractError, match="'app_complete_flag' is missing"):
        loader.load(file)
