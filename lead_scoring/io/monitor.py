"""Reports on drift for people, by Evidently, which decides nothing here.

The only module that imports evidently. The import takes seconds, so it happens when a report is
made and not before.
"""

import html
import os
import warnings
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any
from typing import Final

import pandas as pd

from lead_scoring.core.profile import numbers_of

NUMERIC_METHOD: Final = "wasserstein"
TEXT_METHOD: Final = "jensenshannon"
LIMIT: Final = 0.1
"""Distance from which Evidently paints a column red."""
_FEWEST: Final = 2
_BODY: Final = "<body>"
_NOTES: Final = (
    '<section style="font: 16px/1.5 sans-serif; max-width: 60rem; margin: 1.5rem auto; '
    'padding: 0 1.5rem">{}</section>'
)


class EvidentlyMonitor:
    """Implements the port ``DriftMonitor``.

    Numbers are compared by the Wasserstein distance in standard deviations of the reference, text
    by the Jensen-Shannon distance.
    """

    def report(
        self,
        reference: pd.DataFrame,
        current: pd.DataFrame,
        numeric: Sequence[str],
        probability: str | None,
        notes: Sequence[str] = (),
    ) -> tuple[str, str]:
        """Show the columns of ``current`` beside those of ``reference``.

        A column without values, or with one and the same everywhere, has no distance; it is named
        in a note and stands among the missing values all the same.

        Args:
            reference: Rows to compare with; left as they were.
            current: New rows, same columns; left as they were.
            numeric: The columns of numbers; all others are text.
            probability: The column of the champion's probabilities, if there is one.
            notes: Sentences that stand above everything else.

        Returns:
            The report as an HTML page that needs no network, and as JSON.
        """
        columns = [str(column) for column in reference.columns]
        before, now = _plain(reference, numeric), _plain(current[reference.columns], numeric)
        shown = [name for name in columns if _has_distance(before[name], now[name])]
        left_out = [name for name in columns if name not in shown]
        told = [*notes, *_note(left_out)]
        with _quiet():
            snapshot = _run(before, now, numeric, shown, probability)
            page = snapshot.get_html_str(as_iframe=False)
            return _with_notes(page, told), snapshot.json()


def _run(
    before: pd.DataFrame,
    now: pd.DataFrame,
    numeric: Sequence[str],
    shown: Sequence[str],
    probability: str | None,
) -> Any:
    from evidently import DataDefinition
    from evidently import Dataset
    from evidently import Report

    numbers = [column for column in before.columns if column in numeric]
    definition = DataDefinition(
        numerical_columns=numbers,
        categorical_columns=[column for column in before.columns if column not in numbers],
    )
    rows = [Dataset.from_pandas(one, data_definition=definition) for one in (now, before)]
    return Report(_parts(before, shown, probability)).run(*rows)


def _parts(before: pd.DataFrame, shown: Sequence[str], probability: str | None) -> list[Any]:
    """Return what the report is made of: columns, predictions, missing values."""
    from evidently.metrics import MissingValueCount
    from evidently.metrics import ValueDrift
    from evidently.presets import DataDriftPreset

    parts: list[Any] = []
    columns = [column for column in shown if column != probability]
    if columns:
        preset = DataDriftPreset(
            columns=columns,
            num_method=NUMERIC_METHOD,
            num_threshold=LIMIT,
            cat_method=TEXT_METHOD,
            cat_threshold=LIMIT,
        )
        parts.append(preset)
    if probability in shown:
        parts.append(ValueDrift(column=probability, method=NUMERIC_METHOD, threshold=LIMIT))
    return parts + [MissingValueCount(column=str(column)) for column in before.columns]


def _has_distance(before: pd.Series, now: pd.Series) -> bool:
    both = pd.concat([before.dropna(), now.dropna()])
    filled = before.notna().any() and now.notna().any()
    return bool(filled and both.nunique() >= _FEWEST)


def _note(left_out: Sequence[str]) -> Iterator[str]:
    if left_out:
        yield (
            "Without a distance, because they are empty on a side or the same everywhere: "
            f"{', '.join(left_out)}. See their missing values."
        )


def _with_notes(page: str, notes: Iterable[str]) -> str:
    """Return the page with sentences at its top; what they say is shown as it is."""
    told = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    place, body, rest = page.partition(_BODY)
    return f"{place}{body}{_NOTES.format(told)}{rest}" if told and body else page


def _plain(rows: pd.DataFrame, numeric: Sequence[str]) -> pd.DataFrame:
    """Return numbers as floats and text as objects, the dtypes Evidently reads alike."""
    columns = {
        str(column): numbers_of(rows[column])
        if column in numeric
        else rows[column].astype(object).where(rows[column].notna(), None)
        for column in rows.columns
    }
    return pd.DataFrame(columns, index=rows.index).reset_index(drop=True)


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
