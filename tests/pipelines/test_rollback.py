"""Back to the champion before, scores included, on a real database."""

import pyarrow as pa
import pytest
from champions import AS_OF
from champions import CONFIG
from champions import Champions
from databases import sqlite_url
from fakes import FakeProgress
from made import USE_CASE
from made import day
from made import make_decision
from made import make_snapshot
from table_hash import table_hash

from lead_scoring.config.loading import home
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import DecisionKind
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.database import Database
from lead_scoring.pipelines.inference import publish_batch
from lead_scoring.pipelines.inference import release_batch

STEPS = (
    "save_decision",
    "set_champion",
    "score",
    "note_batch",
    "scored",
    "republish",
    "rolled_back",
)


@pytest.fixture
def champions(database, tmp_path) -> Champions:
    """Make two models, of which the second has published two loads."""
    made = Champions.made(database, tmp_path)
    made.add("load_2", make_snapshot(20, first=40), as_of=day(70))
    made.publish()
    made.publish("load_2", day(70))
    return made


def test_the_champion_before_scores_again_and_its_scores_are_back(champions):
    """Aliases are swapped, who and why are kept, and each current lead is scored by version 1."""
    worst = champions.database.leads(USE_CASE, top=None)["lead_id"].iloc[-1]
    done = champions.roll_back()

    decision = champions.database.decisions(USE_CASE)[-1]
    assert champions.registry.aliases == {"champion": 1, "previous": 2}
    assert (decision.kind, decision.subject, decision.champion) == (DecisionKind.ROLLBACK, "1", 2)
    assert (decision.decided_by, decision.reasons) == ("ada", ("it looks wrong",))
    assert set(champions.current().values()) == {1}
    assert len(champions.current()) == 30
    assert [batch.load_id for batch in done.published] == ["load_1", "load_2"]
    assert champions.database.leads(USE_CASE, top=1)["lead_id"].iloc[0] != worst


def test_the_scores_taken_back_say_so(champions):
    """Their batches are superseded by the decision, and their scores are kept."""
    champions.roll_back()

    taken = [one for one in champions.database.batches(USE_CASE) if one.model_version == 2]
    decision = champions.database.decisions(USE_CASE)[-1]
    assert {one.status for one in taken} == {BatchStatus.SUPERSEDED}
    assert {one.superseded_by for one in taken} == {decision.decision_id}
    assert len(champions.database.batch_leads(taken[0].batch_id)) == 20


@pytest.mark.slow
def test_rolling_back_again_brings_the_other_scores_back(champions):
    """The superseded batch is published once more, as it was."""
    champions.roll_back()
    champions.roll_back("it was right after all", day(61))

    assert champions.registry.aliases == {"champion": 2, "previous": 1}
    assert set(champions.current().values()) == {2}
    assert champions.statuses() == {1: "superseded", 2: "published"}


def test_a_run_that_is_late_does_not_bring_scores_back_that_were_taken_back(champions):
    """Publishing a superseded batch once more changes nothing."""
    taken = champions.database.batches(USE_CASE)[-1]
    champions.roll_back()
    late = publish_batch(
        CONFIG,
        taken.batch_id,
        files=champions.files,
        scores=champions.database,
        progress=FakeProgress(),
    )

    assert late.status is BatchStatus.SUPERSEDED
    assert set(champions.current().values()) == {1}


def test_what_waits_for_a_release_is_withdrawn(champions):
    """A held batch of the model rolled back can be released no more, and says why."""
    faxes = make_snapshot(20, first=60, medium=pa.array(["fax"] * 20))
    champions.add("load_3", faxes, as_of=day(90))
    held = champions.publish("load_3", day(90))
    assert held.status is BatchStatus.HELD
    champions.roll_back()

    decision = champions.database.decisions(USE_CASE)[-1]
    withdrawn = champions.database.find_batch(held.batch_id)
    assert (withdrawn.status, withdrawn.superseded_by) == (
        BatchStatus.SUPERSEDED,
        decision.decision_id,
    )
    with pytest.raises(GateError, match="superseded, not held: nothing to release"):
        release_batch(
            CONFIG, held.batch_id, "ada", "it is right", day(91), scores=champions.database
        )


@pytest.mark.slow
def test_a_model_that_is_champion_again_scores_again(champions):
    """Its superseded batch is scored and published as any other."""
    champions.roll_back()
    champions.registry.aliases = {"champion": 2, "previous": 1}
    champions.publish()

    assert sorted(set(champions.current().values())) == [1, 2]


@pytest.mark.slow
def test_scores_that_were_published_before_are_published_again(champions):
    """Version 1 had scored the load at that instant; its batch takes its place back."""
    champions.registry.aliases = {"champion": 1}
    champions.add("load_3", make_snapshot(20, first=60), as_of=day(90))
    champions.publish("load_3", day(90))
    champions.registry.aliases = {"champion": 2, "previous": 1}
    champions.publish("load_3", day(90))
    assert set(champions.current().values()) == {2}

    champions.roll_back()

    assert set(champions.current().values()) == {1}
    assert len(champions.current()) == 40


def test_nothing_older_replaces_anything_newer(champions):
    """A load scored later by another model stays as it is."""
    champions.registry.aliases = {"champion": 1}
    champions.publish(as_of=day(80))
    champions.registry.aliases = {"champion": 2, "previous": 1}
    before = champions.database.leads(USE_CASE, top=None).set_index("lead_id")["batch_id"]
    champions.roll_back()
    after = champions.database.leads(USE_CASE, top=None).set_index("lead_id")["batch_id"]

    newer = [lead for lead in before.index if lead < "lead_0040"]
    assert before[newer].to_dict() == after[newer].to_dict()


def test_rolling_back_twice_for_the_same_reason_rolls_back_once(champions):
    """A retried call changes nothing."""
    champions.roll_back()
    before = table_hash(champions.database.engine)

    assert champions.roll_back().champion.version == 1
    assert table_hash(champions.database.engine) == before


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("later", [AS_OF, day(61)], ids=["same instant", "later"])
def test_killed_at_any_step_and_run_again_ends_the_same(champions, tmp_path, step, later):
    """One decision, the aliases moved once, and the tables of an undisturbed rollback."""
    champions.progress.fail_at = step
    with pytest.raises(KeyboardInterrupt):
        champions.roll_back()
    champions.progress = FakeProgress()
    begun = bool(champions.database.decisions(USE_CASE))
    champions.roll_back(as_of=later if begun else AS_OF)

    (tmp_path / "whole").mkdir()
    with Database.open(sqlite_url(tmp_path / "whole"), home()) as database:
        whole = Champions.made(database, tmp_path)
        whole.add("load_2", make_snapshot(20, first=40), as_of=day(70))
        whole.publish()
        whole.publish("load_2", day(70))
        whole.roll_back()
        expected = table_hash(database.engine)
    if step == "rolled_back" and later != AS_OF:
        assert champions.registry.aliases == {"champion": 2, "previous": 1}
        return
    assert champions.registry.aliases == {"champion": 1, "previous": 2}
    assert table_hash(champions.database.engine) == expected


def test_scores_that_look_implausible_are_held(champions):
    """What was visible stays until someone releases them; the rollback says which wait."""
    champions.snapshots.tables["load_2"] = make_snapshot(
        20, first=40, medium=pa.array(["fax"] * 20)
    )
    done = champions.roll_back()

    (held,) = done.held
    assert held.load_id == "load_2"
    assert champions.database.find_batch(held.batch_id).status is BatchStatus.HELD
    assert sorted(set(champions.current().values())) == [1, 2]


def test_nothing_to_roll_back_to_is_said(champions):
    """One champion has no predecessor."""
    del champions.registry.aliases["previous"]
    with pytest.raises(UnknownIdError, match="no earlier champion"):
        champions.roll_back()

    assert champions.database.decisions(USE_CASE) == ()


def test_a_promotion_that_was_interrupted_is_finished_first(champions):
    """Killed between the two aliases it leaves one version as both; that is no way back."""
    decision = make_decision(kind=DecisionKind.PROMOTION, subject="3", champion=2, as_of=AS_OF)
    champions.database.save_decision(decision)
    champions.registry.aliases = {"champion": 2, "previous": 2}
    before = table_hash(champions.database.engine)

    with pytest.raises(GateError, match="promotion of version 3 was interrupted: version 2 is"):
        champions.roll_back()
    assert table_hash(champions.database.engine) == before
    assert champions.registry.aliases == {"champion": 2, "previous": 2}
