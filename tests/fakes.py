"""In-memory stand-ins for what the pipelines need from outside."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from lead_scoring.core.calibration import Calibration
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.frames import to_frame
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.profile import Profile
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.errors import UnknownIdError


@dataclass
class FakeProgress:
    """Remembers the steps and the rows; raises at a step if told to."""

    steps: list[str] = field(default_factory=list)
    rows: int = 0
    fail_at: str | None = None

    def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
        """Note the step."""
        del total, unit
        self.steps.append(name)
        if name == self.fail_at:
            msg = f"killed at {name}"
            raise KeyboardInterrupt(msg)

    def advance(self, rows: int) -> None:
        """Count the rows."""
        self.rows += rows


@dataclass(frozen=True)
class VisitsEstimator:
    """Its margin is the number of visits, less three."""

    broken: float | None = None
    family: str = "visits"

    def margins(self, features: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Give the margin of each lead."""
        margins = features["visits"].to_numpy(dtype=np.float64) - 3.0
        return margins if self.broken is None else np.full_like(margins, self.broken)

    def explained(self, features: pd.DataFrame) -> tuple[npt.NDArray[np.float64], Contributions]:
        """Put all of it down to visits."""
        names = tuple(str(name) for name in features.columns)
        values = np.zeros((len(features), len(names)))
        margins = self.margins(features)
        values[:, names.index("visits")] = margins + 3.0
        return margins, Contributions(names, np.full(len(features), -3.0), values)

    def importance(self) -> Mapping[str, float]:
        """Give one feature all of it."""
        return {"visits": 1.0}


def visits_model(profile: Profile, broken: float | None = None) -> ScoringModel:
    """Make a model of ``visits`` and ``medium`` whose probability rises from 0.05 to 0.95."""
    columns = pd.DataFrame({"visits": [1.0], "medium": ["web"]})
    preparation = Pipeline([("same", FunctionTransformer())]).fit(columns)
    knots = tuple(np.linspace(-3.0, 3.0, 7))
    return ScoringModel(
        preparation=preparation,
        estimator=VisitsEstimator(broken),
        calibration=Calibration(knots, tuple(np.linspace(0.05, 0.95, 7))),
        profile=profile,
    )


@dataclass
class FakeRegistry:
    """A registry with at most one champion."""

    champions: dict[str, ModelVersion] = field(default_factory=dict)
    models: dict[int, ScoringModel] = field(default_factory=dict)

    def champion(self, use_case: str) -> ModelVersion | None:
        """Give the champion there is."""
        return self.champions.get(use_case)

    def version(self, use_case: str, version: int) -> ModelVersion:
        """Give the champion, whose version it must be."""
        champion = self.champions[use_case]
        assert champion.version == version
        return champion

    def load_model(self, version: ModelVersion) -> ScoringModel:
        """Give the model of the champion."""
        return self.models[version.version]


@dataclass(frozen=True)
class TurnedEstimator(VisitsEstimator):
    """The more visits, the worse."""

    family: str = "turned"

    def margins(self, features: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Give the margin of each lead, turned round."""
        return -super().margins(features)


@dataclass
class AliasRegistry:
    """Versions with their models, and the aliases ``champion`` and ``previous``."""

    versions: dict[int, ModelVersion] = field(default_factory=dict)
    models: dict[int, ScoringModel] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)
    attached: dict[int, dict[str, str]] = field(default_factory=dict)

    def champion(self, use_case: str) -> ModelVersion | None:
        """Resolve ``champion``."""
        del use_case
        return self.versions.get(self.aliases.get("champion", 0))

    def previous(self, use_case: str) -> ModelVersion | None:
        """Resolve ``previous``."""
        del use_case
        return self.versions.get(self.aliases.get("previous", 0))

    def version(self, use_case: str, version: int) -> ModelVersion:
        """Give one version."""
        if version not in self.versions:
            msg = f"{use_case}: there is no model version {version}"
            raise UnknownIdError(msg)
        return self.versions[version]

    def load_model(self, version: ModelVersion) -> ScoringModel:
        """Give its model."""
        return self.models[version.version]

    def set_champion(self, version: ModelVersion) -> None:
        """Move both aliases; the same version changes nothing."""
        champion = self.aliases.get("champion")
        if champion is not None and champion != version.version:
            self.aliases["previous"] = champion
        self.aliases["champion"] = version.version

    def attach(self, version: ModelVersion, texts: Mapping[str, str]) -> None:
        """Keep texts by version."""
        self.attached.setdefault(version.version, {}).update(texts)


@dataclass
class FakeSnapshots:
    """Snapshots as tables, by load."""

    tables: dict[str, pa.Table] = field(default_factory=dict)

    @contextmanager
    def beside(self, outcomes: ReturnedOutcomes) -> Iterator["FakeSnapshots"]:
        """Give itself; no file brought outcomes back."""
        assert not outcomes.files
        yield self

    def batches(
        self, load: Load, columns: Sequence[str] | None = None, rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Cut the rows into batches."""
        table = self.tables[load.load_id]
        chosen = table if columns is None else table.select(list(columns))
        yield from chosen.to_batches(max_chunksize=rows)

    def rows_between(
        self, loads: Sequence[Load], after: datetime | None, until: datetime | None, limit: int
    ) -> pd.DataFrame:
        """Give the rows of a span of event time."""
        frame = pd.concat([to_frame(self.tables[load.load_id]) for load in loads])
        frame = frame.drop_duplicates("lead_id", keep="last")
        if after is not None:
            frame = frame[frame["created_at"] > after]
        if until is not None:
            frame = frame[frame["created_at"] <= until]
        return frame.sort_values(["created_at", "lead_id"]).head(limit)


@dataclass
class FakeMonitor:
    """Remembers what it was given, and renders nothing of it."""

    columns: list[str] = field(default_factory=list)
    numeric: list[str] = field(default_factory=list)
    reference: pd.DataFrame = field(default_factory=pd.DataFrame)
    current: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = ()

    def report(
        self,
        reference: pd.DataFrame,
        current: pd.DataFrame,
        numeric: Sequence[str],
        probability: str | None,
        notes: Sequence[str] = (),
    ) -> tuple[str, str]:
        """Give an empty page and an empty document."""
        del probability
        self.columns, self.numeric = list(reference.columns), list(numeric)
        self.reference, self.current, self.notes = reference, current, tuple(notes)
        return "<html></html>", "{}"
