"""In-memory stand-ins for what training and promotion need from outside."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime

import pandas as pd
import pyarrow as pa

from lead_scoring.core.model import ScoringModel
from lead_scoring.core.population import in_window
from lead_scoring.core.population import mature
from lead_scoring.core.records import ALWAYS
from lead_scoring.core.records import Decision
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.split import in_order
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.core.trials import Judged
from lead_scoring.core.trials import Proposal
from lead_scoring.core.trials import Search
from lead_scoring.core.trials import Trial
from lead_scoring.errors import UnknownIdError


@dataclass
class MemoryLoads:
    """Loads in a list."""

    kept: list[Load] = field(default_factory=list)

    def loads(
        self, use_case: str, as_of: datetime, purpose: Purpose, *, faulty: bool = False
    ) -> tuple[Load, ...]:
        """Return the loads known at ``as_of``, oldest first; none is faulty."""
        del faulty
        return tuple(
            load
            for load in sorted(self.kept, key=lambda load: (load.as_of, load.load_id))
            if load.use_case == use_case and load.purpose is purpose and load.as_of <= as_of
        )


@dataclass
class MemorySnapshots:
    """One frame of rows that every load has, in the order it is given."""

    rows: pd.DataFrame

    @contextmanager
    def beside(self, outcomes: ReturnedOutcomes) -> Iterator["MemorySnapshots"]:
        """Give itself; no file brought outcomes back."""
        assert not outcomes.files
        yield self

    def mature_rows(
        self, loads: Sequence[Load], as_of: datetime, limit: int, created: Window = ALWAYS
    ) -> pd.DataFrame:
        """Return the rows mature at ``as_of``; without a load there are none to read."""
        assert loads
        times = pa.chunked_array([pa.array(self.rows["created_at"])])
        wanted = mature(self.rows, as_of) & in_window(times, created)
        return in_order(self.rows[wanted]).head(limit)


@dataclass
class MemoryModels:
    """Versions by use case and number."""

    kept: dict[tuple[str, int], ModelVersion] = field(default_factory=dict)

    def save_model(self, version: ModelVersion) -> None:
        """Keep a version; the first stays."""
        self.kept.setdefault((version.use_case, version.version), version)

    def find_model(self, use_case: str, version: int) -> ModelVersion | None:
        """Return one version."""
        return self.kept.get((use_case, version))

    def find_training(self, training_id: str) -> ModelVersion | None:
        """Return the version a training made."""
        return next((one for one in self.kept.values() if one.training_id == training_id), None)


@dataclass
class MemoryRegistry:
    """Models in memory; aliases in a dict."""

    models: MemoryModels
    registered: dict[str, tuple[int, TrainingReport]] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    attached: dict[int, dict[str, str]] = field(default_factory=dict)

    def champion(self, use_case: str) -> ModelVersion | None:
        """Resolve ``champion``."""
        return self._aliased(use_case, "champion")

    def previous(self, use_case: str) -> ModelVersion | None:
        """Resolve ``previous``."""
        return self._aliased(use_case, "previous")

    def version(self, use_case: str, version: int) -> ModelVersion:
        """Return one version."""
        found = self.models.find_model(use_case, version)
        if found is None:
            raise UnknownIdError(version)
        return found

    def load_model(self, version: ModelVersion) -> ScoringModel:
        """Return the model that was registered."""
        return self.registered[version.training_id][1].model

    def register(self, report: TrainingReport) -> ModelVersion:
        """Keep a report once per training."""
        number = len(self.registered) + 1
        number, kept = self.registered.setdefault(report.training_id, (number, report))
        return ModelVersion(
            use_case=kept.use_case,
            version=number,
            model_digest=kept.model_digest,
            family=kept.model.estimator.family,
            uri=f"models:/{kept.use_case}/{number}",
            run_id=f"run {number}",
            training_id=kept.training_id,
            as_of=kept.as_of,
            fitted_until=kept.fitted_until,
            tested_from=kept.tested_from,
            tested_until=kept.tested_until,
            artifacts={"model.json": kept.model_digest},
            metrics=kept.metrics,
        )

    def set_champion(self, version: ModelVersion) -> None:
        """Move ``champion`` and ``previous``."""
        champion = self.aliases.get("champion")
        if champion != version.version:
            if champion is not None:
                self.aliases["previous"] = champion
            self.aliases["champion"] = version.version
        if self.aliases.get("challenger") == version.version:
            del self.aliases["challenger"]

    def set_challenger(self, version: ModelVersion) -> None:
        """Move ``challenger``."""
        if self.aliases.get("champion") != version.version:
            self.aliases["challenger"] = version.version

    def attach(self, version: ModelVersion, texts: Mapping[str, str]) -> None:
        """Keep texts by version."""
        self.attached.setdefault(version.version, {}).update(texts)

    def _aliased(self, use_case: str, alias: str) -> ModelVersion | None:
        number = self.aliases.get(alias)
        return None if number is None else self.version(use_case, number)


@dataclass
class MemoryDecisions:
    """Decisions in a list, each id once."""

    kept: list[Decision] = field(default_factory=list)

    def save_decision(self, decision: Decision) -> None:
        """Append a decision that is not there."""
        if decision.decision_id not in {one.decision_id for one in self.kept}:
            self.kept.append(decision)

    def decisions(self, use_case: str) -> tuple[Decision, ...]:
        """Return all decisions, oldest first."""
        return tuple(one for one in self.kept if one.use_case == use_case)


@dataclass
class MemoryStudy:
    """Trials in a list; it proposes what it was given, one after the other."""

    proposals: Sequence[Proposal]
    seconds: float = 1.0
    kept: list[Trial] = field(default_factory=list)
    choice: Mapping[str, int] | None = None
    hopeless: Callable[[Sequence[float]], bool] = lambda _: False
    _running: Proposal | None = None

    def trials(self) -> tuple[Trial, ...]:
        """Return the finished trials in their order."""
        return tuple(self.kept)

    def chosen(self) -> Mapping[str, int] | None:
        """Return what was chosen."""
        return self.choice

    def propose(self, configured: Proposal | None = None) -> Proposal:
        """Propose what is configured, else the next of the proposals."""
        self._running = configured or self.proposals[len(self.kept)]
        return self._running

    def is_hopeless(self, course: Sequence[float]) -> bool:
        """Return what it was told to."""
        return self.hopeless(course)

    def finish(self, judged: Judged) -> Trial:
        """Keep the trial that runs."""
        assert self._running
        started = datetime(2024, 12, 1, tzinfo=UTC)
        trial = Trial(len(self.kept) + 1, self._running, judged, started, self.seconds)
        self.kept.append(trial)
        return trial

    def close(self, chosen: Mapping[str, int]) -> None:
        """Note what was chosen."""
        self.choice = chosen


@dataclass
class MemoryStudies:
    """Studies by name, each made like the first."""

    make: Callable[[], MemoryStudy]
    kept: dict[str, MemoryStudy] = field(default_factory=dict)

    @contextmanager
    def opened(
        self, name: str, spaces: Mapping[str, object], *, seed: int, pruning: bool
    ) -> Iterator[MemoryStudy]:
        """Give the study of a name."""
        del spaces, seed, pruning
        yield self.kept.setdefault(name, self.make())


@dataclass
class MemoryTrialLog:
    """What people can look at, by training."""

    shown: dict[str, dict[int, Trial]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)

    def log_trials(self, search: Search, trials: Sequence[Trial]) -> None:
        """Show trials; one that is there stays."""
        below = self.shown.setdefault(search.training_id, {})
        for trial in trials:
            below.setdefault(trial.number, trial)

    def log_outcome(self, search: Search, text: str) -> None:
        """Keep the text."""
        self.outcomes[search.training_id] = text
