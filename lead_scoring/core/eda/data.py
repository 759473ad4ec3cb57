"""The profile of the rows a model is fitted on: its columns, their ties, and time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from typing import Literal

import numpy as np
import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.eda.association import associations
from lead_scoring.core.eda.association import codes_of
from lead_scoring.core.eda.association import cramers_v
from lead_scoring.core.eda.columns import Column
from lead_scoring.core.eda.columns import profile_column
from lead_scoring.core.eda.groups import outcome_groups
from lead_scoring.core.eda.over_time import Period
from lead_scoring.core.eda.over_time import over_time
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import OUTCOME

MAX_ROWS: Final = 20_000
"""More rows than this are sampled for distributions and associations."""
MATRIX: Final = 16
"""Columns in the matrix of associations."""


@dataclass(frozen=True, slots=True)
class DataProfile:
    """What the rows look like.

    Attributes:
        rows: All of them.
        sampled: Those the distributions and associations were taken from.
        groups: Rows by group of the outcome.
        columns: The strongest association with the outcome first.
        names: Columns of the matrix.
        matrix: Cramér's V of each pair of them.
        unit: Length of a period.
        periods: Rows and outcome over time; empty without event times.
    """

    rows: int
    sampled: int
    groups: Mapping[str, int]
    columns: tuple[Column, ...]
    names: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...]
    unit: Literal["week", "month"]
    signal: str
    periods: tuple[Period, ...]


def profile_data(use_case: UseCase, leads: pd.DataFrame) -> DataProfile:
    """Take the profile of the rows a model is fitted on.

    Args:
        use_case: Names the columns, and which of them are read.
        leads: Rows with an outcome, at least one; left as they were.

    Returns:
        The same for the same rows, whatever their order of columns.
    """
    seed = use_case.training.seed
    sample = leads if len(leads) <= MAX_ROWS else leads.sample(MAX_ROWS, random_state=seed)
    groups = outcome_groups(use_case, sample[OUTCOME].to_numpy(dtype=np.float64))
    whole = outcome_groups(use_case, leads[OUTCOME].to_numpy(dtype=np.float64))
    outcome = use_case.outcome.column
    names = [name for name in use_case.contract.columns if name in leads and name != outcome]
    codes = {name: codes_of(sample[name]) for name in names}
    columns = [
        profile_column(
            use_case, leads[name], sample[name], groups, cramers_v(codes[name], groups.codes)
        )
        for name in names
    ]
    ranked = sorted(columns, key=lambda one: (-one.association, one.name))
    shown = [one.name for one in ranked if one.filled][:MATRIX]
    unit, periods = over_time(leads[CREATED_AT], whole.signal)
    return DataProfile(
        rows=len(leads),
        sampled=len(sample),
        groups=whole.sizes(),
        columns=tuple(ranked),
        names=tuple(shown),
        matrix=tuple(tuple(row) for row in associations(codes, shown).tolist()),
        unit=unit,
        signal=whole.signal_name,
        periods=periods,
    )
