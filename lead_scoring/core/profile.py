"""What a model saw in training, in a few numbers per column; batches are compared with it.

A profile is made once, in training, and kept inside the model. It holds no rows.
"""

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Final
from typing import cast

import numpy as np
import pandas as pd

from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import GRADES
from lead_scoring.core.schema import watched

MAX_LEVELS: Final = 2_000
QUANTILES: Final = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NumericProfile:
    """A numeric column: its range, ``None`` if nothing was finite, and share of missing values."""

    minimum: float | None
    maximum: float | None
    missing: float


@dataclass(frozen=True, slots=True)
class CategoricalProfile:
    """A text column.

    Attributes:
        levels: Share of all rows per level; the ``MAX_LEVELS`` most frequent ones. ``None`` where
            a level never seen is no fault.
        missing: Share of rows without a value.
        rest: Share of rows whose level was not kept.
    """

    levels: Mapping[str, float] | None
    missing: float
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a model saw in training.

    Attributes:
        rows: Rows the columns were taken from.
        grades: Reference share of each grade, on rows the model was not fitted on; empty if
            not known, and where grades go by rank.
        quantiles: Reference quantiles of the watched column of scores at ``QUANTILES``; empty if
            not known.
    """

    rows: int
    numeric: Mapping[str, NumericProfile] = field(default_factory=dict)
    categorical: Mapping[str, CategoricalProfile] = field(default_factory=dict)
    grades: Mapping[str, float] = field(default_factory=dict)
    quantiles: tuple[float, ...] = ()

    def with_scores(self, scores: pd.DataFrame) -> "Profile":
        """Return a profile with the reference of scores.

        Args:
            scores: The watched column of rows the model was not fitted on, and ``grade`` unless
                it goes by rank.
        """
        if scores.empty:
            return self
        grades = {}
        if GRADE in scores:
            shares = scores[GRADE].value_counts(normalize=True)
            grades = {grade: float(shares.get(grade, 0.0)) for grade in GRADES}
        quantiles = np.quantile(
            scores[watched(scores.columns)].to_numpy(dtype=np.float64), QUANTILES
        )
        return replace(
            self,
            grades=grades,
            quantiles=tuple(float(value) for value in quantiles),
        )

    def to_dict(self) -> dict[str, object]:
        """Return the profile as JSON-able values."""
        return {
            "rows": self.rows,
            "numeric": {
                name: {"minimum": one.minimum, "maximum": one.maximum, "missing": one.missing}
                for name, one in self.numeric.items()
            },
            "categorical": {
                name: {"levels": one.levels, "missing": one.missing, "rest": one.rest}
                for name, one in self.categorical.items()
            },
            "grades": dict(self.grades),
            "quantiles": list(self.quantiles),
        }

    @classmethod
    def from_dict(cls, content: Json) -> "Profile":
        """Return the profile that `to_dict` gave.

        Raises:
            KeyError: A key is missing.
        """
        numeric = cast("Mapping[str, Mapping[str, float | None]]", content["numeric"])
        categorical = cast("Mapping[str, Json]", content["categorical"])
        return cls(
            rows=cast("int", content["rows"]),
            numeric={
                name: NumericProfile(one["minimum"], one["maximum"], one["missing"] or 0.0)
                for name, one in numeric.items()
            },
            categorical={
                name: CategoricalProfile(
                    levels=cast("Mapping[str, float] | None", one["levels"]),
                    missing=cast("float", one["missing"]),
                    rest=cast("float", one["rest"]),
                )
                for name, one in categorical.items()
            },
            grades=dict(cast("Mapping[str, float]", content["grades"])),
            quantiles=tuple(cast("Sequence[float]", content["quantiles"])),
        )


def fit_profile(
    leads: pd.DataFrame,
    numeric_columns: Sequence[str],
    categorical_columns: Sequence[str],
    mapped_columns: Collection[str] = (),
) -> Profile:
    """Take the profile of the columns a model reads.

    Args:
        leads: Training rows, shape (n_leads, n_columns); left as it was. May be empty.
        numeric_columns: Columns of numbers or booleans.
        categorical_columns: Columns of text.
        mapped_columns: Those of them that are read by a mapping with a default: a level never
            seen is no fault, so their levels are not kept.

    Returns:
        A profile without the reference of scores; see `Profile.with_scores`.
    """
    return Profile(
        rows=len(leads),
        numeric={name: _numeric(numbers_of(leads[name])) for name in numeric_columns},
        categorical={
            name: CategoricalProfile(None, _share(leads[name].isna().to_numpy()))
            if name in mapped_columns
            else _categorical(leads[name])
            for name in categorical_columns
        },
    )


def numbers_of(column: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return a column of numbers or booleans as floats; missing values are NaN."""
    return cast(
        "np.ndarray[tuple[int], np.dtype[np.float64]]",
        column.to_numpy(dtype=np.float64, na_value=np.nan),
    )


def _numeric(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> NumericProfile:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return NumericProfile(None, None, _share(np.isnan(values)))
    return NumericProfile(float(finite.min()), float(finite.max()), _share(np.isnan(values)))


def _categorical(column: pd.Series) -> CategoricalProfile:
    missing = _share(column.isna().to_numpy())
    shares = column.dropna().astype(str).value_counts() / max(len(column), 1)
    ranked = sorted(shares.items(), key=lambda item: (-item[1], str(item[0])))
    kept = {str(level): float(share) for level, share in ranked[:MAX_LEVELS]}
    return CategoricalProfile(
        levels=kept, missing=missing, rest=float(sum(share for _, share in ranked[MAX_LEVELS:]))
    )


def _share(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    return float(flags.mean()) if flags.size else 0.0
