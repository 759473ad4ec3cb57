"""The inference pipeline on a real database and real files, with a model made by hand."""

from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from fakes import FakeProgress
from fakes import FakeRegistry
from fakes import FakeSnapshots
from fakes import VisitsEstimator
from fakes import visits_model
from made import USE_CASE
from made import day
from made import make_load
from made import make_snapshot
from made import make_use_case
from made import make_version
from table_hash import table_hash

from lead_scoring.config.use_case import LeadConfig
from lead_scoring.core.frames import to_frame
from lead_scoring.core.profile import Profile
from lead_scoring.core.profile import fit_profile
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import PendingLoad
from lead_scoring.core.scoring import score_and_grade
from lead_scoring.core.scoring import score_leads
from lead_scoring.errors import EmptyBatchError
from lead_scoring.errors import GateError
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import NoChampionError
from lead_scoring.errors import ScoringError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.batch_files import BatchFiles
from lead_scoring.io.database import Database
from lead_scoring.pipelines import inference
from lead_scoring.pipelines.inference_ports import InferencePorts
from lead_scoring.pipelines.pending import pending_loads

AS_OF = day(60)
CONFIG = make_use_case()


def trained_profile() -> Profile:
    """Return the profile of forty leads as `make_snapshot` makes them."""
    leads = to_frame(make_snapshot())
    profile = fit_profile(leads, ["visits"], ["medium"])
    scores = score_leads(visits_model(profile), leads, CONFIG.scoring)
    return profile.with_scores(scores)


@dataclass
class Bench:
    """A database, files and fakes with one load in place."""

    database: Database
    files: BatchFiles
    snapshots: FakeSnapshots
    registry: FakeRegistry
    progress: FakeProgress

    def score(self, load_id: str = "load_1", as_of=AS_OF, use_case=CONFIG) -> Batch:
        """Score a load."""
        ports = InferencePorts(
            loads=self.database,
            snapshots=self.snapshots,
            registry=self.registry,
            files=self.files,
            scores=self.database,
            progress=self.progress,
        )
        return inference.score_batch(use_case, load_id, as_of, ports)

    def publish(self, batch: Batch) -> Batch:
        """Publish a batch."""
        return inference.publish_batch(
            CONFIG, batch.batch_id, files=self.files, scores=self.database, progress=self.progress
        )

    def add(self, load_id: str, table: pa.Table, as_of=AS_OF) -> None:
        """Put a load and its snapshot in place."""
        rows = table.num_rows
        load = make_load(
            load_id=load_id,
            as_of=as_of,
            rows_read=rows,
            rows_accepted=rows,
            rows_quarantined=0,
            rows_duplicate=0,
        )
        self.database.save_load(load, [])
        self.snapshots.tables[load_id] = table

    def current(self) -> set[str]:
        """Return the current leads."""
        return set(self.database.leads(USE_CASE, top=None)["lead_id"])


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """Make a bench with a champion and a load of forty leads, half of them open."""
    registry = FakeRegistry({USE_CASE: make_version()}, {1: visits_model(trained_profile())})
    files = BatchFiles(str(tmp_path / "storage"))
    made = Bench(database, files, FakeSnapshots(), registry, FakeProgress())
    made.add("load_1", make_snapshot())
    return made


def test_open_leads_are_scored_and_published(bench):
    """Half of forty leads have no outcome; they are scored, in chunks, and become current."""
    batch = bench.publish(bench.score())

    assert (batch.rows_in, batch.rows_scored, batch.rows_skipped) == (40, 20, 20)
    assert batch.status is BatchStatus.PUBLISHED
    assert bench.current() == {f"lead_{number:04d}" for number in range(20, 40)}
    assert bench.progress.steps == ["score", "note_batch", "scored", "publish", "published"]
    assert bench.progress.rows == 60


def test_a_score_is_what_the_model_says(bench):
    """Probability, score, margin and grade of a lead are those of `score_leads` on it alone."""
    bench.publish(bench.score())
    leads = bench.database.leads(USE_CASE, top=1)

    assert leads["margin"].tolist() == [3.0]
    assert leads["probability"].tolist() == pytest.approx([0.95])
    assert leads["score"].tolist() == [95.0]
    assert leads["grade"].tolist() == ["A"]
    assert leads["lead_id"].tolist() == ["lead_0020"]


def test_leads_of_the_future_are_not_scored(bench):
    """At an earlier as_of later leads do not exist and outcomes not yet known leave leads open."""
    batch = bench.score(as_of=day(19))

    assert (batch.rows_scored, batch.rows_skipped) == (3, 37)


def test_scoring_and_publishing_again_changes_nothing(bench):
    """Same load, as_of and model: the same id, the same rows, the same bytes."""
    first = bench.publish(bench.score())
    before = table_hash(bench.database.engine)

    second = bench.publish(bench.score())

    assert second == first
    assert table_hash(bench.database.engine) == before


def test_a_lost_file_is_computed_again(bench):
    """A computed batch whose file is gone is scored again to the same digest."""
    first = bench.score()
    Path(first.scores).unlink()

    assert bench.score() == first
    assert Path(first.scores).exists()


def test_a_changed_file_is_not_published(bench):
    """Scores that are not those that were computed are refused; nothing becomes visible."""
    batch = bench.score()
    file = Path(batch.scores)
    content = bytearray(file.read_bytes())
    content[200] ^= 1
    file.write_bytes(content)

    with pytest.raises(IntegrityError, match="SHA-256"):
        bench.publish(batch)

    assert bench.current() == set()


def test_without_a_champion_nothing_is_scored(bench):
    """The error says what to run."""
    bench.registry.champions.clear()

    with pytest.raises(NoChampionError, match="lead-scoring train made_up"):
        bench.score()


def test_a_load_without_open_leads_says_why(bench):
    """The error counts closed leads and leads not yet created; the ledger keeps it."""
    bench.add("load_2", make_snapshot(10, outcome=pa.array([1.0] * 10)))

    with pytest.raises(EmptyBatchError, match="of 10 rows 10 have a known outcome and 0 are"):
        bench.score("load_2")


def test_without_event_times_no_other_instant_is_advised(bench):
    """A lead is open there while its outcome is missing, whatever the instant."""
    bench.add("load_2", make_snapshot(10, outcome=pa.array([1.0] * 10)))
    timeless = CONFIG.model_copy(update={"lead": LeadConfig(id_column=CONFIG.lead.id_column)})

    with pytest.raises(EmptyBatchError, match=r"To go on, load leads whose .* is still missing"):
        bench.score("load_2", use_case=timeless)


def test_an_unknown_load_is_named(bench):
    """An id that no load has is refused by name."""
    with pytest.raises(UnknownIdError, match="load_9"):
        bench.score("load_9")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_broken_margins_fail_and_leave_nothing(bench, value):
    """A model that gives no number publishes nothing and leaves no file."""
    bench.registry.models[1] = visits_model(trained_profile(), broken=value)

    with pytest.raises(ScoringError, match="nothing was written"):
        bench.score()

    assert bench.database.batches(USE_CASE) == ()
    assert list(Path(bench.files._storage.url).rglob("*.parquet*")) == []


def test_lost_rows_fail(bench):
    """A snapshot that gives fewer rows than were accepted is not published."""
    bench.snapshots.tables["load_1"] = make_snapshot().slice(0, 39)

    with pytest.raises(ScoringError, match="39 of the 40 rows"):
        bench.score()

    assert bench.database.batches(USE_CASE) == ()


def test_a_lead_scored_twice_fails(bench):
    """Two rows of one lead in a batch are refused in the transaction."""
    twice = make_snapshot()
    ids = ["same"] * 2 + twice["lead_id"].to_pylist()[:38]
    bench.snapshots.tables["load_1"] = twice.set_column(
        1, "lead_id", pa.array([*ids[2:], *ids[:2]], pa.string())
    )
    batch = bench.score()

    with pytest.raises(ScoringError, match="two scores"):
        bench.publish(batch)

    assert bench.current() == set()


def test_unseen_levels_hold_the_batch(bench):
    """Levels the training never saw hold the batch, named with share, limit and the way out."""
    table = make_snapshot(medium=pa.array(["fax"] * 40))
    bench.add("load_2", table)

    batch = bench.publish(bench.score("load_2"))

    assert batch.status is BatchStatus.HELD
    assert "column medium: 100.0% of 20 rows have a level never seen" in batch.hold_reasons[0]
    assert "'fax' (20 rows)" in batch.hold_reasons[0]
    assert f"lead-scoring release {batch.batch_id} --reason" in batch.hold_reasons[-1]
    assert bench.current() == set()


def test_a_release_publishes_and_keeps_who_and_why(bench):
    """The decision stands beside the published batch."""
    bench.add("load_2", make_snapshot(medium=pa.array(["fax"] * 40)))
    held = bench.publish(bench.score("load_2"))

    released = inference.release_batch(
        CONFIG, held.batch_id, "ada", "new code for mail", AS_OF, scores=bench.database
    )

    decision = bench.database.decisions(USE_CASE)[0]
    assert released == replace(held, status=BatchStatus.PUBLISHED)
    assert (decision.decided_by, decision.reasons) == ("ada", ("new code for mail",))
    assert len(bench.current()) == 20
    assert bench.publish(held) == released


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("ada", "  ")])
def test_a_release_needs_a_name_and_a_reason(bench, by, reason):
    """A blank reason releases nothing."""
    with pytest.raises(GateError, match="a name and a reason"):
        inference.release_batch(CONFIG, "batch", by, reason, AS_OF, scores=bench.database)


def test_pending_loads_are_named_ones_and_those_without_a_batch(bench):
    """Events and forgotten loads, oldest first, each once; scored and future ones are left out."""
    bench.score()
    bench.add("load_b", make_snapshot(), as_of=day(50))
    bench.add("load_a", make_snapshot(), as_of=day(51))
    bench.add("future", make_snapshot(), as_of=day(90))
    named = [PendingLoad("load_a", day(52)), PendingLoad("load_a", day(52))]

    pending = pending_loads(CONFIG, AS_OF, named, loads=bench.database, scores=bench.database)

    assert pending == (PendingLoad("load_b", day(50)), PendingLoad("load_a", day(52)))


def test_an_empty_load_is_not_pending_for_ever(bench):
    """A load without open leads fails once and does not come up again by itself."""
    bench.add("load_2", make_snapshot(4, outcome=pa.array([1.0] * 4)))
    with pytest.raises(EmptyBatchError):
        bench.score("load_2")

    pending = pending_loads(CONFIG, AS_OF, loads=bench.database, scores=bench.database)

    assert pending == (PendingLoad("load_1", AS_OF),)


def test_a_new_champion_scores_the_newest_load_again(bench):
    """Asked for the newest load, a run scores it for its own as_of though it has a batch."""
    bench.score()

    pending = pending_loads(
        CONFIG, day(61), newest=True, loads=bench.database, scores=bench.database
    )

    assert pending == (PendingLoad("load_1", day(61)),)


def test_an_unknown_pending_load_is_named(bench):
    """An event with an id that no load has fails instead of being dropped."""
    with pytest.raises(UnknownIdError, match="load_9"):
        pending_loads(
            CONFIG,
            AS_OF,
            [PendingLoad("load_9", AS_OF)],
            loads=bench.database,
            scores=bench.database,
        )


def ranked_use_case(**grades):
    """Return the config with grades by rank."""
    return make_use_case(inference={"chunk_rows": 7, "hold": {"min_rows": 10}, "grades": grades})


def test_grades_by_capacity_are_exact_over_all_chunks(bench):
    """The best three leads of all chunks are A; equal scores and margins go by id."""
    use_case = ranked_use_case(capacity={"A": 3, "B": 4, "C": 5})
    batch = bench.publish(bench.score(use_case=use_case))
    leads = bench.database.leads(USE_CASE, top=None)

    assert leads["grade"].tolist() == list("AAABBBBCCCCC" + "D" * 8)
    best = leads.sort_values(
        ["score", "margin", "lead_id"], ascending=[False, False, True], kind="stable"
    )
    assert best["lead_id"].tolist() == leads["lead_id"].tolist()
    assert batch.status is BatchStatus.PUBLISHED
    assert batch.grading["by"] == "capacity"
    assert [cut["lead_id"] for cut in batch.grading["cuts"]] == [
        leads["lead_id"][place] for place in (2, 6, 11)
    ]


@pytest.mark.slow
def test_scoring_again_ranks_to_the_same_bytes(bench):
    """What a killed run left is written again with the same grades and digest."""
    use_case = ranked_use_case(quantiles={"A": 0.1, "B": 0.2, "C": 0.3})
    first = bench.score(use_case=use_case)
    Path(first.scores).unlink()
    again = bench.score(use_case=use_case)

    assert again == first


@pytest.mark.slow
def test_one_lead_alone_gets_the_grade_of_the_newest_batch(bench):
    """Service and what-if grade by what the newest published batch was graded by."""
    use_case = ranked_use_case(capacity={"A": 3, "B": 4, "C": 5})
    model = visits_model(trained_profile())
    leads = to_frame(make_snapshot())[20:]
    nothing = score_and_grade(model, leads, use_case.scoring, None)
    bench.publish(bench.score(use_case=use_case))
    grading = bench.database.current_grading(USE_CASE)
    alone = [
        score_and_grade(model, leads.iloc[[row]], use_case.scoring, grading)
        for row in range(len(leads))
    ]

    assert nothing["grade"].isna().all()
    batch = bench.database.leads(USE_CASE, top=None).set_index("lead_id")["grade"]
    assert {one["lead_id"].iloc[0]: one["grade"].iloc[0] for one in alone} == batch.to_dict()


def test_ranked_grades_hold_a_batch_for_its_scores(bench):
    """Shares of grades by rank never move, so the scores themselves are compared."""
    use_case = make_use_case(
        inference={
            "chunk_rows": 7,
            "hold": {"min_rows": 10, "max_grade_shift": 0.2, "max_out_of_range_share": 1.0},
            "grades": {"capacity": {"A": 3}},
        }
    )
    visits = pa.array([0.0] * 30 + [6.0] * 10, pa.float64())
    bench.add("load_2", make_snapshot(visits=visits))
    batch = bench.publish(bench.score("load_2", use_case=use_case))

    assert batch.status is BatchStatus.HELD
    assert "in the champion's reference" in batch.hold_reasons[0]


@pytest.mark.slow
def test_a_score_says_how_it_moved(bench):
    """A lead scored again later keeps its score before; a trend needs the least change."""
    bench.publish(bench.score())
    table = make_snapshot(visits=pa.array([float((n + 1) % 7) for n in range(40)], pa.float64()))
    bench.add("load_2", table, day(61))
    bench.publish(bench.score("load_2", as_of=day(61)))
    leads = bench.database.leads(USE_CASE, top=None).set_index("lead_id")

    assert leads.loc["lead_0021", ["trend", "previous_score", "previous_grade"]].tolist() == [
        "improving", 5.0, "D",
    ]  # fmt: skip
    assert leads.loc["lead_0020", ["trend", "previous_score"]].tolist() == ["declining", 95.0]


def test_a_model_that_scores_leads_alone_otherwise_fails_the_run(bench):
    """Nothing is written; the message names the lead and both figures."""
    model = bench.registry.models[1]
    bench.registry.models[1] = replace(model, estimator=MoodyEstimator())

    with pytest.raises(ScoringError, match="would get other scores: probability of lead lead_00"):
        bench.score()

    assert bench.database.batches(USE_CASE) == ()


@dataclass(frozen=True)
class MoodyEstimator(VisitsEstimator):
    """Says something else of the same leads when there are many of them."""

    def margins(self, features):
        """Give margins that depend on how many leads are asked for."""
        return super().margins(features) / (1 + len(features))
