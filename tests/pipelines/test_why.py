"""Why a score moved: the lead changed, the model changed, or both, and the two add up."""

import pyarrow as pa
import pytest
from champions import CONFIG
from champions import Champions
from made import day
from made import make_snapshot

from lead_scoring.errors import GateError
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.why import why_moved

LEAD = "lead_0030"
"""Has two visits at first: a margin of 1 by the turned model."""


@pytest.fixture
def bench(database, tmp_path) -> Champions:
    """Publish the first load with the champion, and put a second one in place."""
    made = Champions.made(database, tmp_path)
    made.publish()
    visits = pa.array([min(6.0, number % 7 + 1.5) for number in range(40)], pa.float64())
    made.add("load_2", make_snapshot(visits=visits), day(61))
    return made


def why(bench, lead_id=LEAD):
    """Ask why the score of a lead moved."""
    return why_moved(
        CONFIG,
        lead_id,
        loads=bench.database,
        snapshots=bench.snapshots,
        registry=bench.registry,
        scores=bench.database,
    )


def test_a_lead_that_changed_is_told_apart_from_a_model_that_did(bench):
    """Both at once: the parts are the means of both orders and add up to the change."""
    bench.registry.set_champion(bench.registry.versions[1])
    bench.publish("load_2", day(61))

    found = why(bench)

    change = found.change
    assert (change.before, change.after) == (1.0, 0.5)
    assert change.lead + change.model == pytest.approx(-0.5, abs=1e-12)
    # By the old model the lead lost 1.5, by the new one it gained as much.
    assert change.lead == pytest.approx(0.0)
    assert change.model == pytest.approx(-0.5)
    assert found.columns == {"visits": (2.0, 3.5)}
    assert (found.before["model_version"], found.after["model_version"]) == (2, 1)


def test_under_one_model_all_of_the_change_is_the_leads(bench):
    """With the features behind it, in words."""
    bench.publish("load_2", day(61))

    change = why(bench).change

    assert (change.lead, change.model) == (-1.5, 0.0)
    (cause,) = change.causes
    assert (cause.feature, cause.before, cause.after) == ("visits", "visits 2", "visits 3.5")
    assert cause.lead == -1.5


def test_for_a_lead_that_did_not_change_all_of_it_is_the_models(bench):
    """What the model's base has to do with it is told as well."""
    bench.snapshots.tables["load_2"] = bench.snapshots.tables["load_1"]
    bench.registry.set_champion(bench.registry.versions[1])
    bench.publish("load_2", day(61))

    found = why(bench)

    assert found.change.lead == 0.0
    assert found.change.model == -2.0
    assert sum(cause.model for cause in found.change.causes) == pytest.approx(-2.0)
    assert found.columns == {}


def test_a_lead_scored_once_has_nothing_to_compare_with(bench):
    """And one that was never scored is not known."""
    with pytest.raises(GateError, match="was scored once, for 2024-02-29"):
        why(bench)
    with pytest.raises(UnknownIdError, match="nobody has no published score"):
        why(bench, "nobody")


def test_a_score_that_cannot_be_rebuilt_is_not_explained(bench):
    """A split of another number than people see would mislead."""
    bench.publish("load_2", day(61))
    bench.snapshots.tables["load_1"] = bench.snapshots.tables["load_2"]

    with pytest.raises(IntegrityError, match=r"cannot be rebuilt: its margin is 1\.0.*replay"):
        why(bench)


def test_a_model_that_reads_what_a_snapshot_has_not_is_said(bench):
    """The change cannot be split then; the columns are named."""
    bench.publish("load_2", day(61))
    kept = bench.snapshots.tables["load_1"]
    bench.snapshots.tables["load_1"] = kept.drop_columns(["medium"])

    with pytest.raises(GateError, match=r"cannot be split.*: medium"):
        why(bench)
