"""Searches in the real Optuna on SQLite."""

import pytest

from lead_scoring.config.search_space import Choice
from lead_scoring.config.search_space import Range
from lead_scoring.core.trials import Judged
from lead_scoring.core.trials import Proposal
from lead_scoring.core.trials import TrialState
from lead_scoring.core.trials import best_trials
from lead_scoring.errors import TransientError
from lead_scoring.io.studies import OptunaStudies

pytestmark = pytest.mark.slow

SPACES = {
    "forest": {"criterion": Choice(("gini", "entropy")), "share": Choice(("sqrt", None, 0.5))},
    "boosted": {
        "rate": Range(0.01, 1.0, log=True),
        "leaves": Range(4, 64, log=True, whole=True),
    },
}
CONFIGURED = (
    Proposal("forest", {"criterion": "entropy", "share": None}),
    Proposal("boosted", {"rate": 1.0, "leaves": 8}),
)
FOLDS = 3


def quality(proposal: Proposal) -> float:
    """Return how good hyperparameters are: best at a rate of 0.1, worse for every forest."""
    if proposal.family == "forest":
        return 0.5
    return 1 - abs(float(proposal.settings["rate"]) - 0.1)


def run(studies: OptunaStudies, until: int, *, pruning: bool = True, killed: bool = False):
    """Run trials until so many are finished; leave one more unfinished if it is killed."""
    with studies.opened("train_1", SPACES, seed=3, pruning=pruning) as study:
        while (done := len(study.trials())) < until:
            proposal = study.propose(CONFIGURED[done] if done < len(CONFIGURED) else None)
            course: list[float] = []
            for _ in range(FOLDS):
                course.append(quality(proposal))
                if study.is_hopeless(course):
                    break
            whole = len(course) == FOLDS
            study.finish(
                Judged(tuple(course), course[-1], {"figure": 0.25})
                if whole
                else Judged(tuple(course))
            )
        if killed:
            study.propose(CONFIGURED[done] if done < len(CONFIGURED) else None)
        return study.trials()


def tried(trials) -> list[tuple[Proposal, Judged]]:
    """Return what was tried and how it did, without the times."""
    return [(trial.proposal, trial.judged) for trial in trials]


@pytest.fixture
def studies(tmp_path):
    """Give searches in a database of their own, in a folder that is not there yet."""
    return OptunaStudies(f"sqlite:///{tmp_path}/database/tuning.db")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Give 16 trials of a search that nobody killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return run(OptunaStudies(f"sqlite:///{folder}/tuning.db"), 16)


def test_what_is_configured_is_tried_first(undisturbed):
    """Family by family, whole, and with the very values."""
    assert tuple(trial.proposal for trial in undisturbed[:2]) == CONFIGURED
    assert {trial.state for trial in undisturbed[:2]} == {TrialState.COMPLETE}
    assert [trial.number for trial in undisturbed] == list(range(1, 17))


def test_a_search_finds_better_than_what_is_configured(undisturbed):
    """The rate configured is ten times the best one."""
    best = best_trials(undisturbed)["boosted"]

    assert best.judged.quality > quality(CONFIGURED[1]) + 0.5
    assert best.judged.metrics == {"figure": 0.25}


def test_proposals_keep_to_the_ranges(undisturbed):
    """Whole numbers are whole and nothing lies outside."""
    for trial in undisturbed:
        space = SPACES[trial.proposal.family]

        assert set(trial.proposal.settings) == set(space)
        assert all(space[name].holds(value) for name, value in trial.proposal.settings.items())


def test_hopeless_trials_are_given_up(undisturbed, studies):
    """With pruning some end after a fold; without it none does."""
    short = [trial for trial in undisturbed if trial.state is TrialState.PRUNED]

    assert short
    assert all(len(trial.judged.course) < FOLDS for trial in short)
    assert all(trial.state is TrialState.COMPLETE for trial in run(studies, 10, pruning=False))


def test_a_killed_search_goes_on_as_if_it_had_not_been(undisturbed, studies):
    """Killed in the first trial, in one of the random ones and in a proposed one."""
    for until in (0, 5, 12):
        run(studies, until, killed=True)

    assert tried(run(studies, 16)) == tried(undisturbed)


def test_a_trial_killed_before_it_began_is_struck_out(undisturbed, studies):
    """One that only waits to be tried is not tried twice."""
    with studies.opened("train_1", SPACES, seed=3, pruning=True) as study:
        study._study.enqueue_trial({"family": "forest"})

    assert tried(run(studies, 3)) == tried(undisturbed[:3])


def test_a_closed_search_says_what_was_chosen(studies):
    """Only a closed one does."""
    run(studies, 2)
    with studies.opened("train_1", SPACES, seed=3, pruning=True) as study:
        before = study.chosen()
        study.close({"boosted": 2})
    with studies.opened("train_1", SPACES, seed=3, pruning=True) as study:
        assert before is None
        assert study.chosen() == {"boosted": 2}


def test_searches_know_nothing_of_each_other(studies):
    """Another name begins with no trial."""
    run(studies, 2)
    with studies.opened("train_2", SPACES, seed=3, pruning=True) as study:
        assert study.trials() == ()


def test_a_trial_that_another_run_took_over_can_be_tried_again_later(studies):
    """Two runs of one training: the later one takes over, the earlier one is told to wait."""

    def be_overtaken():
        with studies.opened("train_1", SPACES, seed=3, pruning=True) as earlier:
            earlier.propose(CONFIGURED[0])
            run(studies, 1)
            earlier.finish(Judged((0.5,), 0.5))

    with pytest.raises(TransientError, match="another run of this training"):
        be_overtaken()


def test_a_server_that_is_down_can_be_tried_again():
    """The message says where the trials lie, without the password."""
    down = OptunaStudies("postgresql+psycopg://ada:secret@127.0.0.1:1/trials")

    with pytest.raises(TransientError, match=r"trials at 127\.0\.0\.1:1/trials") as caught:
        run(down, 1)
    assert "secret" not in str(caught.value)


def test_a_trial_must_be_proposed_before_it_ends(studies):
    """Ending nothing is a mistake."""
    with (
        studies.opened("train_1", SPACES, seed=3, pruning=True) as study,
        pytest.raises(ValueError, match="propose one first"),
    ):
        study.finish(Judged((0.5,), 0.5))
