"""Everything a model card says in numbers, gathered once when a model is trained."""

import math
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from lead_scoring.config.training import GATE_METRICS
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.eda.data import DataProfile
from lead_scoring.core.eda.groups import outcome_groups
from lead_scoring.core.evidence.intervals import Measured
from lead_scoring.core.evidence.intervals import measure
from lead_scoring.core.evidence.parts import Bin
from lead_scoring.core.evidence.parts import Top
from lead_scoring.core.evidence.parts import reliability
from lead_scoring.core.evidence.parts import tops
from lead_scoring.core.evidence.reading import Reading
from lead_scoring.core.evidence.reading import read_scores
from lead_scoring.core.evidence.slices import Slice
from lead_scoring.core.evidence.slices import slices
from lead_scoring.core.leak_findings import Finding
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.records import Load
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.training import Trained

_EXTRA: Final = ("lift_10",)
"""Shown with an interval beside what a gate may compare."""


@dataclass(frozen=True, slots=True)
class Window:
    """Rows a model was fitted or judged on.

    Attributes:
        rows: How many.
        begins: Event time of the oldest; ``None`` without event times.
        ends: Event time of the newest.
        signal: Mean of `Groups.signal`.
        groups: Rows by group of the outcome.
    """

    rows: int
    begins: datetime | None
    ends: datetime | None
    signal: float
    groups: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a model card rests on.

    Attributes:
        title: Title of the use case.
        about: Its description.
        owner: Who answers for it.
        loads: Digest of the content of each load, by id; those of files of outcomes too.
        fitted: Rows the served model was fitted on.
        tested: Rows of the test window.
        gap: Rows the judged model did not see because their outcome was not known in time.
        by_time: Whether the split was by time.
        maturity_days: Days from an event until its outcome is final.
        metric: Name of the metric of the gate.
        measured: Metrics of every model.
        tops: How the leads called first did.
        bins: Promises of the chosen model and what happened.
        slices: The same by level of some columns.
        whole: All test rows as one bin.
        importance: Share of each feature, the largest first.
        findings: What the leakage check found.
        reading: The test rows as promise and result, with the words for them.
        signal: What the mean outcome of a window is called.
        columns_read: Columns of the source the model reads.
        sparse: Those of them with a value in fewer than half of the rows.
        late: Columns that are known only with the outcome, which no model may read.
    """

    title: str
    about: str
    owner: str
    loads: Mapping[str, str]
    fitted: Window
    tested: Window
    gap: int
    by_time: bool
    maturity_days: float
    metric: str
    measured: tuple[Measured, ...]
    tops: tuple[Top, ...]
    bins: tuple[Bin, ...]
    slices: tuple[Slice, ...]
    importance: Mapping[str, float]
    findings: tuple[Finding, ...]
    reading: Reading
    signal: str
    columns_read: int
    sparse: tuple[str, ...]
    late: tuple[str, ...]

    def bounds(self, family: str) -> Mapping[str, float]:
        """Return the 95 % interval of the gate's metric, as ``<metric>_low`` and ``_high``."""
        own = (one.by_model[family] for one in self.measured if one.name == self.metric)
        return {
            f"{self.metric}_{side}": bound
            for one in own
            for side, bound in (("low", one.low), ("high", one.high))
            if math.isfinite(bound)
        }


def gather_evidence(
    use_case: UseCase,
    split: Split,
    trained: Trained,
    profile: DataProfile,
    *,
    loads: Sequence[Load],
    findings: Sequence[Finding],
) -> Evidence:
    """Gather what a model card rests on.

    Args:
        use_case: What was trained.
        split: Rows it was fitted and judged on.
        trained: What came out.
        profile: Profile of the rows the served model was fitted on.
        loads: The loads the rows and their outcomes come from.
        findings: What the leakage check found.
    """
    outcomes = split.test[OUTCOME].to_numpy(dtype=np.float64)
    reading = read_scores(use_case.scoring, outcomes, trained.tested)
    metric, columns = gate_metric(use_case), profile.columns
    contract = use_case.contract.columns
    served = split.closed().fit
    return Evidence(
        title=use_case.title,
        about=use_case.description,
        owner=use_case.owner,
        loads={load.load_id: load.content_digest for load in loads},
        fitted=_window(use_case, served, by_time=split.by_time),
        tested=_window(use_case, split.test, by_time=split.by_time),
        gap=len(split.gap),
        by_time=split.by_time,
        maturity_days=use_case.outcome.maturity.total_seconds() / 86_400,
        metric=metric.name,
        measured=measure(
            trained.judged,
            outcomes,
            tuple(metrics_of(use_case.task).values()),
            (*GATE_METRICS[use_case.task], *_EXTRA),
            use_case.training.seed,
        ),
        tops=tops(reading),
        bins=reliability(reading),
        slices=slices(
            [one.name for one in columns if one.levels and one.read and one.filled],
            split.test,
            trained.tested,
            outcomes,
            reading=reading,
            metric=metric,
        ),
        importance=_shares(trained.model.estimator.importance()),
        findings=tuple(findings),
        reading=reading,
        signal=profile.signal,
        columns_read=sum(one.read for one in columns),
        sparse=tuple(one.name for one in columns if one.read and one.missing > 0.5),  # noqa: PLR2004 half
        late=tuple(name for name, one in contract.items() if one.known == "outcome"),
    )


def _window(use_case: UseCase, leads: pd.DataFrame, *, by_time: bool) -> Window:
    groups = outcome_groups(use_case, leads[OUTCOME].to_numpy(dtype=np.float64))
    created = leads[CREATED_AT]
    return Window(
        rows=len(leads),
        begins=created.min().to_pydatetime() if by_time else None,
        ends=created.max().to_pydatetime() if by_time else None,
        signal=float(groups.signal.mean()),
        groups=groups.sizes(),
    )


def _shares(importance: Mapping[str, float]) -> Mapping[str, float]:
    total = sum(importance.values()) or 1.0
    ranked = sorted(importance.items(), key=lambda item: (-item[1], item[0]))
    return {name: value / total for name, value in ranked}
