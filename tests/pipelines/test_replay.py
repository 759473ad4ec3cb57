"""Past scores are rebuilt from their snapshot and model, or it is said why they cannot be."""

from dataclasses import replace

import pyarrow as pa
import pytest
import sqlalchemy as sa
from champions import AS_OF
from champions import CONFIG
from champions import Champions
from fakes import FakeProgress
from fakes import FakeSnapshots
from made import make_snapshot

from lead_scoring.errors import GateError
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.tables import SCORES
from lead_scoring.pipelines.replay import replay_batch


@pytest.fixture
def bench(database, tmp_path) -> Champions:
    """Make two models and a load of forty leads, half of them open."""
    return Champions.made(database, tmp_path)


def replayed(bench, batch_id, lead_id=None, use_case=CONFIG):
    """Rebuild a batch."""
    return replay_batch(
        use_case,
        batch_id,
        lead_id,
        loads=bench.database,
        snapshots=bench.snapshots,
        registry=bench.registry,
        scores=bench.database,
        progress=FakeProgress(),
    )


def test_every_score_of_a_batch_is_rebuilt(bench):
    """Also after another model has become champion, and whatever the config grades by now."""
    batch = bench.publish()
    bench.registry.set_champion(bench.registry.versions[1])
    stricter = CONFIG.inference.grades.model_copy(update={"A": 0.99, "B": 0.98, "C": 0.97})
    inference = CONFIG.inference.model_copy(update={"grades": stricter})

    changed = CONFIG.model_copy(update={"inference": inference})

    found = replayed(bench, batch.batch_id, use_case=changed)

    assert (found.rows, found.differing) == (20, 0)
    assert found.batch.model_version == 2


def test_a_score_that_is_not_what_its_model_says_is_named(bench):
    """With lead, column and both figures; what differs by less than 1e-9 is the same."""
    batch = bench.publish()
    with bench.database.writing("a forgery") as connection:
        for lead, change in (("lead_0030", 1e-6), ("lead_0031", 1e-12)):
            connection.execute(
                sa.update(SCORES)
                .where(SCORES.c.lead_id == lead)
                .values(margin=SCORES.c.margin + change)
            )
        connection.execute(sa.delete(SCORES).where(SCORES.c.lead_id == "lead_0033"))

    found = replayed(bench, batch.batch_id)

    assert found.differing == 3
    assert [(one.lead_id, one.column) for one in found.differences] == [
        ("lead_0033", "lead_id"),
        ("lead_0030", "margin"),
        ("", "rows"),
    ]
    assert "margin of lead lead_0030 is 1.000001 and 1.0" in str(found.differences[1])


def test_one_lead_is_rebuilt_with_its_reasons(bench):
    """As it was scored; its reasons are spelt anew."""
    batch = bench.publish()

    found = replayed(bench, batch.batch_id, "lead_0030")

    assert (found.rows, found.differing) == (1, 0)
    assert found.lead["margin"] == 1.0
    assert "visits 2" in found.lead["reasons"]


def test_a_lead_that_was_not_open_has_no_score_to_rebuild(bench):
    """The refusal says so."""
    batch = bench.publish()

    with pytest.raises(UnknownIdError, match=r"lead_0003 has no score .* not open in its load"):
        replayed(bench, batch.batch_id, "lead_0003")


def test_a_model_that_is_gone_is_said(bench):
    """A version that was deleted, and one whose number belongs to another model now."""
    batch = bench.publish()
    other = replace(bench.registry.versions[2], model_digest="f" * 64)
    bench.registry.versions[2] = other

    with pytest.raises(IntegrityError, match="version 2 is model ffffffffffff now, and 2222"):
        replayed(bench, batch.batch_id)
    del bench.registry.versions[2]
    with pytest.raises(IntegrityError, match="cannot be rebuilt: its model, version 2, is gone"):
        replayed(bench, batch.batch_id)


def test_a_snapshot_that_is_gone_is_said(bench):
    """The message names the batch and what the reader of snapshots said."""
    batch = bench.publish()

    class Gone(FakeSnapshots):
        def batches(self, load, columns=None, rows=50_000):
            """Say that it is gone."""
            del columns, rows
            msg = f"load {load.load_id}: no manifest; load the source again"
            raise IntegrityError(msg)
            yield pa.record_batch([])

    bench.snapshots = Gone()

    with pytest.raises(IntegrityError, match="its snapshot is not there: load load_1: no man"):
        replayed(bench, batch.batch_id)


def test_a_batch_without_scores_is_refused(bench):
    """One that is empty, and one that there is not."""
    bench.add("load_2", make_snapshot().slice(0, 20))
    with pytest.raises(Exception, match="no open lead"):
        bench.publish("load_2")
    (empty,) = bench.database.batches(CONFIG.use_case)

    with pytest.raises(GateError, match="is empty: no scores of it are in the database"):
        replayed(bench, empty.batch_id)
    with pytest.raises(UnknownIdError, match="no batch 'batch_0'"):
        replayed(bench, "batch_0")
    assert empty.as_of == AS_OF
