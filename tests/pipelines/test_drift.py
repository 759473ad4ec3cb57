"""The drift check on a real database and a really trained model, with fakes for rows and registry.

Leads come every half hour. The champion was trained on the first 3,600 and judged on the newest
quarter of those; the rest are new.
"""

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from databases import sqlite_url
from fakes import FakeProgress
from fakes import FakeRegistry
from fakes import FakeSnapshots
from leads import small_leads
from leads import small_use_case
from made import make_decision
from made import make_load
from made import make_version
from table_hash import table_hash

from lead_scoring.config.drift import DriftConfig
from lead_scoring.config.loading import home
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.drift_records import Override
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.identity import check_id
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Window
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import train_model
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.database import Database
from lead_scoring.pipelines.drift import check_drift

pytestmark = pytest.mark.slow

USE_CASE = small_use_case(candidates={"logistic_regression": {}}, max_test_rows=900)
NAME = USE_CASE.use_case
LEADS = small_leads(6_000)
FIT = LEADS.iloc[:3_600]
NEW = LEADS.iloc[3_600:]
TRAINED_AT = NEW[CREATED_AT].iloc[0].to_pydatetime() + timedelta(days=3)
JUDGED_UNTIL = FIT[CREATED_AT].iloc[-1].to_pydatetime()
LAST = NEW[CREATED_AT].iloc[-1].to_pydatetime()
AS_OF = LAST + timedelta(days=4)


@pytest.fixture(scope="module")
def model():
    """Train a model on the first leads."""
    return train_model(USE_CASE, split_of(FIT)).model


def split_of(leads):
    """Split as training does."""
    training = USE_CASE.training
    return split_leads(leads, training.test_share, training.seed, training.max_test_rows)


def to_table(leads):
    """Return leads as a snapshot has them."""
    numbered = leads.assign(**{ROW_NUMBER: np.arange(1, len(leads) + 1)})
    table = pa.Table.from_pandas(numbered, preserve_index=False)
    texts = (LEAD_ID, "city", "source")
    kinds = dict.fromkeys(texts, pa.string()) | dict.fromkeys((CREATED_AT, KNOWN_AT), INSTANT)
    return table.cast(
        pa.schema([(one.name, kinds.get(one.name, one.type)) for one in table.schema])
    )


@dataclass
class World:
    """All collaborators of a check."""

    database: Database
    model: ScoringModel
    tables: dict[str, pa.Table] = field(default_factory=dict)
    champion: ModelVersion | None = field(
        default_factory=lambda: make_version(
            use_case=NAME,
            as_of=TRAINED_AT,
            tested_until=JUDGED_UNTIL,
        )
    )

    def __post_init__(self) -> None:
        self.progress = FakeProgress()

    def load(self, leads: pd.DataFrame, load_id="load_1", as_of=AS_OF, **given) -> None:
        """Keep a load."""
        self.tables[load_id] = to_table(leads)
        values = {"rows_read": len(leads), "rows_accepted": len(leads), "rows_quarantined": 0}
        load = make_load(
            load_id=load_id,
            use_case=NAME,
            as_of=as_of,
            rows_duplicate=0,
            **{"window": Window()} | values | given,
        )
        self.database.save_load(load, [])

    def check(
        self, load_id="load_1", as_of=AS_OF, use_case=USE_CASE, override=None, size=50_000
    ) -> DriftCheck:
        """Check a load."""
        return check_drift(
            use_case,
            load_id,
            as_of,
            loads=self.database,
            snapshots=BackwardSnapshots(self.tables, size=size),
            registry=FakeRegistry({NAME: self.champion} if self.champion else {}, {1: self.model}),
            checks=self.database,
            progress=self.progress,
            override=override,
        )

    def look(self, leads: pd.DataFrame, as_of=AS_OF, **given) -> DriftCheck:
        """Load and check leads."""
        self.load(leads)
        return self.check(as_of=as_of, **given)


@dataclass
class BackwardSnapshots(FakeSnapshots):
    """Cuts the rows into batches of its own size and hands them out backwards."""

    size: int = 50_000

    def batches(self, load, columns=None, rows=50_000):
        """Cut the rows."""
        del rows
        yield from reversed(list(super().batches(load, columns, self.size)))


@pytest.fixture
def world(database, model):
    """Give a world without loads."""
    return World(database, model)


def drifting(**given):
    """Return the use case with other settings of drift."""
    return USE_CASE.model_copy(update={"drift": DriftConfig.model_validate(given)})


def selected(leads=LEADS):
    """Keep three in ten of the new leads with few visits: other leads, the same P(y|x)."""
    new = leads[CREATED_AT] > JUDGED_UNTIL
    few = leads["visits"] < 3
    dropped = np.random.default_rng(2).random(len(leads)) < 0.7
    return leads[~(new & few & dropped)]


def turned():
    """Leads whose visits now speak against a conversion; the leads themselves are the same."""
    new = LEADS[CREATED_AT] > JUDGED_UNTIL
    odds = -0.6 * (LEADS["visits"].fillna(3.0) - 3)
    won = np.random.default_rng(3).random(len(LEADS)) < 1 / (1 + np.exp(-odds))
    return LEADS.assign(**{OUTCOME: LEADS[OUTCOME].where(~new, won.astype("float64"))})


def changed(**columns):
    """Change columns of the new leads."""
    return pd.concat([FIT, NEW.assign(**columns)])


def test_leads_like_those_before_are_stable(world):
    """Nothing drifted, outcomes keep what was promised; all of it is stored."""
    found = world.look(LEADS)

    assert (found.verdict, found.action) == (Verdict.STABLE, Action.NONE)
    assert (found.rows_reference, found.rows_current) == (900, 2_400)
    assert [one.column for one in found.columns] == [
        "calls",
        "city",
        "clicks",
        "probability",
        "source",
        "visits",
    ]
    assert [one.evidence for one in found.performance] == [Evidence.REALISED, Evidence.ESTIMATED]
    assert "none of 6 columns drifted in 2,400 leads created 2024-03-16 to" in found.summary
    assert "keeps what it promises" in found.summary
    assert world.database.last_check(NAME).summary == found.summary


def test_other_leads_that_convert_as_before_are_virtual_drift(world):
    """Covariate shift: named and sized, and no training."""
    found = world.look(selected())

    assert (found.verdict, found.action) == (Verdict.VIRTUAL_DRIFT, Action.NONE)
    assert "visits (mean +0." in found.summary
    assert not found.performance[0].worse


def test_leads_that_convert_otherwise_are_harmful_drift(world):
    """Concept shift with outcomes: no column drifted, and a training is asked for."""
    found = world.look(turned())

    assert (found.verdict, found.action) == (Verdict.HARMFUL_DRIFT, Action.TRAIN)
    assert "convert otherwise than the champion promises: Brier score" in found.summary
    assert "none of 6 columns drifted" in found.summary


def test_outcomes_of_other_windows_judge_where_a_load_is_a_part_of_the_source(world):
    """The load of the last day holds no outcome; the one before it does."""
    day_before, leads = AS_OF - timedelta(days=1), turned()
    newest = leads[CREATED_AT] > LAST - timedelta(days=10)
    earlier, last = leads[~newest], leads[newest].assign(**{OUTCOME: np.nan})
    world.load(earlier, "load_0", day_before, window=Window(None, day_before))
    world.load(last, window=Window(day_before, AS_OF))

    found = world.check()

    assert found.verdict is Verdict.HARMFUL_DRIFT
    assert found.performance[0].rows == (earlier[CREATED_AT] > JUDGED_UNTIL).sum()


def test_without_outcomes_a_concept_shift_stays_unseen_and_that_is_said(world):
    """The estimate is blind to it; the sentence says so and how many outcomes there are."""
    found = world.look(turned(), as_of=JUDGED_UNTIL + timedelta(days=4))

    assert found.verdict is Verdict.STABLE
    assert [one.evidence for one in found.performance] == [Evidence.ESTIMATED]
    assert (
        "blind to a change of what leads convert until outcomes arrive (of newer" in found.summary
    )


def test_without_outcomes_harder_leads_are_harmful_by_estimate(world):
    """Only leads of about even odds come: the loss the champion promises is beyond the band."""
    odds = 0.6 * (NEW["visits"] - 3) + np.where(NEW["source"] == "mail", 1.0, -0.7)
    hard = NEW[odds.abs() < 0.8].assign(**{OUTCOME: np.nan})

    found = world.look(pd.concat([FIT, hard]), use_case=drifting(performance={"band": 2.0}))

    assert found.verdict is Verdict.HARMFUL_DRIFT
    assert "is to be expected" in found.summary
    assert "blind to a change of what leads convert until outcomes arrive" in found.summary


FAULTS = {
    "missing": (changed(visits=NEW["visits"].where(NEW.index % 3 == 0)), "visits is missing"),
    "unit": (changed(visits=NEW["visits"] * 100), "times larger than in the reference"),
    "empty": (changed(visits=np.nan), "visits is empty"),
    "constant": (changed(calls=1.0), "calls has the same value"),
    "levels": (changed(source=NEW["source"] + "!"), "source has a level unknown"),
    "shifted": (changed(city=NEW["source"], source=NEW["city"]), "source"),
}


@pytest.mark.parametrize(("leads", "told"), FAULTS.values(), ids=FAULTS)
def test_broken_data_is_a_fault_and_never_trains(world, leads, told):
    """Each fault is told by its column; nothing is trained."""
    found = world.look(leads)

    assert (found.verdict, found.action) == (Verdict.DATA_FAULT, Action.STOP)
    assert told in found.summary
    assert told in " ".join(found.faults)


def test_a_truncated_load_is_a_fault(world):
    """A third of the rows of the loads before it, which had the same window."""
    world.load(LEADS, "load_0", AS_OF - timedelta(days=1))

    found = world.look(LEADS.iloc[4_000:])

    assert found.verdict is Verdict.DATA_FAULT
    assert "truncated" in found.summary


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"window": Window(AS_OF - timedelta(days=9), AS_OF)}, id="another window"),
        pytest.param({"source": "quarantine:load_7"}, id="a replay"),
        pytest.param({"as_of": AS_OF + timedelta(days=1)}, id="a later load"),
        pytest.param({"rows_read": 2_100}, id="about as many rows"),
    ],
)
def test_only_loads_like_it_say_how_many_rows_are_usual(world, other):
    """Loads of another length, replays and later ones do not count."""
    values = {"load_id": "load_0", "as_of": AS_OF - timedelta(days=1), "rows_read": 90_000}
    world.load(LEADS, **{**values, "rows_accepted": 90_000} | other)

    assert world.look(LEADS.iloc[4_000:]).verdict is not Verdict.DATA_FAULT


def test_an_accepted_load_is_judged_as_if_nothing_were_broken(world):
    """A person said the unit is meant: the check goes on, under another id."""
    faulty = world.look(changed(calls=1.0))
    world.database.save_decision(
        make_decision(use_case=NAME, kind=DecisionKind.OVERRIDE, subject="load_1", as_of=AS_OF)
    )

    accepted = world.check(override=Override(OverrideKind.ACCEPT, "ada", "calls ended"))

    assert faulty.verdict is Verdict.DATA_FAULT
    assert accepted.verdict is Verdict.VIRTUAL_DRIFT
    assert accepted.faults == ()
    assert accepted.check_id != faulty.check_id


def test_a_person_may_train_whatever_the_verdict(world):
    """The action and its reason say who and why; the verdict stays what it is."""
    found = world.look(LEADS, override=Override(OverrideKind.TRAIN, "ada", "a new product"))

    assert (found.verdict, found.action) == (Verdict.STABLE, Action.TRAIN)
    assert "ada" in found.action_reason
    assert found.check_id == check_id(NAME, "load_1", 1, AS_OF, [OverrideKind.TRAIN])


def test_few_new_leads_are_not_enough(world):
    """Twenty say nothing, and the sentence says how many would."""
    found = world.look(LEADS.iloc[:3_620])

    assert (found.verdict, found.action) == (Verdict.NOT_ENOUGH_DATA, Action.NONE)
    assert found.summary.startswith("20 leads are newer than the champion's reference of 900")


def test_a_load_without_rows_is_not_enough(world):
    """Nothing to read is no error."""
    found = world.look(LEADS.iloc[:0])

    assert (found.verdict, found.rows_current) == (Verdict.NOT_ENOUGH_DATA, 0)


def test_rows_of_the_future_do_not_exist(world):
    """Ten hours after the reference there are twenty leads."""
    found = world.look(LEADS, as_of=JUDGED_UNTIL + timedelta(hours=10))

    assert found.rows_current == 20


def test_a_window_looks_at_the_newest_leads_only(world):
    """Five days of leads, and of those with an outcome five days that end three days earlier."""
    found = world.look(LEADS, as_of=LAST, use_case=drifting(window=timedelta(days=5)))

    assert found.rows_current == 5 * 48
    assert found.performance[0].rows == 5 * 48


def test_without_a_champion_there_is_nothing_to_compare_with(world):
    """No champion is a verdict, not an error, and asks for a training."""
    world.champion = None

    found = world.look(LEADS)

    assert (found.verdict, found.action) == (Verdict.NO_CHAMPION, Action.TRAIN)
    assert (found.model_version, found.rows_reference) == (None, 0)


def test_a_champion_of_an_earlier_version_has_to_be_trained_again(world):
    """It has no reference; nothing is judged."""
    world.model = replace(world.model, reference=None)

    found = world.look(LEADS)

    assert (found.verdict, found.action) == (Verdict.NOT_ENOUGH_DATA, Action.NONE)
    assert "train again" in found.summary


@pytest.mark.parametrize(("loaded", "new"), [(-1, 0), (1, 2_400)])
def test_without_event_times_a_newer_load_is_new(world, loaded, new):
    """Its rows are new as a whole if it came after the champion was trained, else none is."""
    nothing = pd.Series(pd.NaT, index=NEW.index, dtype="datetime64[us, UTC]")
    world.champion = replace(world.champion, tested_from=None, tested_until=None)
    world.load(
        NEW.assign(**{CREATED_AT: nothing, KNOWN_AT: nothing}),
        as_of=TRAINED_AT + timedelta(days=loaded),
    )

    assert world.check().rows_current == new


def test_the_order_of_batches_plays_no_part(world, tmp_path):
    """Many small batches, last one first, give the same check in every number."""
    whole = world.look(selected())
    with Database.open(sqlite_url(tmp_path / "other"), home()) as other:
        again = World(other, world.model).look(selected(), size=100)

    assert again == whole


def test_checking_again_changes_nothing(world):
    """The same check has the same id, and nothing is written."""
    first = world.look(turned())
    before = table_hash(world.database.engine)

    assert world.check() == first
    assert table_hash(world.database.engine) == before


def test_a_check_that_was_killed_gives_the_same_when_run_again(world):
    """Dead right before it was kept: nothing is there, and the next run says the same."""
    world.load(turned())
    world.progress.fail_at = "save_check"
    with pytest.raises(KeyboardInterrupt):
        world.check()
    assert world.database.checks(NAME) == ()
    world.progress.fail_at = None

    found = world.check()

    assert found.verdict is Verdict.HARMFUL_DRIFT
    assert len(world.database.checks(NAME)) == 1


def test_an_unknown_load_is_named(world):
    """An id that no load has is refused."""
    with pytest.raises(UnknownIdError, match="load_9"):
        world.check("load_9")


def test_a_load_of_another_use_case_is_refused(world):
    """Its rows say nothing about this champion."""
    world.database.save_load(make_load(load_id="load_2", use_case="another"), [])

    with pytest.raises(UnknownIdError, match="is of another"):
        world.check("load_2")
