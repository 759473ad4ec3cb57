"""A use case with two models on a real database: version 2 is champion and turned round."""

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakes import AliasRegistry
from fakes import FakeProgress
from fakes import FakeSnapshots
from fakes import TurnedEstimator
from fakes import visits_model
from made import USE_CASE
from made import day
from made import make_load
from made import make_snapshot
from made import make_use_case
from made import make_version

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.frames import to_frame
from lead_scoring.core.profile import fit_profile
from lead_scoring.core.records import Batch
from lead_scoring.core.scoring import score_leads
from lead_scoring.io.batch_files import BatchFiles
from lead_scoring.io.database import Database
from lead_scoring.pipelines import inference
from lead_scoring.pipelines.inference_ports import InferencePorts
from lead_scoring.pipelines.rollback import Rollback
from lead_scoring.pipelines.rollback import roll_back

AS_OF = day(60)
CONFIG = make_use_case()


def two_models() -> AliasRegistry:
    """Make version 1, and version 2 that says the opposite and is champion."""
    leads = to_frame(make_snapshot())
    profile = fit_profile(leads, ["visits"], ["medium"])
    scores = score_leads(visits_model(profile), leads, CONFIG.scoring)
    first = visits_model(profile.with_scores(scores))
    turned = replace(first, estimator=TurnedEstimator())
    versions = {
        number: make_version(version=number, model_digest=f"{number}" * 64, run_id=f"run {number}")
        for number in (1, 2)
    }
    return AliasRegistry(versions, {1: first, 2: turned}, {"champion": 2, "previous": 1})


def use_case_with(**training: Any) -> UseCase:
    """Make the use case with settings of its training."""
    return make_use_case(training=training)


@dataclass
class Champions:
    """Two models, a load of forty leads of which half are open, and a database."""

    database: Database
    files: BatchFiles
    registry: AliasRegistry = field(default_factory=two_models)
    snapshots: FakeSnapshots = field(default_factory=FakeSnapshots)
    progress: FakeProgress = field(default_factory=FakeProgress)

    @classmethod
    def made(cls, database: Database, folder: Path) -> "Champions":
        """Put the load in place."""
        made = cls(database, BatchFiles(str(folder / "storage")))
        made.add("load_1", make_snapshot())
        return made

    def add(self, load_id: str, table: Any, as_of: Any = AS_OF) -> None:
        """Put a load and its snapshot in place."""
        counts = {"rows_read": table.num_rows, "rows_accepted": table.num_rows}
        load = make_load(
            load_id=load_id, as_of=as_of, rows_quarantined=0, rows_duplicate=0, **counts
        )
        self.database.save_load(load, [])
        self.snapshots.tables[load_id] = table

    def ports(self, progress: FakeProgress) -> InferencePorts:
        """Give what loads are scored with."""
        return InferencePorts(
            loads=self.database,
            snapshots=self.snapshots,
            registry=self.registry,
            files=self.files,
            scores=self.database,
            progress=progress,
        )

    def publish(
        self, load_id: str = "load_1", as_of: Any = AS_OF, config: UseCase = CONFIG
    ) -> Batch:
        """Score a load with the champion and publish it."""
        batch = inference.score_batch(
            config,
            load_id,
            as_of,
            self.ports(FakeProgress()),
        )
        return inference.publish_batch(
            config,
            batch.batch_id,
            files=self.files,
            scores=self.database,
            progress=FakeProgress(),
        )

    def roll_back(self, reason: str = "it looks wrong", as_of: Any = AS_OF) -> Rollback:
        """Roll back by Ada."""
        return roll_back(
            CONFIG,
            "ada",
            reason,
            as_of,
            ports=self.ports(self.progress),
            decisions=self.database,
        )

    def current(self) -> dict[str, int]:
        """Return the version that each current lead was scored by."""
        leads = self.database.leads(USE_CASE, top=None)
        return dict(zip(leads["lead_id"], leads["model_version"], strict=True))

    def statuses(self) -> dict[int, str]:
        """Return the status of the newest batch of each version."""
        return {one.model_version: one.status.value for one in self.database.batches(USE_CASE)}
