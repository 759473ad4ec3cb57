"""Outcomes as a few groups that columns are compared by."""

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lead_scoring.config.use_case import UseCase

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows by their outcome.

    Attributes:
        names: The groups.
        codes: Position of each row's group in them, shape (n_rows,).
        signal: What is averaged over time, same shape.
        signal_name: What that average is called.
    """

    names: tuple[str, ...]
    codes: npt.NDArray[np.intp]
    signal: FloatArray
    signal_name: str

    def members(self) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
        """Iterate over the groups that have rows, and which these are."""
        for place, name in enumerate(self.names):
            rows = self.codes == place
            if rows.any():
                yield name, rows

    def sizes(self) -> Mapping[str, int]:
        """Return rows by group."""
        return {name: int(rows.sum()) for name, rows in self.members()}


def outcome_groups(use_case: UseCase, outcomes: FloatArray) -> Groups:
    """Group rows by their outcome: classes as they are, numbers by thirds.

    Args:
        use_case: Says which kind the outcome has.
        outcomes: As snapshots keep them, shape (n_rows,).
    """
    match use_case.task:
        case "binary":
            won = (outcomes == 1.0).astype(np.float64)
            sides = ("conversion", "no conversion")
            return Groups(sides, (won == 0.0).astype(np.intp), won, "share of conversions")
        case "multiclass":
            names = use_case.outcome.class_names
            first = (outcomes == 0.0).astype(np.float64)
            return Groups(names, outcomes.astype(np.intp), first, f"share of {names[0]}")
        case "regression":
            low, high = np.quantile(outcomes, (1 / 3, 2 / 3)) if len(outcomes) else (0.0, 0.0)
            thirds = (f"up to {low:.4g}", f"up to {high:.4g}", f"above {high:.4g}")
            codes = (outcomes > low).astype(np.intp) + (outcomes > high)
            return Groups(thirds, codes, outcomes, "mean outcome")
