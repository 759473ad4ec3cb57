"""How leads are scored, graded and held."""

from typing import Literal
from typing import Self

from pydantic import model_validator

from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model
from lead_scoring.config.base import PositiveInt
from lead_scoring.config.reasons import ReasonsConfig


class GradesConfig(Model):
    """Fixed cut-offs: a lead gets the first grade whose least probability it reaches; else D."""

    A: Fraction = 0.75
    B: Fraction = 0.50
    C: Fraction = 0.25

    @model_validator(mode="after")
    def _cut_offs_fall(self) -> Self:
        if not self.A > self.B > self.C:
            msg = f"cut-offs must fall from A to C, got A={self.A}, B={self.B}, C={self.C}"
            raise ValueError(msg)
        return self


class HoldConfig(Model):
    """When a batch looks so unlike the champion's training that it waits for a release.

    Attributes:
        max_unseen_share: Largest share of rows with a level never seen in training, per column;
            columns read by ``map_levels`` are left out, as a mapping has a default.
        max_out_of_range_share: Largest share outside the training range, per numeric column.
        max_missing_shift: Largest change of the missing share, per column.
        max_grade_shift: Largest total variation distance between the grade shares of the batch
            and of the champion's reference, in [0, 1].
        min_rows: Smaller batches are not held for their shares.
    """

    max_unseen_share: Fraction = 0.05
    max_out_of_range_share: Fraction = 0.05
    max_missing_shift: Fraction = 0.20
    max_grade_shift: Fraction = 0.35
    min_rows: PositiveInt = 100


class InferenceConfig(Model):
    """How leads are scored.

    Attributes:
        chunk_rows: Rows in memory at a time.
        call_first: Which predictions of a number get the best scores and grades: the greatest, or
            the least, such as leads at risk. ``task: regression`` alone.
    """

    chunk_rows: PositiveInt = 50_000
    call_first: Literal["high", "low"] = "high"
    grades: GradesConfig = GradesConfig()
    hold: HoldConfig = HoldConfig()
    reasons: ReasonsConfig = ReasonsConfig()
