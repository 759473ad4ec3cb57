"""The platform database on real SQLite and real PostgreSQL."""

from datetime import UTC
from datetime import datetime

import pyarrow as pa
import pytest
import sqlalchemy as sa
from made import USE_CASE
from made import day
from made import make_batch
from made import make_decision
from made import make_load
from made import make_outcomes
from made import make_quarantined
from made import make_scores
from made import make_version
from table_hash import table_hash

from lead_scoring.config.loading import home
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Purpose
from lead_scoring.errors import ConfigError
from lead_scoring.errors import ConservationError
from lead_scoring.errors import GateError
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import TransientError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io import transactions
from lead_scoring.io.database import Database
from lead_scoring.io.lead_queries import LeadFilter
from lead_scoring.io.migrations import migrate
from lead_scoring.io.migrations import newest_revision
from lead_scoring.io.tables import METADATA
from lead_scoring.io.tables import SCORES
from lead_scoring.io.views import VIEWS

TWO = {"ann": 0.9, "bob": 0.1}


def current(database: Database) -> dict[str, str]:
    """Return the batch each current lead's score comes from."""
    leads = database.leads(USE_CASE, top=None)
    return dict(zip(leads["lead_id"], leads["batch_id"], strict=True))


def test_migrations_make_the_tables_of_the_package(either_url):
    """The revisions end in exactly the tables the code describes."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with Database.open(either_url, home()) as database, database.reading("all") as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "lead_scoring_alembic", "compare_type": True}
        )

        assert compare_metadata(context, METADATA) == []


def test_a_folder_without_migrations_is_named(tmp_path):
    """Where ``LEAD_SCORING_HOME`` is another folder, nobody has to read a stack trace."""
    with pytest.raises(ConfigError, match=r"there is no .*migrations; nothing was done"):
        migrate("sqlite:///own.db", tmp_path)


def test_migrating_twice_changes_nothing(either_url, either_database):
    """A database at the newest revision keeps its rows and its views."""
    either_database.save_load(make_load(), [])
    before = table_hash(either_database.engine)

    revision = migrate(either_url, home())

    assert revision == newest_revision(home())
    assert table_hash(either_database.engine) == before
    assert set(sa.inspect(either_database.engine).get_view_names()) == set(VIEWS)


def test_a_load_comes_back_as_it_was(either_database):
    """A load survives the database, window, findings and all."""
    either_database.save_load(make_load(), [make_quarantined(2)])

    assert either_database.find_load("load_1") == make_load()
    assert list(either_database.quarantined("load_1")) == [make_quarantined(2)]
    assert either_database.find_load("load_2") is None


def test_loading_again_keeps_the_earlier_as_of(either_database):
    """A load is known since the first time it was loaded, whatever is loaded later."""
    for number in (12, 10, 11):
        either_database.save_load(make_load(as_of=day(number)), [])

    assert either_database.find_load("load_1") == make_load(as_of=day(10))


def test_loads_are_those_known_at_as_of(either_database):
    """Loads of the future, of other purposes and of other use cases are not there."""
    either_database.save_load(make_load(load_id="load_b", as_of=day(2)), [])
    either_database.save_load(make_load(load_id="load_a", as_of=day(3)), [])
    either_database.save_load(make_load(load_id="late", as_of=day(20)), [])
    either_database.save_load(make_load(load_id="other", use_case="other"), [])
    either_database.save_load(make_load(load_id="file", purpose=Purpose.SCORE_ONLY), [])

    loads = either_database.loads(USE_CASE, day(10), Purpose.TRAIN_AND_SCORE)

    assert [load.load_id for load in loads] == ["load_b", "load_a"]


def test_replayed_rows_stay_replayed(either_database):
    """Saving the load again neither doubles its quarantine nor forgets what was replayed."""
    rows = [make_quarantined(2), make_quarantined(5)]
    either_database.save_load(make_load(), rows)
    marked = either_database.mark_replayed("load_1", [2], "load_9")
    before = table_hash(either_database.engine)

    either_database.save_load(make_load(), rows)

    assert marked == 1
    assert list(either_database.quarantined("load_1")) == [make_quarantined(5)]
    assert table_hash(either_database.engine) == before


@pytest.mark.slow
def test_long_quarantines_come_in_pieces(database):
    """More rows than a piece are all given, in order."""
    rows = (make_quarantined(number) for number in range(1, 12_002))
    database.save_load(make_load(), rows)

    numbers = [row.row_number for row in database.quarantined("load_1")]

    assert numbers == list(range(1, 12_002))


def test_outcomes_take_the_newest_word(either_database):
    """A second load may correct an outcome; saving twice keeps one row per lead."""
    either_database.save_outcomes(USE_CASE, "load_1", [make_outcomes([("ann", 0.0, day(3))])])
    saved = either_database.save_outcomes(
        USE_CASE, "load_2", [make_outcomes([("ann", 1.0, day(3)), ("bob", 0.0, day(4))])]
    )

    with either_database.reading("outcomes") as connection:
        rows = connection.execute(
            sa.text("SELECT lead_id, outcome, load_id FROM outcomes ORDER BY lead_id")
        ).all()

    assert saved == 2
    assert [tuple(row) for row in rows] == [("ann", 1.0, "load_2"), ("bob", 0.0, "load_2")]


def test_a_model_is_found_by_version_and_by_training(either_database):
    """Digests and metrics survive the database."""
    either_database.save_model(make_version())
    either_database.save_model(make_version())

    assert either_database.find_model(USE_CASE, 1) == make_version()
    assert either_database.find_training("train_1") == make_version()
    assert either_database.find_model(USE_CASE, 2) is None


@pytest.mark.parametrize(
    "given",
    [{"model_digest": "0" * 64}, {"training_id": "train_2"}, {"version": 2}, {"artifacts": {}}],
)
def test_a_model_is_never_replaced(either_database, given):
    """Another content under the same version or training is refused; the first one stays."""
    either_database.save_model(make_version())

    with pytest.raises(IntegrityError, match="nothing was written"):
        either_database.save_model(make_version(**given))

    assert either_database.find_model(USE_CASE, 1) == make_version()


def test_a_decision_is_never_changed(either_database):
    """A decision of the same id is left as it is."""
    either_database.save_decision(make_decision())
    either_database.save_decision(make_decision(decided_by="eve"))

    assert either_database.decisions(USE_CASE) == (make_decision(),)


def test_a_published_batch_becomes_current(either_database):
    """Its scores are the current ones, best first."""
    either_database.save_batch(make_batch(), [make_scores(TWO)])

    leads = either_database.leads(USE_CASE)

    assert either_database.find_batch("batch_1") == make_batch()
    assert leads["lead_id"].tolist() == ["ann", "bob"]
    assert leads["probability"].tolist() == [0.9, 0.1]
    assert leads["created_at"].tolist() == [day(9)] * 2


def test_saving_twice_keeps_one_row_per_lead(either_database):
    """A retried publication doubles nothing."""
    either_database.save_batch(make_batch(), [make_scores(TWO)])
    before = table_hash(either_database.engine)

    either_database.save_batch(make_batch(), [make_scores(TWO)])

    assert table_hash(either_database.engine) == before


def test_a_lost_score_undoes_the_batch(either_database):
    """Fewer scores than the batch says are refused and nothing is left behind."""
    before = table_hash(either_database.engine)

    with pytest.raises(ConservationError, match="1 scores came in place of 2"):
        either_database.save_batch(make_batch(), [make_scores({"ann": 0.9})])

    assert table_hash(either_database.engine) == before


def test_a_held_batch_waits_for_its_release(either_database):
    """Held scores are stored but not current; the release publishes them and says who and why."""
    held = make_batch(status=BatchStatus.HELD, hold_reasons=("unseen levels",))
    either_database.save_batch(held, [make_scores(TWO)])
    waiting = current(either_database)

    released = either_database.release_batch("batch_1", make_decision())
    again = either_database.release_batch("batch_1", make_decision())

    assert waiting == {}
    assert released == again == make_batch(hold_reasons=("unseen levels",))
    assert current(either_database) == {"ann": "batch_1", "bob": "batch_1"}
    assert either_database.decisions(USE_CASE) == (make_decision(),)


def test_only_held_batches_are_released(either_database):
    """A published or unknown batch cannot be released, and no decision is written."""
    either_database.save_batch(make_batch(), [make_scores(TWO)])

    with pytest.raises(GateError, match="not held"):
        either_database.release_batch("batch_1", make_decision())
    with pytest.raises(UnknownIdError, match="batch_2"):
        either_database.release_batch("batch_2", make_decision())

    assert either_database.decisions(USE_CASE) == ()


def test_a_late_release_moves_nothing_back(either_database):
    """An old batch released late adds only leads that nothing newer has scored."""
    old = make_batch(batch_id="old", as_of=day(8), status=BatchStatus.HELD)
    either_database.save_batch(old, [make_scores(TWO)])
    new = make_batch(batch_id="new", as_of=day(10), rows_scored=1, rows_skipped=2)
    either_database.save_batch(new, [make_scores({"ann": 0.2})])

    either_database.release_batch("old", make_decision(subject="old"))

    assert current(either_database) == {"ann": "new", "bob": "old"}


def test_known_outcomes_close_leads(either_database):
    """A lead leaves the current scores when its outcome is known at the frontier, not before."""
    either_database.save_batch(make_batch(), [make_scores(TWO)])

    outcomes = make_outcomes([("ann", 1.0, day(10)), ("bob", 0.0, day(11))])
    either_database.save_outcomes(USE_CASE, "load_2", [outcomes])

    assert current(either_database) == {"bob": "batch_1"}


def test_realised_compares_promises_with_what_became_known_later(either_database):
    """Outcomes known at the batch's as_of and held batches are not compared."""
    either_database.save_batch(make_batch(), [make_scores(TWO)])
    held = make_batch(batch_id="held", status=BatchStatus.HELD)
    either_database.save_batch(held, [make_scores(TWO)])
    outcomes = make_outcomes([("ann", 1.0, day(10)), ("bob", 0.0, day(11))])
    either_database.save_outcomes(USE_CASE, "load_2", [outcomes])

    with either_database.reading("realised") as connection:
        rows = connection.execute(
            sa.text("SELECT lead_id, batch_id, probability, outcome FROM realised")
        ).all()
        statuses = connection.execute(
            sa.text("SELECT DISTINCT status FROM score_history ORDER BY status")
        ).scalars()

        assert [tuple(row) for row in rows] == [("bob", "batch_1", 0.1, 0.0)]
        assert list(statuses) == ["held", "published"]


def test_equal_probabilities_are_ordered_by_margin_then_lead(either_database):
    """The ranking is total, so the ten best leads are the same ten every time."""
    scores = make_scores({"c": 0.5, "a": 0.5, "b": 0.5})
    margins = pa.array([1.0, 1.0, 2.0])
    scores = scores.set_column(scores.schema.get_field_index("margin"), "margin", margins)
    either_database.save_batch(make_batch(rows_scored=3, rows_skipped=0), [scores])

    assert either_database.leads(USE_CASE)["lead_id"].tolist() == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("only", "found"),
    [
        pytest.param(LeadFilter(), ["ann", "bob"], id="none"),
        pytest.param(LeadFilter(grades=("D",)), ["bob"], id="grade"),
        pytest.param(LeadFilter(min_probability=0.5), ["ann"], id="probability"),
        pytest.param(LeadFilter(model_version=2), [], id="version"),
        pytest.param(LeadFilter(created_from=day(9)), ["ann", "bob"], id="created from"),
        pytest.param(LeadFilter(created_until=day(9)), [], id="created until"),
        pytest.param(LeadFilter(scored_from=day(11)), [], id="scored from"),
        pytest.param(LeadFilter(scored_until=day(10)), ["ann", "bob"], id="scored until"),
        pytest.param(LeadFilter(lead_ids=("bob", "x' OR 1=1 --")), ["bob"], id="leads"),
    ],
)
def test_leads_can_be_filtered(either_database, only, found):
    """Each filter keeps what it names; values are bound, never part of the text."""
    either_database.save_batch(make_batch(), [make_scores(TWO)])

    assert either_database.leads(USE_CASE, only=only)["lead_id"].tolist() == found


def test_status_says_how_a_use_case_stands(either_database):
    """Last load, batches by status, held ones, decisions and counts, in one record."""
    either_database.save_load(make_load(), [])
    either_database.save_batch(make_batch(), [make_scores(TWO)])
    held = make_batch(batch_id="held", as_of=day(12), status=BatchStatus.HELD)
    either_database.save_batch(held, [make_scores(TWO)])

    status = either_database.status(USE_CASE)

    assert status.last_load == make_load()
    assert status.batches == {
        "computed": 0,
        "held": 1,
        "published": 1,
        "empty": 0,
        "superseded": 0,
    }
    assert status.held == (held,)
    assert status.last_batch == held
    assert status.current_leads == 2
    assert either_database.batch_leads("held", top=1)["lead_id"].tolist() == ["ann"]


def test_bulk_and_core_store_the_same(either_database):
    """Awkward texts, missing values and instants are stored alike by both ways of writing."""
    leads = ["plain", "", 'quo"te', "com,ma", "new\nline", "NULL", "ünï", "\\N", "0042"]
    instants = [day(3), None, datetime(1969, 1, 1, 5, 6, 7, 123456, UTC), *[day(1)] * 6]
    numbers = [0.1, None, 1e-300, 1 / 3, -0.0, 5.0, 1e22, 2.5, 0.1 + 0.2]
    rows = pa.RecordBatch.from_pydict(
        {
            "lead_id": pa.array(leads),
            "created_at": pa.array(instants, pa.timestamp("us", tz="UTC")),
            "probability": pa.array(numbers, pa.float64()),
            "grade": pa.array(["A"] * 9).dictionary_encode(),
        }
    )
    either_database.save_batch(make_batch(rows_scored=9, status=BatchStatus.HELD), [rows])
    with either_database.writing("by Core") as connection:
        for lead, created, number in zip(leads, instants, numbers, strict=True):
            connection.execute(
                sa.insert(SCORES).values(
                    batch_id="core",
                    lead_id=lead,
                    created_at=created,
                    probability=number,
                    grade="A",
                )
            )

    with either_database.reading("scores") as connection:
        stored = {
            batch: connection.execute(
                sa.text(
                    "SELECT lead_id, CAST(created_at AS text), probability, grade FROM scores"
                    " WHERE batch_id = :batch ORDER BY lead_id"
                ),
                {"batch": batch},
            ).all()
            for batch in ("batch_1", "core")
        }

    assert stored["batch_1"] == stored["core"]
    assert len(stored["core"]) == 9


def test_a_locked_database_asks_to_try_again(database_url, monkeypatch):
    """A writer that waits too long fails with an error that says to retry."""
    monkeypatch.setattr(transactions, "BUSY_TIMEOUT_SECONDS", 0.05)
    with (
        Database.open(database_url, home()) as first,
        Database.open(database_url, home()) as second,
        first.writing("something long"),
        pytest.raises(TransientError, match="load load_1 not written"),
    ):
        second.save_load(make_load(), [])


@pytest.mark.parametrize(
    "content",
    [pytest.param(b"no database at all" * 500, id="other file"), pytest.param(None, id="cut off")],
)
def test_a_damaged_file_is_named_with_the_way_out(database_url, tmp_path, content):
    """Trying again does not help: the message says which file, and what to do."""
    file = tmp_path / "platform.db"
    whole = file.read_bytes()
    file.write_bytes(content or whole[: len(whole) // 2])

    with (
        Database.open(database_url, home()) as database,
        pytest.raises(IntegrityError, match=r"platform\.db is damaged; put back a copy.*not read"),
    ):
        database.status(USE_CASE)


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    """A folder is no database: the configuration is at fault."""
    with (
        Database.open(f"sqlite:///{tmp_path}", home()) as database,
        pytest.raises(ConfigError, match="cannot be opened; check database_url"),
    ):
        database.find_load("load_1")


def test_other_faults_of_a_database_keep_their_own_name(database):
    """What nobody foresaw is a fault of the program, and is not dressed up."""
    with pytest.raises(sa.exc.OperationalError), database.reading("all") as connection:
        connection.execute(sa.text("SELECT * FROM nowhere"))


def test_a_database_that_is_down_asks_to_try_again():
    """A server that refuses connections is no programming error."""
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"

    with Database.open(url, home()) as database, pytest.raises(TransientError, match="not read"):
        database.find_load("load_1")


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "sqlite://", "postgresql://x/y"])
def test_other_databases_are_refused(url, tmp_path):
    """A URL without a database or driver we know is refused, saying what to write."""
    with pytest.raises(ConfigError, match="use sqlite"):
        Database.open(url, tmp_path)
