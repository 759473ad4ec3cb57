"""Fixtures every test may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of real data; skip, saying so, where there is none."""
    given = os.environ.get("LEAD_SCORING_DATA")
    if not given:
        pytest.skip("LEAD_SCORING_DATA is not set: nothing was tested on real data")
    folder = Path(given).resolve()
    if not (folder / "codepro" / "leadscoring.csv").exists():
        pytest.skip(f"{folder} has no codepro/leadscoring.csv: nothing was tested on real data")
    return folder
