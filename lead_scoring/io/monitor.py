"""Drift of single columns by Evidently. The only module that imports evidently.

The import takes seconds, so it happens when rows are compared and not before.
"""

import os
import warnings
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any
from typing import Final

import numpy as np
import pandas as pd

from lead_scoring.core.profile import numbers_of
from lead_scoring.core.records import ColumnDrift
from lead_scoring.core.records import Comparison

NUMERIC_METHOD: Final = "wasserstein"
TEXT_METHOD: Final = "jensenshannon"
LIMIT: Final = 0.1
_VALUE_DRIFT: Final = "evidently:metric_v2:ValueDrift"


class EvidentlyMonitor:
    """Implements the port ``DriftMonitor``.

    Numbers are compared by the Wasserstein distance in standard deviations of the reference, text
    by the Jensen-Shannon distance; from ``LIMIT`` on a column counts as drifted.
    """

    def compare(
        self, reference: pd.DataFrame, current: pd.DataFrame, numeric: Sequence[str]
    ) -> Comparison:
        """Compare the columns of ``current`` with those of ``reference``.

        Args:
            reference: Rows to compare with; no column is empty throughout.
            current: New rows, same columns.
            numeric: The columns of numbers; all others are text.

        Returns:
            A record per column, in the order of ``reference``, and Evidently's report.
        """
        columns = [str(column) for column in reference.columns]
        if not columns:
            return Comparison((), "")
        with _quiet():
            snapshot = _run(_plain(reference, numeric), _plain(current, numeric), numeric)
            found = {
                metric["config"]["column"]: _column(metric)
                for metric in snapshot.dict()["metrics"]
                if metric["config"]["type"] == _VALUE_DRIFT
            }
            html = snapshot.get_html_str(as_iframe=False)
        return Comparison(tuple(found[column] for column in columns), html)


def _run(reference: pd.DataFrame, current: pd.DataFrame, numeric: Sequence[str]) -> Any:
    from evidently import DataDefinition
    from evidently import Dataset
    from evidently import Report
    from evidently.presets import DataDriftPreset

    definition = DataDefinition(
        numerical_columns=[column for column in reference.columns if column in numeric],
        categorical_columns=[column for column in reference.columns if column not in numeric],
    )
    report = Report(
        [
            DataDriftPreset(
                columns=list(reference.columns),
                num_method=NUMERIC_METHOD,
                num_threshold=LIMIT,
                cat_method=TEXT_METHOD,
                cat_threshold=LIMIT,
            )
        ]
    )
    before, now = (
        Dataset.from_pandas(rows, data_definition=definition) for rows in (reference, current)
    )
    return report.run(now, before)


def _plain(rows: pd.DataFrame, numeric: Sequence[str]) -> pd.DataFrame:
    """Return numbers as floats and text as objects, the dtypes Evidently reads alike."""
    columns = {
        column: numbers_of(rows[column])
        if column in numeric
        else rows[column].astype(object).where(rows[column].notna(), None)
        for column in rows.columns
    }
    return pd.DataFrame(columns, index=rows.index).reset_index(drop=True)


def _column(metric: Mapping[str, Any]) -> ColumnDrift:
    config = metric["config"]
    value, limit = float(metric["value"]), float(config["threshold"])
    known = value if np.isfinite(value) else np.finfo(np.float64).max
    return ColumnDrift(config["column"], config["method"], known, limit, drifted=known >= limit)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what Evidently and what it imports are known to warn about; switch telemetry off."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "numpy.core is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "invalid escape sequence", DeprecationWarning)
        warnings.filterwarnings("ignore", "(Call to|Use of) deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "invalid value encountered", RuntimeWarning)
        yield
