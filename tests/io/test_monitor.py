"""Evidently on small frames."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from lead_scoring.io.monitor import EvidentlyMonitor


def rows(shift: float, medium: str, size: int = 1_200) -> pd.DataFrame:
    """Make rows with missing values in every column, in the dtypes of a snapshot."""
    numbers = np.arange(size)
    return pd.DataFrame(
        {
            "visits": np.where(numbers % 10 == 0, np.nan, numbers % 50 + shift),
            "count": pd.array([None, *(numbers[1:] % 5)], "Int64"),
            "member": pd.array([None, *(numbers[1:] % 2 == 0)], "boolean"),
            "same": 1.0,
            "medium": pd.Series([None, *[medium, "mail"] * (size // 2)][:size], dtype="str"),
        }
    )


@pytest.mark.slow
def test_moved_columns_are_found_and_the_others_are_not():
    """A mean moved by far and a renamed level drift; equal, constant columns do not."""
    numeric = ["visits", "count", "member", "same"]

    found = EvidentlyMonitor().compare(rows(0, "web"), rows(100, "fax"), numeric)

    drifted = {one.column: one.drifted for one in found.columns}
    assert drifted == {
        "visits": True, "count": False, "member": False, "same": False, "medium": True
    }  # fmt: skip
    assert found.columns[0].value == pytest.approx(100 / np.nanstd(rows(0, "web")["visits"]), 0.01)
    assert found.html.lstrip().lower().startswith(("<html", "<!doctype"))


@pytest.mark.slow
def test_equal_rows_do_not_drift():
    """The same rows have distance zero in every column."""
    found = EvidentlyMonitor().compare(rows(0, "web"), rows(0, "web"), ["visits", "same"])

    assert [one.value for one in found.columns] == pytest.approx([0.0] * 5)


def test_no_columns_are_no_report():
    """Nothing to compare is an empty comparison, and Evidently is not even imported."""
    found = EvidentlyMonitor().compare(pd.DataFrame(), pd.DataFrame(), [])

    assert found.columns == ()


def test_evidently_is_imported_late():
    """Importing the monitor is cheap: Evidently stays out until rows are compared."""
    script = "import sys, lead_scoring.io.monitor; sys.exit('evidently' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
