"""Leads whose outcome is a number from 1 to 5, made up."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from made import make_use_case

from lead_scoring.config.use_case import UseCase


def number_use_case(**given: Any) -> UseCase:
    """Make a use case that predicts a number; the least is called first."""
    values: dict[str, Any] = {
        "task": "regression",
        "outcome": {"column": "won", "min": 1, "max": 5, "maturity": "3d"},
        "training": {
            "test_share": 0.25,
            "candidates": {"ridge": {}, "lightgbm": {"n_estimators": 20}},
        },
        "inference": {"call_first": "low"},
    }
    return make_use_case(**values | given)


def number_leads(rows: int = 3_000, seed: int = 0, lift: float = 0.0) -> pd.DataFrame:
    """Make leads; the outcome rises with visits and is noisier where the medium is ``web``.

    Args:
        rows: How many.
        seed: The same seed gives the same leads.
        lift: Added to every outcome before it is cut off at 1 and 5.
    """
    random = np.random.default_rng(seed)
    visits = random.integers(0, 7, rows).astype(float)
    medium = random.choice(["web", "mail", "shop"], rows)
    noise = random.normal(size=rows) * np.where(medium == "web", 1.0, 0.2)
    outcomes = np.clip(1 + 0.5 * visits + 0.5 * (medium == "mail") + noise + lift, 1, 5)
    created = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(
        np.arange(rows) * 0.02, unit="D"
    )
    return pd.DataFrame(
        {
            "row_number": np.arange(1, rows + 1),
            "lead_id": [f"lead_{number:05d}" for number in range(rows)],
            "created_at": created,
            "outcome": outcomes,
            "known_at": created + timedelta(days=3),
            "visits": visits,
            "medium": pd.Series(medium, dtype="str"),
        }
    )
