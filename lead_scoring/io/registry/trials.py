"""One nested MLflow run per trial of a search, below the run of its training."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from typing import Self

import mlflow
from mlflow.entities import Metric
from mlflow.entities import Param
from mlflow.entities import Run
from mlflow.entities import RunStatus
from mlflow.entities import RunTag
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from lead_scoring.core.trials import Search
from lead_scoring.core.trials import Trial
from lead_scoring.core.trials import TrialState
from lead_scoring.core.tuning_text import describe_trial
from lead_scoring.io.registry.connection import connect
from lead_scoring.io.registry.connection import translated
from lead_scoring.io.registry.runs import MODEL_DIGEST
from lead_scoring.io.registry.runs import experiment_id
from lead_scoring.io.registry.runs import find_or_start_run

TRIAL: Final = "lead_scoring.trial"
_STATUS: Final = {
    TrialState.COMPLETE: RunStatus.to_string(RunStatus.FINISHED),
    TrialState.PRUNED: RunStatus.to_string(RunStatus.KILLED),
}
_PAGE: Final = 1000


class MlflowTrials:
    """Implements the port ``TrialLog``.

    The run of the training is made when its first trial is logged, so that trials can be looked
    at while the search goes on, and when no model comes out of it.

    Args:
        client: A connected client.
        tracking_uri: Where it is connected to.
        artifacts: Folder or URL of new artifacts; ``None`` where a server has its own.
    """

    def __init__(
        self, client: mlflow.MlflowClient, tracking_uri: str, artifacts: str | None
    ) -> None:
        self._client = client
        self._tracking_uri = tracking_uri
        self._artifacts = artifacts

    @classmethod
    def open(cls, tracking_uri: str, artifacts: str) -> Self:
        """Connect; a SQLite file that is not there is made.

        Args:
            tracking_uri: ``sqlite:///`` and an absolute path, or the address of a server.
            artifacts: Folder or URL of new artifacts; a server's own are used instead.

        Raises:
            TransientError: The server is down.
        """
        served = tracking_uri.startswith(("http://", "https://"))
        return cls(connect(tracking_uri), tracking_uri, None if served else artifacts)

    def log_trials(self, search: Search, trials: Sequence[Trial]) -> None:
        """Show trials below the run of their training; one that is there is left as it is.

        Raises:
            TransientError: MLflow does not answer; the trials are kept, a rerun shows them.
        """
        with translated(self._tracking_uri):
            experiment, parent = self._parent(search)
            logged = self._logged(experiment, parent, trials)
            for trial in trials:
                run = logged.get(str(trial.number))
                if run is None or run.info.status == RunStatus.to_string(RunStatus.RUNNING):
                    self._log(experiment, parent, search, trial, run)

    def log_outcome(self, search: Search, text: str) -> None:
        """Say what came out, in Markdown, before a model is registered; after that, nothing.

        Raises:
            TransientError: MLflow does not answer.
        """
        note = f"{text}\nNo model of this training is registered yet."
        with translated(self._tracking_uri):
            _, parent = self._parent(search)
            if MODEL_DIGEST in self._client.get_run(parent).data.tags:
                return
            tags = {
                "lead_scoring.use_case": search.use_case,
                "lead_scoring.as_of": search.as_of.isoformat(),
                "lead_scoring.reason": search.reason,
                "mlflow.note.content": note,
            }
            self._client.log_batch(parent, tags=[RunTag(*tag) for tag in tags.items()])
            self._client.set_terminated(parent, RunStatus.to_string(RunStatus.FINISHED))

    def _parent(self, search: Search) -> tuple[str, str]:
        """Return the experiment and the run of the training; each is made if it is not there."""
        experiment = experiment_id(self._client, search.use_case, self._artifacts)
        return experiment, find_or_start_run(self._client, experiment, search.training_id)

    def _logged(self, experiment: str, parent: str, trials: Sequence[Trial]) -> Mapping[str, Run]:
        """Return the runs below a run, by the number of their trial; just one if one is asked."""
        wanted = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{parent}'"
        if len(trials) == 1:
            wanted += f" AND tags.`{TRIAL}` = '{trials[0].number}'"
        found: list[Run] = []
        token: str | None = None
        while token != "":
            page = self._client.search_runs(
                [experiment], wanted, max_results=_PAGE, page_token=token
            )
            found += page
            token = page.token or ""
        return {run.data.tags[TRIAL]: run for run in found if TRIAL in run.data.tags}

    def _log(
        self, experiment: str, parent: str, search: Search, trial: Trial, begun: Run | None
    ) -> None:
        """Write one trial; a run that a kill left unfinished is finished."""
        start = int(trial.started.timestamp() * 1000)
        end = int((trial.started + timedelta(seconds=trial.seconds)).timestamp() * 1000)
        run = begun or self._client.create_run(
            experiment,
            start_time=start,
            run_name=f"trial {trial.number:03d} {trial.proposal.family}",
            tags={MLFLOW_PARENT_RUN_ID: parent, TRIAL: str(trial.number)},
        )
        run_id = str(run.info.run_id)
        self._client.log_batch(
            run_id,
            metrics=list(_metrics(search, trial, end)),
            params=list(_params(trial)),
            tags=[
                RunTag("lead_scoring.state", trial.state.value),
                RunTag("lead_scoring.use_case", search.use_case),
                RunTag("mlflow.note.content", describe_trial(trial)),
            ],
        )
        self._client.set_terminated(run_id, _STATUS[trial.state], end)


def _metrics(search: Search, trial: Trial, instant: int) -> Iterator[Metric]:
    """Iterate over figures of all rows, and the course fold by fold.

    A trial that was given up has no figure of all rows: on fewer rows none would compare.
    """
    for name, value in sorted(trial.judged.metrics.items()):
        yield Metric(f"out_of_fold.{name}", value, instant, 0)
    for fold, value in enumerate(trial.judged.course, start=1):
        yield Metric(f"by_fold.{search.quality}", value, instant, fold)
    yield Metric("seconds", trial.seconds, instant, 0)


def _params(trial: Trial) -> Iterator[Param]:
    yield Param("family", trial.proposal.family)
    yield Param("state", trial.state.value)
    for name, value in trial.proposal.settings.items():
        yield Param(f"{trial.proposal.family}.{name}", str(value))
