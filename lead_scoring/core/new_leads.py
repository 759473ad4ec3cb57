"""What a drift check looks at: the leads of a load that are newer than the champion's reference.

Of all leads that go by only counts and two samples are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from lead_scoring.config.use_case import UseCase
from lead_scoring.core import identity
from lead_scoring.core.frames import to_frame
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.observation import Observation
from lead_scoring.core.observation import Observer
from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.population import created_after
from lead_scoring.core.population import exists
from lead_scoring.core.population import in_window
from lead_scoring.core.population import learned_from
from lead_scoring.core.population import mature
from lead_scoring.core.promises import with_promises
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.reference import Reference
from lead_scoring.core.sampling import RowSampler
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.core.scoring import score_leads

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MATURE_ROWS: Final = 20_000
"""Leads with a known outcome that are scored to judge by, at most; it bounds the cost."""


@dataclass(frozen=True, slots=True)
class NewLeads:
    """The leads of a load that are newer than the reference.

    Attributes:
        observation: Counts of all of them, and a sample.
        scores: What the champion says of the sample, and promises for it; see `with_promises`.
        created: Event times of the oldest and the newest of the sample; ``None`` without.
        mature_scores: What it says of leads whose outcome is known, and promises for them.
        outcomes: Their outcomes, shape (n_mature,).
        mature_created: Event times of the oldest and the newest of them; ``None`` without.
    """

    observation: Observation
    scores: pd.DataFrame
    created: tuple[datetime, datetime] | None
    mature_scores: pd.DataFrame
    outcomes: FloatArray
    mature_created: tuple[datetime, datetime] | None


class NewLeadsFinder:
    """Looks through a snapshot for leads that are newer than the champion's reference.

    A lead is newer if it was created after every row of the reference; without event times, if
    its load is newer than the champion. The window of the config counts back from ``as_of``, and
    for leads with an outcome from the youngest that can be mature then.

    Args:
        use_case: Window, sizes of the samples, time until an outcome is known.
        champion: What the model was judged on, and when.
        model: The model itself.
        reference: Its reference.
        load: The load that is checked.
        as_of: Instant of the check, UTC; rows created later do not exist.
    """

    def __init__(
        self,
        use_case: UseCase,
        champion: ModelVersion,
        model: ScoringModel,
        reference: Reference,
        *,
        load: Load,
        as_of: datetime,
    ) -> None:
        seed = identity.seed_of(load.load_id)
        self._model = model
        self._rules = use_case.scoring
        self._as_of = as_of
        self._after = champion.tested_until
        self._any_is_new = load.as_of > champion.as_of
        window = None if self._after is None else use_case.drift.window
        self._from = None if window is None else as_of - window
        self._mature_from = None if self._from is None else self._from - use_case.outcome.maturity
        self._closed = learned_from(use_case, as_of)
        self._observer = Observer(reference, use_case.drift.sample_rows, seed)
        self._mature = RowSampler(MATURE_ROWS, seed)
        self._elsewhere: pd.DataFrame | None = None
        self._empty = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of a snapshot that are read."""
        standard = (ROW_NUMBER, LEAD_ID, CREATED_AT, OUTCOME, KNOWN_AT)
        return tuple(dict.fromkeys((*standard, *self._model.source_columns)))

    def add(self, rows: pa.RecordBatch) -> None:
        """Take in a batch.

        Args:
            rows: Rows of a snapshot with the `columns`.
        """
        self._empty = False
        new = exists(rows, self._as_of) & self._is_newer(rows)
        known = new & mature(rows, self._as_of) & in_window(rows.column(CREATED_AT), self._closed)
        self._observer.add(rows.filter(pa.array(new & _since(rows, self._from))))
        self._mature.add(rows.filter(pa.array(known & _since(rows, self._mature_from))))

    @property
    def mature_after(self) -> datetime | None:
        """Leads are judged by their outcome if they were created after this; ``None``: all."""
        bounds = [moment for moment in (self._after, self._mature_from) if moment is not None]
        return max(bounds, default=None)

    def judge_by(self, leads: pd.DataFrame) -> None:
        """Judge by the outcomes of these leads, where the load holds only a part of the source.

        Args:
            leads: Leads with the `columns`, created after `mature_after`; those whose outcome is
                not known yet are left out here.
        """
        created = pa.chunked_array([pa.array(leads[CREATED_AT])])
        closed = in_window(created, self._closed)
        self._elsewhere = leads.loc[mature(leads, self._as_of) & closed]

    def found(self) -> NewLeads:
        """Score the samples and return what was found."""
        if self._empty:
            self.add(_no_rows(self.columns))
        observation = self._observer.observation()
        known = to_frame(self._mature.rows()) if self._elsewhere is None else self._elsewhere
        return NewLeads(
            observation=observation,
            scores=self._score(observation.sample),
            created=_span(observation.sample),
            mature_scores=self._score(known),
            outcomes=known[OUTCOME].to_numpy(dtype=np.float64),
            mature_created=_span(known),
        )

    def _is_newer(self, rows: pa.RecordBatch) -> Mask:
        if self._after is None:
            return np.full(rows.num_rows, self._any_is_new)
        return created_after(rows, self._after)

    def _score(self, leads: pd.DataFrame) -> pd.DataFrame:
        return with_promises(self._model, leads, score_leads(self._model, leads, self._rules))


def _no_rows(columns: Sequence[str]) -> pa.RecordBatch:
    kinds = {
        ROW_NUMBER: pa.int64(),
        LEAD_ID: pa.string(),
        CREATED_AT: INSTANT,
        OUTCOME: pa.float64(),
        KNOWN_AT: INSTANT,
    }
    return pa.RecordBatch.from_pydict(
        {column: pa.array([], kinds.get(column, pa.null())) for column in columns}
    )


def _since(rows: pa.RecordBatch, moment: datetime | None) -> Mask:
    if moment is None:
        return np.ones(rows.num_rows, dtype=np.bool_)
    return created_after(rows, moment)


def _span(leads: pd.DataFrame) -> tuple[datetime, datetime] | None:
    created = leads[CREATED_AT].dropna()
    if created.empty:
        return None
    return created.min().to_pydatetime(), created.max().to_pydatetime()
