"""Evidently on small frames."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from lead_scoring.io.monitor import EvidentlyMonitor

NUMERIC = ["visits", "count", "member", "same", "gone", "probability"]
SPIKE = 400


def rows(shift: float, medium: str, size: int = 1_200) -> pd.DataFrame:
    """Make rows with missing values, an empty and two constant columns, as in a snapshot."""
    numbers = np.arange(size)
    return pd.DataFrame(
        {
            "visits": np.where(numbers % 10 == 0, np.nan, numbers % 50 + shift),
            "count": pd.array([None, *(numbers[1:] % 5)], "Int64"),
            "member": pd.array([None, *(numbers[1:] % 2 == 0)], "boolean"),
            "same": 1.0,
            "gone": np.nan,
            "medium": pd.Series([None, *[medium, "mail"] * (size // 2)][:size], dtype="str"),
            "country": pd.Series(["IN"] * size, dtype="str"),
            "nothing": pd.Series([None] * size, dtype="str"),
            "probability": (numbers % 100) / 200 + shift / 1_000,
        }
    )


def report(current: pd.DataFrame, notes=()) -> tuple[str, dict[tuple[str, str], float]]:
    """Return the page, and each metric's value by its kind and column."""
    page, written = EvidentlyMonitor().report(
        rows(0, "web"), current, NUMERIC, "probability", notes
    )
    found = {}
    for metric in json.loads(written)["metrics"]:
        config = metric["config"]
        kind = config["type"].rpartition(":")[2]
        found[kind, config.get("column", "")] = metric["value"]
    return page, found


@pytest.mark.slow
def test_moved_columns_are_far_and_the_others_are_not():
    """A mean moved by far and a renamed level are beyond Evidently's limit, equal ones are not."""
    page, found = report(rows(100, "fax"))

    far = {name for (kind, name), value in found.items() if kind == "ValueDrift" and value >= 0.1}
    assert far == {"visits", "medium", "probability"}
    assert page.lstrip().lower().startswith(("<html", "<!doctype"))


@pytest.mark.slow
def test_columns_without_a_distance_break_nothing():
    """Empty and constant columns have no distance, are named, and count as missing values."""
    page, found = report(rows(0, "web"))

    without = {"same", "gone", "country", "nothing"}
    assert not any(kind == "ValueDrift" and name in without for kind, name in found)
    assert found["MissingValueCount", "gone"]["share"] == 1.0
    assert found["MissingValueCount", "same"]["count"] == 0
    assert "same, gone, country, nothing" in page


@pytest.mark.slow
def test_column_that_becomes_empty_or_constant_breaks_nothing():
    """A column that loses its values, or all but one of them, still gives a report."""
    spoiled = rows(0, "web").assign(visits=np.nan, count=3.0, medium="web")

    _, found = report(spoiled)

    assert ("ValueDrift", "visits") not in found
    assert found["MissingValueCount", "visits"]["share"] == 1.0
    assert found["ValueDrift", "count"] >= 0.1


@pytest.mark.slow
def test_missing_values_are_counted_where_distances_are_blind():
    """Evidently's distance leaves missing values out; the count shows them."""
    holed = rows(0, "web").assign(count=lambda frame: frame["count"].mask(frame.index < SPIKE))

    _, found = report(holed)

    assert found["MissingValueCount", "count"]["count"] == SPIKE


@pytest.mark.slow
def test_notes_stand_above_the_report_and_are_shown_as_they_are():
    """A sentence with the text of a level in it is text, not markup."""
    page, _ = report(rows(0, "web"), ["medium: <script>alert(1)</script> is new"])

    assert "medium: &lt;script&gt;alert(1)&lt;/script&gt; is new" in page


@pytest.mark.slow
def test_rows_are_left_as_they_were():
    """Neither side is changed."""
    before, now = rows(0, "web"), rows(1, "web")

    EvidentlyMonitor().report(before, now, NUMERIC, None)

    pd.testing.assert_frame_equal(before, rows(0, "web"))
    pd.testing.assert_frame_equal(now, rows(1, "web"))


@pytest.mark.slow
def test_evidently_is_imported_late():
    """Importing the monitor is cheap: Evidently stays out until a report is made."""
    script = "import sys, lead_scoring.io.monitor; sys.exit('evidently' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
