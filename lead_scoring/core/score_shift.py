"""How far the scores of a batch are from the champion's reference."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lead_scoring.core.profile import QUANTILES
from lead_scoring.core.profile import Profile
from lead_scoring.core.schema import GRADES

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Places:
    """Where scores lie among the reference's quantiles; two of them can be added.

    Attributes:
        below: Rows below each quantile; empty if nothing was seen.
        reached: Rows at each quantile or below it.
    """

    below: tuple[int, ...] = ()
    reached: tuple[int, ...] = ()

    def __add__(self, other: "Places") -> "Places":
        if not self.below or not other.below:
            return self if self.below else other
        return Places(_sums(self.below, other.below), _sums(self.reached, other.reached))


def places_among(quantiles: tuple[float, ...], values: FloatArray) -> Places:
    """Count values, shape (n_rows,), among the quantiles of a reference."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, quantiles, side="left")
    reached = np.searchsorted(ordered, quantiles, side="right")
    return Places(tuple(below.tolist()), tuple(reached.tolist()))


def grade_shift(profile: Profile, grades: dict[str, int], rows: int) -> float:
    """Return the total variation distance of the grade shares, in [0, 1]; 0 if they are equal.

    A reference that is not known is at distance 1, so that it passes no limit below that.

    Source:
        D. A. Levin, Y. Peres, E. L. Wilmer (2009), Markov Chains and Mixing Times, section 4.1.
    """
    if not profile.grades or not rows:
        return 1.0
    differences = (
        abs(profile.grades.get(grade, 0.0) - grades.get(grade, 0) / rows) for grade in GRADES
    )
    return sum(differences) / 2


def quantile_shift(places: Places, rows: int) -> tuple[float, int]:
    """Return the largest distance of shares at the reference's quantiles, and at which it is.

    It is the Kolmogorov distance of the two distributions, looked for at those quantiles only. A
    quantile at which many rows lie is no distance as long as its level is between the share below
    it and the share that reaches it. A reference that is not known is at distance 1.

    Source:
        A. N. Kolmogorov (1933), Sulla determinazione empirica di una legge di distribuzione.
    """
    if not places.below or not rows:
        return 1.0, 0
    gaps = [
        max(0.0, below / rows - level, level - reached / rows)
        for level, below, reached in zip(QUANTILES, places.below, places.reached, strict=True)
    ]
    return max(gaps), int(np.argmax(gaps))


def find_shift(
    profile: Profile, grades: dict[str, int], places: Places, rows: int, limit: float
) -> Iterator[str]:
    """Iterate over the reasons to hold a batch for its scores, in words; there is one at most.

    Args:
        profile: Profile of the model that scored.
        grades: Rows by grade; empty where grades go by rank.
        places: Where the scores lie.
        rows: Rows that were scored.
        limit: Largest distance that is allowed.
    """
    if grades:
        shift = grade_shift(profile, grades, rows)
        if shift > limit:
            now = ", ".join(f"{grade} {grades.get(grade, 0) / rows:.1%}" for grade in GRADES)
            was = ", ".join(f"{grade} {profile.grades.get(grade, 0.0):.1%}" for grade in GRADES)
            yield (
                f"grades are {now}, in the champion's reference {was}: "
                f"{shift:.1%} moved, limit {limit:.1%}"
            )
        return
    shift, at = quantile_shift(places, rows)
    if shift > limit and not places.below:
        yield "the champion has no reference of scores to compare with; train again"
    elif shift > limit:
        value, level = f"{profile.quantiles[at]:.6g}", QUANTILES[at]
        low = places.below[at] / rows > level
        now = f"{places.below[at] / rows:.1%} of {rows} leads are below {value}"
        if not low:
            now = f"{places.reached[at] / rows:.1%} of {rows} leads reach at most {value}"
        yield (
            f"{now}, in the champion's reference at {'most' if low else 'least'} {level:.0%}: "
            f"{shift:.1%} moved, limit {limit:.1%}"
        )


def _sums(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(one + other for one, other in zip(first, second, strict=True))
