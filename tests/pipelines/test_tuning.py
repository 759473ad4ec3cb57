"""The search for hyperparameters, against fakes."""

import logging

import pytest
from fakes import FakeProgress
from leads import AS_OF
from leads import small_leads
from leads import small_use_case
from training_fakes import MemoryStudies
from training_fakes import MemoryStudy
from training_fakes import MemoryTrialLog

from lead_scoring.core.population import mature
from lead_scoring.core.split import split_leads
from lead_scoring.core.trials import Proposal
from lead_scoring.core.trials import Search
from lead_scoring.pipelines.tuning import Tuner
from lead_scoring.pipelines.tuning import tune

pytestmark = pytest.mark.slow

LEADS = small_leads()
SPLIT = split_leads(LEADS[mature(LEADS, AS_OF)], 0.25, 20)
SEARCH = Search("made_up", "train_1", AS_OF, "a test", "roc_auc")
POOR, GOOD = {"C": 0.0001}, {"C": 0.3}


class World:
    """All a search needs, in memory."""

    def __init__(self, seconds: float = 1.0) -> None:
        proposals = [Proposal("logistic_regression", values) for values in (POOR, GOOD, POOR)]
        self.studies = MemoryStudies(lambda: MemoryStudy(proposals, seconds))
        self.log = MemoryTrialLog()
        self.progress = FakeProgress()

    def tune(self, search=SEARCH, **tuning):
        """Search a use case with a logistic regression."""
        use_case = small_use_case(
            candidates={"logistic_regression": {"C": 0.0002}}, tuning={"trials": 3} | tuning
        )
        tuner = Tuner(self.studies, self.log)
        return tune(use_case, SPLIT, search, tuner=tuner, progress=self.progress)

    @property
    def study(self) -> MemoryStudy:
        """The search that was run."""
        return self.studies.kept["train_1"]


def test_the_best_of_all_trials_is_taken():
    """What is configured is tried first; the best of the three is neither that nor the last."""
    world = World()
    tuned = world.tune()

    assert [trial.proposal.settings["C"] for trial in world.study.kept] == [0.0002, 0.3, 0.0001]
    assert tuned.use_case.training.candidates.logistic_regression.C == 0.3
    assert world.study.choice == {"logistic_regression": 2}


def test_each_trial_shows(caplog):
    """In the progress, in the log with the best so far, and where people look at trials."""
    world = World()
    with caplog.at_level(logging.INFO):
        tuned = world.tune()

    assert world.progress.steps == ["tune"]
    assert world.progress.rows == 3
    assert list(world.log.shown["train_1"]) == [1, 2, 3]
    assert world.log.outcomes["train_1"] == tuned.text
    lines = [record.message for record in caplog.records]
    assert "trial 3 of 3: logistic_regression(C 0.0001): 0." in lines[2]
    assert "(trial 2, logistic_regression)" in lines[2]
    assert "| logistic_regression | 3 | 0." in tuned.text


def test_nothing_is_searched_unless_asked():
    """The use case is returned as it is, and nothing is opened."""
    use_case = small_use_case()
    tuned = tune(use_case, SPLIT, SEARCH, tuner=None, progress=FakeProgress())

    assert tuned.use_case is use_case
    assert not tuned.text


def test_a_search_needs_a_place():
    """A caller that forgot it is told so."""
    with pytest.raises(ValueError, match=r"training\.tuning"):
        tune(small_use_case(tuning={}), SPLIT, SEARCH, tuner=None, progress=FakeProgress())


def test_a_search_that_has_ended_is_not_run_again():
    """The same trials, the same choice, the same text; only what people see is shown again."""
    world = World()
    first = world.tune()
    world.log.shown.clear()
    second = world.tune()

    assert second == first
    assert len(world.study.kept) == 3
    assert list(world.log.shown["train_1"]) == [1, 2, 3]


def test_a_search_goes_on_with_the_trials_there_are():
    """Killed after one of three, two are left to try."""
    world = World()
    world.tune(trials=1)
    world.study.choice = None
    tuned = world.tune()

    assert len(world.study.kept) == 3
    assert tuned == World().tune()


def test_time_ends_a_search_too():
    """Two trials of a minute each use up a minute and a half, over all runs."""
    world = World(seconds=60.0)
    world.tune(minutes=1.5)

    assert len(world.study.kept) == 2
    assert world.study.choice is not None


def test_what_is_configured_is_tried_however_short_the_time():
    """Without it, nobody knew what the search gained."""
    world = World(seconds=60.0)
    world.tune(minutes=0.01)

    assert len(world.study.kept) == 1


def test_a_trial_that_is_given_up_is_never_chosen():
    """It has no quality to be chosen by."""
    world = World()
    world.tune(trials=1)
    world.study.choice = None
    world.study.hopeless = lambda _: True
    tuned = world.tune()

    assert tuned.use_case.training.candidates.logistic_regression.C == 0.0002
    assert "2 of them given up early" in tuned.text
