"""Mature leads to a challenger, against fakes."""

import logging
from dataclasses import dataclass
from dataclasses import field
from datetime import timedelta

import pandas as pd
import pytest
from fakes import FakeProgress
from leads import AS_OF
from leads import small_leads
from leads import small_use_case
from made import make_load
from training_fakes import MemoryDecisions
from training_fakes import MemoryLoads
from training_fakes import MemoryModels
from training_fakes import MemoryRegistry
from training_fakes import MemorySnapshots

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.approval import Review
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import OUTCOME
from lead_scoring.errors import GateError
from lead_scoring.errors import NotEnoughDataError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.promotion import apply_decision
from lead_scoring.pipelines.promotion import decide_promotion
from lead_scoring.pipelines.training import train_challenger

pytestmark = pytest.mark.slow

SETTINGS = {"candidates": {"logistic_regression": {}}, "gate": {"max_calibration_error": 0.3}}
USE_CASE = small_use_case(**SETTINGS)
NAME = USE_CASE.use_case
EARLY = small_leads(1600)[CREATED_AT].iloc[700].to_pydatetime()
LATE = small_leads(1600)[CREATED_AT].iloc[1300].to_pydatetime()
TURNS = 701
"""From this lead on those convert that did not before, where a test says so."""


@dataclass
class World:
    """All collaborators of the training pipeline, in memory."""

    rows: pd.DataFrame = field(default_factory=lambda: small_leads(1600))
    use_case: UseCase = USE_CASE
    loads: MemoryLoads = field(default_factory=lambda: MemoryLoads([make_load(as_of=EARLY)]))
    models: MemoryModels = field(default_factory=MemoryModels)
    decisions: MemoryDecisions = field(default_factory=MemoryDecisions)

    def __post_init__(self) -> None:
        self.registry = MemoryRegistry(self.models)
        self.progress = FakeProgress()

    def train(self, as_of=AS_OF) -> ModelVersion:
        """Train at an instant."""
        return train_challenger(
            self.use_case,
            as_of,
            "a test",
            loads=self.loads,
            snapshots=MemorySnapshots(self.rows),
            models=self.models,
            registry=self.registry,
            progress=self.progress,
        )

    def decide(self, version, as_of=AS_OF) -> Decision:
        """Decide on a version."""
        return decide_promotion(
            self.use_case,
            version.version,
            as_of,
            loads=self.loads,
            snapshots=MemorySnapshots(self.rows),
            registry=self.registry,
            decisions=self.decisions,
            review=lambda _challenger, _champion: Review(),
        )

    def promote(self, decision) -> ModelVersion | None:
        """Apply a decision."""
        return apply_decision(
            NAME, decision.decision_id, registry=self.registry, decisions=self.decisions
        )

    def two_champions(self) -> "World":
        """Train, promote, train when another thing converts, promote."""
        rows = small_leads(3200)
        turned = rows[OUTCOME].where(rows.index < TURNS, 1 - rows[OUTCOME])
        self.rows = rows.assign(**{OUTCOME: turned})
        for as_of in (EARLY, AS_OF):
            assert self.promote(self.decide(self.train(as_of), as_of))
        return self


def test_a_trained_model_becomes_challenger_and_is_recorded():
    """Version, digests and window are in the store; no champion is made."""
    world = World()
    version = world.train()

    assert world.models.find_training(version.training_id) == version
    assert world.registry.aliases == {"challenger": 1}
    assert version.fitted_until < version.tested_from < version.tested_until


def test_a_second_call_trains_nothing():
    """The same instant, loads and config have the same id: the version is found."""
    world = World()
    first, second = world.train(), world.train()

    assert first == second
    assert world.progress.steps.count("fit") == 1


def test_a_gate_changes_no_training_but_a_seed_does():
    """Only what a model depends on is in its id."""
    world = World()
    first = world.train()
    gate = USE_CASE.training.gate.model_copy(update={"max_calibration_error": 0.2})
    world.use_case = USE_CASE.model_copy(
        update={"training": USE_CASE.training.model_copy(update={"gate": gate})}
    )
    same = world.train()
    world.use_case = small_use_case(candidates={"logistic_regression": {}}, seed=99)

    assert same == first
    assert world.train().training_id != first.training_id


@pytest.mark.parametrize(
    "step", ["read_mature_rows", "fit", "register", "save_model", "set_challenger", "trained"]
)
def test_killed_at_any_step_and_run_again_ends_the_same(step):
    """One version, one row, the alias set."""
    world = World()
    world.progress.fail_at = step
    with pytest.raises(KeyboardInterrupt):
        world.train()
    world.progress.fail_at = None
    version = world.train()
    whole = World()
    whole.train()

    assert version == whole.models.find_model(NAME, 1)
    assert world.registry.aliases == whole.registry.aliases
    assert len(world.models.kept) == 1


def test_too_few_leads_are_refused_in_words_and_leave_nothing():
    """The message names the use case, the counts and the limits."""
    world = World(rows=small_leads(1600).iloc[:20])
    with pytest.raises(NotEnoughDataError, match=r"made_up.*at least 20 and 20 are needed"):
        world.train()

    assert world.models.kept == {}
    assert world.registry.registered == {}


def test_no_load_at_all_is_refused_with_the_way_out():
    """A fresh platform has nothing to train on: use case, instant and remedy are named."""
    world = World(loads=MemoryLoads())
    with pytest.raises(
        NotEnoughDataError, match=r"made_up as of 2024-12-01.*run the data pipeline first"
    ):
        world.train()

    assert world.registry.registered == {}


def test_outcomes_not_known_at_as_of_do_not_exist():
    """A later outcome changes nothing for an earlier instant."""
    rows = small_leads(1600)
    later = rows[CREATED_AT] > EARLY
    flipped = rows.assign(**{OUTCOME: rows[OUTCOME].where(~later, 1 - rows[OUTCOME])})

    assert (
        World(rows=rows).train(EARLY).model_digest == World(rows=flipped).train(EARLY).model_digest
    )


def test_without_event_times_the_log_says_how_it_was_split(caplog):
    """A stratified split is named as such, and the version has no windows."""
    caplog.set_level(logging.INFO)
    version = World(rows=small_leads(timed=False)).train()

    assert "stratified, as there is no event time" in caplog.text
    assert version.fitted_until is None


def test_the_first_good_model_is_promoted():
    """A decision row comes first, then the aliases."""
    world = World()
    decision = world.decide(world.train())

    assert decision.kind is DecisionKind.PROMOTION
    assert world.registry.aliases == {"challenger": 1}
    assert world.promote(decision).version == 1
    assert world.registry.aliases == {"champion": 1}


def test_the_champion_is_compared_on_rows_neither_was_fitted_on():
    """The reasons name the rows, and they are later than the champion's."""
    world = World(use_case=USE_CASE)
    world.promote(world.decide(world.train(EARLY), EARLY))
    decision = world.decide(world.train())

    assert "neither was fitted on" in decision.reasons[0]
    assert decision.champion == 1


def test_a_model_as_good_as_the_champion_is_refused():
    """More leads of the same kind make another model, not a better one: the champion is kept."""
    world = World()
    world.promote(world.decide(world.train(LATE), LATE))
    decision = world.decide(world.train())

    assert decision.kind is DecisionKind.REFUSAL
    assert decision.reasons[0].startswith("champion version 1 is kept: gain in ROC AUC")


def test_a_model_that_learned_what_changed_is_promoted():
    """The decision says by how much it gains, how sure that is, and on how many leads."""
    reasons = World().two_champions().decisions.kept[-1].reasons

    assert any(
        "% interval" in reason and "over champion version 1" in reason for reason in reasons
    )


def test_too_few_later_rows_keep_the_champion():
    """A champion fitted on all but the newest rows cannot be beaten on those few."""
    world = World(use_case=small_use_case(**SETTINGS, test_share=0.02))
    world.promote(world.decide(world.train()))
    world.use_case = USE_CASE
    decision = world.decide(world.train())

    assert decision.kind is DecisionKind.REFUSAL
    assert "champion version 1 is kept" in decision.reasons[-1]
    assert world.promote(decision) is None
    assert world.registry.aliases["champion"] == 1


def test_the_same_model_is_not_promoted_again():
    """A training on nothing new gives the champion's digest."""
    world = World()
    world.promote(world.decide(world.train()))
    again = world.train(AS_OF + timedelta(days=1))
    decision = world.decide(again)

    assert again.version == 2
    assert decision.reasons[0].startswith("same model")


def test_deciding_twice_writes_one_decision():
    """Also after the decision was applied."""
    world = World()
    version = world.train()
    first, second = world.decide(version), world.decide(version)
    world.promote(first)
    third = world.decide(version)

    assert first == second == third
    assert len(world.decisions.kept) == 1
    assert world.promote(third).version == 1


def test_a_decision_against_another_champion_is_not_applied():
    """Who decided on version 1's place must decide again when version 2 has it."""
    world = World().two_champions()
    first = world.decisions.kept[0]
    with pytest.raises(GateError, match="Decide again"):
        world.promote(first)

    assert world.registry.aliases == {"champion": 2, "previous": 1}


def test_an_unknown_decision_is_refused():
    """Nothing is promoted without a decision row."""
    with pytest.raises(UnknownIdError, match="decision_none"):
        apply_decision(
            NAME, "decision_none", registry=World().registry, decisions=MemoryDecisions()
        )


def test_an_unknown_version_cannot_be_decided_on():
    """The version must be registered."""
    world = World()
    version = world.train()
    world.models.kept.clear()
    with pytest.raises(UnknownIdError):
        world.decide(version)
