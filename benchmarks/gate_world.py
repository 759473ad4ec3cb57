"""Leads made up for the gate: one population, whose rule may have turned since it was learned."""

from typing import Any
from typing import Final

import numpy as np
import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME

NUMBERS: Final = tuple(f"number_{place}" for place in range(8))
LEVELS: Final = ("mail", "web", "fair", "phone", "other")
SHARES: Final = (0.4, 0.25, 0.2, 0.1, 0.05)
_EFFECTS: Final = (0.8, 0.2, 0.0, -0.4, -0.8)

LINEAR: Final = {"logistic_regression": {}}
BOOSTED: Final = {
    "lightgbm": {
        "n_estimators": 60,
        "learning_rate": 0.1,
        "num_leaves": 15,
        "min_child_samples": 20,
    }
}


def use_case(candidates: dict[str, Any], **training: Any) -> UseCase:
    """Return the use case of these leads with the gate's defaults."""
    columns = {name: {"type": "number"} for name in NUMBERS}
    return UseCase.model_validate(
        {
            "use_case": "gate_world",
            "title": "Made up",
            "description": "Leads made up to try the gate.",
            "source": {"kind": "csv", "location": "leads.csv"},
            "lead": {"created_column": "created"},
            "outcome": {"column": "won", "maturity": "0d"},
            "contract": {
                "columns": {
                    "created": {"type": "timestamp"},
                    "medium": {},
                    **columns,
                    "won": {"type": "integer"},
                }
            },
            "features": {"numeric": list(NUMBERS), "categorical": ["medium"]},
            "training": {"calibration_folds": 2, "candidates": candidates} | training,
        }
    )


def draw_leads(rows: int, random: np.random.Generator, turned: float = 0.0) -> pd.DataFrame:
    """Draw leads in the shape of a snapshot, four minutes apart.

    Args:
        rows: How many.
        random: Draws everything.
        turned: By how much the rule has turned, in radians: the weight of the first two numbers
            moves to the next two. Leads look the same; what converts does not.
    """
    numbers = random.normal(size=(rows, len(NUMBERS)))
    medium = random.choice(len(LEVELS), size=rows, p=SHARES)
    before = 0.7 * numbers[:, 0] + 0.5 * numbers[:, 1]
    after = 0.7 * numbers[:, 2] + 0.5 * numbers[:, 3]
    bent = 0.4 * numbers[:, 4] * numbers[:, 5] + 0.3 * np.sin(2 * numbers[:, 6])
    odds = np.cos(turned) * before + np.sin(turned) * after + bent - 0.5
    odds += np.asarray(_EFFECTS)[medium]
    created = pd.Series(pd.date_range("2024-01-01", periods=rows, freq="4min", tz="UTC"))
    created = created.dt.as_unit("us")
    return pd.DataFrame(
        {
            LEAD_ID: pd.Series([f"lead_{number:06d}" for number in range(rows)], dtype="str"),
            CREATED_AT: created,
            OUTCOME: (random.random(rows) < 1 / (1 + np.exp(-odds))).astype("float64"),
            KNOWN_AT: created,
            "created": created,
            "medium": pd.Series(np.array(LEVELS, dtype=object)[medium], dtype="str"),
            **{name: numbers[:, place] for place, name in enumerate(NUMBERS)},
        }
    )
