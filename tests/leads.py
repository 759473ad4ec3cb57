"""A small use case with leads whose outcome can be learned."""

from datetime import UTC
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME

AS_OF = datetime(2024, 12, 1, tzinfo=UTC)
MATURITY = pd.Timedelta(days=3)


def small_use_case(**training: Any) -> UseCase:
    """Make a use case with every kind of preparation step and two small candidates."""
    settings = {
        "test_share": 0.25,
        "calibration_folds": 3,
        "min_positives": 20,
        "min_negatives": 20,
        "candidates": {
            "logistic_regression": {},
            "lightgbm": {"n_estimators": 20, "min_child_samples": 10},
        },
    }
    return UseCase.model_validate(
        {
            "use_case": "made_up",
            "title": "Made up",
            "description": "Leads made up for tests.",
            "source": {"kind": "csv", "location": "leads.csv"},
            "lead": {"created_column": "created"},
            "outcome": {"column": "won", "maturity": "3d"},
            "contract": {
                "columns": {
                    "created": {"type": "timestamp"},
                    "city": {},
                    "source": {},
                    "visits": {"type": "number"},
                    "clicks": {"type": "integer"},
                    "calls": {"type": "number"},
                    "won": {"type": "integer"},
                }
            },
            "preparation": [
                {"step": "fill_missing", "columns": ["visits"], "value": 0},
                {
                    "step": "map_levels",
                    "column": "city",
                    "output": "tier",
                    "levels": {1: ["bonn"], 2: ["kiel", "jena"]},
                    "default": 3,
                },
                {"step": "rare_levels", "columns": ["source"], "cumulative_share": 0.9},
                {"step": "sum_columns", "outputs": {"contacts": ["clicks", "calls"]}},
                {
                    "step": "date_parts",
                    "column": "created",
                    "prefix": "created",
                    "parts": ["hour", "weekday"],
                },
            ],
            "features": {
                "numeric": ["tier", "visits", "contacts", "created_hour", "created_weekday"],
                "categorical": ["source"],
            },
            "training": settings | training,
        }
    )


def small_leads(rows: int = 800, seed: int = 1, *, timed: bool = True) -> pd.DataFrame:
    """Make leads in the shape of a snapshot: visits and source tell most about the outcome.

    Args:
        rows: Number of leads, two an hour from January 2024 on.
        seed: Seed of what is drawn.
        timed: Whether the leads have an event time.
    """
    draw = np.random.default_rng(seed)
    created = pd.Series(
        pd.date_range("2024-01-01", periods=rows, freq="30min", tz="UTC").as_unit("us")
    )
    source = draw.choice(
        ["mail", "web", "fair", "phone", "odd"], rows, p=[0.4, 0.3, 0.2, 0.07, 0.03]
    )
    visits = draw.poisson(3, rows).astype("float64")
    odds = 0.6 * (visits - 3) + np.where(source == "mail", 1.0, -0.7)
    won = (draw.random(rows) < 1 / (1 + np.exp(-odds))).astype("float64")
    visits[draw.random(rows) < 0.05] = np.nan
    leads = pd.DataFrame(
        {
            LEAD_ID: pd.Series(
                [f"lead_{seed}_{number:05d}" for number in range(rows)], dtype="str"
            ),
            CREATED_AT: created,
            OUTCOME: won,
            KNOWN_AT: created + MATURITY,
            "created": created,
            "city": pd.Series(draw.choice(["bonn", "kiel", "ulm"], rows), dtype="str"),
            "source": pd.Series(source, dtype="str"),
            "visits": visits,
            "clicks": pd.Series(draw.poisson(1, rows), dtype="Int64"),
            "calls": draw.poisson(1, rows).astype("float64"),
        }
    )
    if timed:
        return leads
    nothing = pd.Series(pd.NaT, index=leads.index, dtype="datetime64[us, UTC]")
    return leads.assign(**{CREATED_AT: nothing, KNOWN_AT: nothing})
