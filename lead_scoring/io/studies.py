"""Searches in Optuna's own database. The only module that imports Optuna."""

import fcntl
import warnings
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any
from typing import Final

import optuna
import sqlalchemy as sa
from optuna.exceptions import ExperimentalWarning
from optuna.exceptions import StorageInternalError
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial
from optuna.trial import TrialState

from lead_scoring.config.search_space import Choice
from lead_scoring.config.search_space import Dimension
from lead_scoring.config.search_space import Value
from lead_scoring.core.trials import Judged
from lead_scoring.core.trials import Proposal
from lead_scoring.core.trials import Trial
from lead_scoring.errors import TransientError

_SQLITE: Final = "sqlite:///"
_FAMILY: Final = "family"
_COURSE: Final = "course"
_METRICS: Final = "metrics"
_CHOSEN: Final = "chosen"
_FINISHED: Final = (TrialState.COMPLETE, TrialState.PRUNED)
_LEFT: Final = (TrialState.RUNNING, TrialState.WAITING)
_STARTUP_TRIALS: Final = 5
_LOCK_SECONDS: Final = 60

Spaces = Mapping[str, Mapping[str, Dimension]]


class OptunaStudy:
    """Implements the port ``Study``.

    A new sampler is seeded for each trial by how many are finished, so that a search that was
    killed goes on as if it had not been.

    Args:
        study: The study.
        spaces: What is searched, by family and hyperparameter.
        seed: Seed of the samplers.
    """

    def __init__(self, study: optuna.Study, spaces: Spaces, seed: int) -> None:
        self._study = study
        self._spaces = spaces
        self._seed = seed
        self._running: optuna.Trial | None = None

    def trials(self) -> tuple[Trial, ...]:
        """Return the finished trials in their order."""
        finished = self._study.get_trials(deepcopy=False, states=_FINISHED)
        return tuple(_record(number, trial) for number, trial in enumerate(finished, start=1))

    def chosen(self) -> Mapping[str, int] | None:
        """Return the number of the chosen trial by family; None while the search goes on."""
        chosen: Mapping[str, int] | None = self._study.user_attrs.get(_CHOSEN)
        return chosen

    def propose(self, configured: Proposal | None = None) -> Proposal:
        """Begin a trial: with what is configured, if given, else with what looks promising."""
        finished = len(self._study.get_trials(deepcopy=False, states=_FINISHED))
        self._study.sampler = _sampler(self._seed + finished)
        if configured is not None:
            self._study.enqueue_trial(_parameters(configured))
        trial = self._study.ask()
        self._running = trial
        family = trial.suggest_categorical(_FAMILY, list(self._spaces))
        space = self._spaces[family]
        return Proposal(
            family,
            {name: _suggest(trial, f"{family}.{name}", space[name]) for name in space},
        )

    def is_hopeless(self, course: Sequence[float]) -> bool:
        """Return whether the trial that runs is to be given up after its folds so far.

        Optuna is told the gain over the first trial on the same rows: folds differ more from
        each other than hyperparameters do.
        """
        trial = self._trial()
        first = self._study.get_trials(deepcopy=False, states=_FINISHED)[:1]
        if not course or not first:
            return False
        last = len(course) - 1
        trial.report(course[last] - first[0].user_attrs[_COURSE][last], last)
        return trial.should_prune()

    def finish(self, judged: Judged) -> Trial:
        """End the trial that runs and keep it."""
        trial = self._trial()
        trial.set_user_attr(_COURSE, list(judged.course))
        trial.set_user_attr(_METRICS, dict(judged.metrics))
        if judged.quality is None:
            self._study.tell(trial, state=TrialState.PRUNED)
        else:
            self._study.tell(trial, judged.quality)
        self._running = None
        return self.trials()[-1]

    def close(self, chosen: Mapping[str, int]) -> None:
        """Note the chosen trials; the search is not taken up again."""
        self._study.set_user_attr(_CHOSEN, dict(chosen))

    def _trial(self) -> optuna.Trial:
        if self._running is None:
            msg = "no trial runs: propose one first"
            raise ValueError(msg)
        return self._running


class OptunaStudies:
    """Implements the port ``Studies``.

    Args:
        url: SQLAlchemy URL of the database; a SQLite file that is not there is made.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def opened(
        self, name: str, spaces: Spaces, *, seed: int, pruning: bool
    ) -> Iterator[OptunaStudy]:
        """Open a study, made if it is not there; a trial that was killed is struck out.

        Raises:
            TransientError: The database is locked or down, or another run of the same training
                has taken the search over.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with self._translated(name), _storage(self._url) as storage:
            study = optuna.create_study(
                storage=storage,
                study_name=name,
                direction="maximize",
                load_if_exists=True,
                pruner=_pruner(len(spaces)) if pruning else optuna.pruners.NopPruner(),
            )
            for left in study.get_trials(deepcopy=False, states=_LEFT):
                if left.state is TrialState.WAITING:
                    study.tell(study.ask(), state=TrialState.FAIL)
                else:
                    study.tell(left.number, state=TrialState.FAIL)
            yield OptunaStudy(study, spaces, seed)

    @contextmanager
    def _translated(self, name: str) -> Iterator[None]:
        where = self._url.rpartition("@")[2]
        try:
            yield
        except UpdateFinishedTrialError as error:
            msg = f"{name}: another run of this training tunes too; run again when it has ended"
            raise TransientError(msg) from error
        except (StorageInternalError, sa.exc.OperationalError) as error:
            msg = f"the trials at {where} cannot be reached: {str(error)[:300]}; try again"
            raise TransientError(msg) from error


@contextmanager
def _storage(url: str) -> Iterator[optuna.storages.RDBStorage]:
    """Open Optuna's database; its tables are made by one process at a time."""
    if not url.startswith(_SQLITE):
        storage = optuna.storages.RDBStorage(url)
    else:
        file = Path(url.removeprefix(_SQLITE))
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.with_name(f"{file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting = {"connect_args": {"timeout": _LOCK_SECONDS}}
            storage = optuna.storages.RDBStorage(url, engine_kwargs=waiting)
            storage.engine.dispose()
            sa.event.listen(storage.engine, "connect", _commit_swiftly)
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()


def _commit_swiftly(connection: Any, _record: object) -> None:
    """Commit without waiting for the disk; what a killed process has committed stays."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _sampler(seed: int) -> optuna.samplers.TPESampler:
    with warnings.catch_warnings():
        # The families' hyperparameters are groups of their own; Optuna may yet rename the option.
        warnings.simplefilter("ignore", ExperimentalWarning)
        return optuna.samplers.TPESampler(
            seed=seed, multivariate=True, group=True, constant_liar=False
        )


def _pruner(families: int) -> optuna.pruners.MedianPruner:
    """Return a pruner that never meets what is configured, which comes first."""
    return optuna.pruners.MedianPruner(n_startup_trials=max(_STARTUP_TRIALS, families))


def _suggest(trial: optuna.Trial, name: str, dimension: Dimension) -> Value:
    if isinstance(dimension, Choice):
        chosen: Value = trial.suggest_categorical(name, dimension.values)
        return chosen
    if dimension.whole:
        ends = int(dimension.low), int(dimension.high)
        return trial.suggest_int(name, *ends, log=dimension.log)
    return trial.suggest_float(name, dimension.low, dimension.high, log=dimension.log)


def _parameters(proposal: Proposal) -> dict[str, Value]:
    family = proposal.family
    return {_FAMILY: family} | {f"{family}.{name}": v for name, v in proposal.settings.items()}


def _record(number: int, trial: FrozenTrial) -> Trial:
    values = dict(trial.params)
    family = values.pop(_FAMILY)
    started, ended = trial.datetime_start, trial.datetime_complete
    if started is None or ended is None:
        msg = f"trial {trial.number} is finished and has no times"
        raise ValueError(msg)
    return Trial(
        number=number,
        proposal=Proposal(
            family, {name.removeprefix(f"{family}."): value for name, value in values.items()}
        ),
        judged=Judged(
            course=tuple(trial.user_attrs[_COURSE]),
            quality=trial.value if trial.state is TrialState.COMPLETE else None,
            metrics=trial.user_attrs[_METRICS],
        ),
        started=_utc(started),
        seconds=(ended - started).total_seconds(),
    )


def _utc(local: datetime) -> datetime:
    return local.astimezone(UTC)
