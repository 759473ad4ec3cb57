"""How leads are scored, graded and held."""

from decimal import Decimal
from typing import Annotated
from typing import Any
from typing import Literal
from typing import Self

from pydantic import Field
from pydantic import SerializerFunctionWrapHandler
from pydantic import model_serializer
from pydantic import model_validator

from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model
from lead_scoring.config.base import PositiveInt
from lead_scoring.config.base import in_words
from lead_scoring.config.reasons import ReasonsConfig

PositiveFraction = Annotated[float, Field(gt=0, le=1)]


class QuantileGrades(Model):
    """Shares of each batch, the best leads first: ``A: 0.05`` is the best 5 %; the rest gets D."""

    A: PositiveFraction = 0.05
    B: PositiveFraction = 0.15
    C: PositiveFraction = 0.30

    @model_validator(mode="after")
    def _shares_are_of_one_batch(self) -> Self:
        total = sum(self.exact)
        if total > 1:
            msg = f"shares of a batch are at most 1 together, got {float(total):g}"
            raise ValueError(msg)
        return self

    @property
    def exact(self) -> tuple[Decimal, ...]:
        """The shares as they are written, so that 5 % of 100 leads are 5."""
        return tuple(Decimal(str(share)) for share in (self.A, self.B, self.C))


class CapacityGrades(Model):
    """How many leads can be called: ``A`` are the best so many of each batch, ``B`` the next.

    A lead keeps the grade its batch gave it. Where several batches of one day have other leads,
    such as those of two windows or of a file that is only scored, each has its own A leads. The
    call list holds all of them, and its first ``A`` leads are the best of all, whichever batch
    they are from: who is not among the best of a batch is not among the best of all. So call
    from the top of the list until the day is over, not everybody with an A.

    Attributes:
        A: Leads called first, such as those of a day.
        B: Leads called next; as many as ``A`` if it is not given.
        C: Leads called after those, likewise; all others get D.
    """

    A: PositiveInt
    B: PositiveInt | None = None
    C: PositiveInt | None = None

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Leads of A, of B and of C."""
        return self.A, self.B or self.A, self.C or self.A


class GradesConfig(Model):
    """Fixed cut-offs, or grades by rank in the batch: by ``quantiles`` or by ``capacity``.

    By cut-offs a lead gets the first grade whose least probability it reaches, else D. By rank
    leads are ordered by score, margin and ``lead_id``.
    """

    A: Fraction = 0.75
    B: Fraction = 0.50
    C: Fraction = 0.25
    quantiles: QuantileGrades | None = None
    capacity: CapacityGrades | None = None

    @model_validator(mode="after")
    def _cut_offs_fall(self) -> Self:
        if not self.A > self.B > self.C:
            msg = f"cut-offs must fall from A to C, got A={self.A}, B={self.B}, C={self.C}"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _there_is_one_rule(self) -> Self:
        given = [name for name in ("quantiles", "capacity") if getattr(self, name) is not None]
        if given and self.model_fields_set & {"A", "B", "C"}:
            given.insert(0, "cut-offs A, B, C")
        if len(given) > 1:
            msg = f"grades are made by one rule, got {' and '.join(given)}; keep one of them"
            raise ValueError(msg)
        return self

    @model_serializer(mode="wrap")
    def _as_it_would_be_written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is no part of the rule, so that it can be read again."""
        unused = {"A", "B", "C"} if self.ranked else {"quantiles", "capacity"}
        content = write(self).items()
        return {key: one for key, one in content if key not in unused and one is not None}

    @property
    def ranked(self) -> bool:
        """Whether a grade depends on the other leads of the batch."""
        return self.quantiles is not None or self.capacity is not None


class TrendConfig(Model):
    """When a lead is said to improve or to decline.

    Attributes:
        least_change: Points of score, of 100, by which it must differ from the score before it.
            Of several classes it is the grade that counts.
    """

    least_change: Annotated[float, Field(ge=0.01, le=100)] = 5.0


class CostsConfig(Model):
    """What a call costs and a conversion is worth, in one currency.

    Attributes:
        value_of_conversion: What a conversion brings, before the cost of the call.
        cost_per_contact: What it costs to call one lead; less than ``value_of_conversion``.
        currency: What both are counted in, such as ``EUR``.
    """

    value_of_conversion: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    cost_per_contact: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    currency: Annotated[
        str, Field(pattern=r"^[A-Z]{3}$"), in_words("three capital letters, such as EUR")
    ]

    @model_validator(mode="after")
    def _some_call_pays(self) -> Self:
        if self.cost_per_contact >= self.value_of_conversion:
            msg = (
                f"cost_per_contact: {self.cost_per_contact:g} must be less than"
                f" value_of_conversion {self.value_of_conversion:g}, else no lead is worth a call"
            )
            raise ValueError(msg)
        return self

    @property
    def break_even(self) -> float:
        """Least probability of a lead that is worth a call, in [0, 1)."""
        return self.cost_per_contact / self.value_of_conversion


class HoldConfig(Model):
    """When a batch looks so unlike the champion's training that it waits for a release.

    Attributes:
        max_unseen_share: Largest share of rows with a level never seen in training, per column;
            columns read by ``map_levels`` are left out, as a mapping has a default.
        max_out_of_range_share: Largest share outside the training range, per numeric column.
        max_missing_shift: Largest change of the missing share, per column.
        max_grade_shift: Largest total variation distance between the grade shares of the batch
            and of the champion's reference, in [0, 1]. Shares of grades by rank are always the
            same: there it is the largest distance between the shares below the reference's
            quantiles.
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
        costs: What tells profit and break-even apart from mere conversions; of several classes
            the first one is the conversion. Not for ``task: regression``.
    """

    chunk_rows: PositiveInt = 50_000
    call_first: Literal["high", "low"] = "high"
    grades: GradesConfig = GradesConfig()
    hold: HoldConfig = HoldConfig()
    reasons: ReasonsConfig = ReasonsConfig()
    trend: TrendConfig = TrendConfig()
    costs: CostsConfig | None = None
