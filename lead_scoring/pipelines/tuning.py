"""The search for hyperparameters, between the split and the training."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lead_scoring.config.tuning import TuningConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.split import Split
from lead_scoring.core.trials import Search
from lead_scoring.core.trials import Trial
from lead_scoring.core.trials import best_trials
from lead_scoring.core.tuning import PreparedFolds
from lead_scoring.core.tuning import configured_proposals
from lead_scoring.core.tuning import search_spaces
from lead_scoring.core.tuning import with_proposals
from lead_scoring.core.tuning_text import describe_trial
from lead_scoring.core.tuning_text import describe_tuning
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.tuning_ports import Studies
from lead_scoring.pipelines.tuning_ports import Study
from lead_scoring.pipelines.tuning_ports import TrialLog

log = logging.getLogger(__name__)

MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Tuner:
    """What a search needs beside the rows.

    Attributes:
        studies: Where searches are kept.
        trials: Where people look at them.
    """

    studies: Studies
    trials: TrialLog


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came out of a search.

    Attributes:
        use_case: The use case with the best hyperparameters found, family by family.
        text: What was tried and gained, in Markdown; empty if nothing is searched.
    """

    use_case: UseCase
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Watch:
    """Everyone who is told of a trial that is finished."""

    search: Search
    tuning: TuningConfig
    trials: TrialLog
    progress: Progress

    def show(self, done: Sequence[Trial]) -> None:
        """Tell of the newest trial and the best so far."""
        trial = done[-1]
        self.trials.log_trials(self.search, [trial])
        self.progress.advance(1)
        best = max(best_trials(done).values(), key=_quality)
        log.info(
            "%s: trial %d of %d: %s; best %s %.4f (trial %d, %s)",
            self.search.use_case,
            trial.number,
            self.tuning.trials,
            describe_trial(trial),
            self.search.quality,
            best.judged.quality,
            best.number,
            best.proposal.family,
        )


def tune(
    use_case: UseCase, split: Split, search: Search, *, tuner: Tuner | None, progress: Progress
) -> Tuned:
    """Search hyperparameters on the fit rows; the test rows are not looked at.

    Each trial is kept when it is finished: a search that was killed goes on with the trials there
    are, and one that has ended is not run again.

    Args:
        use_case: Says whether and how to search.
        split: Rows without a shortage.
        search: Names the search.
        tuner: What a search needs; only where the use case says to search.
        progress: Who watches.

    Raises:
        ValueError: The use case says to search, and there is no tuner.
        TransientError: A store does not answer; run again, it goes on from there.
    """
    tuning = use_case.training.tuning
    if tuning is None:
        return Tuned(use_case)
    if tuner is None:
        msg = f"{search.use_case} says training.tuning: give what is needed for that"
        raise ValueError(msg)
    spaces, seed = search_spaces(use_case), use_case.training.seed
    progress.step("tune", tuning.trials, "trials")
    with tuner.studies.opened(
        search.training_id, spaces, seed=seed, pruning=tuning.pruning
    ) as study:
        done = study.trials()
        tuner.trials.log_trials(search, done)
        progress.advance(len(done))
        if study.chosen() is None:
            watch = _Watch(search, tuning, tuner.trials, progress)
            done = _run_trials(use_case, split, study, watch)
            study.close({family: one.number for family, one in best_trials(done).items()})
        chosen = {number: family for family, number in (study.chosen() or {}).items()}
    best = [trial for trial in done if trial.number in chosen]
    text = describe_tuning(done, best, search.quality)
    tuner.trials.log_outcome(search, text)
    return Tuned(with_proposals(use_case, [trial.proposal for trial in best]), text)


def _run_trials(use_case: UseCase, split: Split, study: Study, watch: _Watch) -> tuple[Trial, ...]:
    """Run trials until the budget is used up, those of what is configured first."""
    configured = configured_proposals(use_case)
    folds = PreparedFolds.of(use_case, split)
    done = list(study.trials())
    while len(done) < len(configured) or not is_used_up(watch.tuning, done):
        first = configured[len(done)] if len(done) < len(configured) else None
        proposal = study.propose(first)
        done.append(study.finish(folds.judge(proposal, study.is_hopeless)))
        watch.show(done)
    return tuple(done)


def is_used_up(tuning: TuningConfig, done: Sequence[Trial]) -> bool:
    """Return whether the finished trials have used up the budget."""
    if len(done) >= tuning.trials:
        return True
    return tuning.minutes is not None and sum(one.seconds for one in done) >= (
        tuning.minutes * MINUTE
    )


def _quality(trial: Trial) -> float:
    return float("-inf") if trial.judged.quality is None else trial.judged.quality
