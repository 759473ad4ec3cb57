"""What tuning searches: the one home of the ranges of every family's hyperparameters.

A family's own config says what is allowed; this says what is worth trying.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from typing import Final

from lead_scoring.config.outcome import Task

Value = str | bool | int | float | None
"""One hyperparameter's value."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from ``low`` to ``high``, both included.

    Attributes:
        log: Every doubling is as likely as any other; ``low`` is above 0.
        whole: Whole numbers only.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def holds(self, value: Value) -> bool:
        """Return whether a value lies between the ends and is of the right kind."""
        return self.fits(value) and self.low <= float(value or 0) <= self.high

    def fits(self, value: Value) -> bool:
        """Return whether a value can lie on this scale at all."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (not self.log or value > 0) and (not self.whole or float(value).is_integer())

    def narrowed(self, ends: Sequence[Value]) -> "Range":
        """Return the part from the first of two ends to the second.

        Raises:
            ValueError: They are not two ends within this range, the lower first.
        """
        if (
            len(ends) != 2  # noqa: PLR2004 two ends
            or not all(map(self.holds, ends))
            or float(ends[0] or 0) > float(ends[1] or 0)
        ):
            kind = "whole numbers" if self.whole else "numbers"
            msg = f"say two {kind} from {self.low:g} to {self.high:g}, the lower first"
            raise ValueError(msg)
        return replace(self, low=float(ends[0] or 0), high=float(ends[1] or 0))

    def including(self, value: Value) -> "Range | None":
        """Return the range stretched to hold a value too; None if none can."""
        if not self.fits(value):
            return None
        number = float(value or 0)
        return replace(self, low=min(self.low, number), high=max(self.high, number))


@dataclass(frozen=True, slots=True)
class Choice:
    """A few values, none of them nearer to one than to another."""

    values: tuple[Value, ...]

    def holds(self, value: Value) -> bool:
        """Return whether a value is among them."""
        return value in self.values

    def narrowed(self, values: Sequence[Value]) -> "Choice":
        """Return only these values.

        Raises:
            ValueError: There is none, or one that is not among them.
        """
        if not values or not all(map(self.holds, values)):
            msg = f"say some of {', '.join(map(str, self.values))}"
            raise ValueError(msg)
        return Choice(tuple(values))

    def including(self, value: Value) -> "Choice":
        """Return them with a value added if it is not there."""
        return self if self.holds(value) else Choice((*self.values, value))


Dimension = Range | Choice

_RATE: Final = Range(0.01, 0.3, log=True)
_TREES: Final = Range(50, 800, log=True, whole=True)
_LEAVES: Final = Range(7, 127, log=True, whole=True)
_ROWS: Final = Range(5, 500, log=True, whole=True)
_PENALTY: Final = Range(0.001, 100, log=True)
_SHARE: Final = Range(0.3, 1.0)

SPACES: Final[Mapping[str, Mapping[str, Dimension]]] = {
    "logistic_regression": {"C": Range(0.0001, 100, log=True)},
    "ridge": {"alpha": Range(0.001, 10_000, log=True)},
    "random_forest": {
        "criterion": Choice(("gini", "entropy")),
        "max_leaf_nodes": Range(32, 500, log=True, whole=True),
        "min_samples_leaf": Range(1, 200, log=True, whole=True),
        "max_features": Choice(("sqrt", 0.2, 0.35, 0.5, 0.75, 1.0)),
        "max_samples": Choice((None, 0.25, 0.5, 0.75)),
    },
    "hist_gradient_boosting": {
        "max_iter": _TREES,
        "learning_rate": _RATE,
        "max_leaf_nodes": _LEAVES,
        "min_samples_leaf": _ROWS,
        "l2_regularization": _PENALTY,
        "max_features": _SHARE,
    },
    "lightgbm": {
        "n_estimators": _TREES,
        "learning_rate": _RATE,
        "num_leaves": _LEAVES,
        "min_child_samples": _ROWS,
        "colsample_bytree": _SHARE,
        "subsample": Range(0.5, 1.0),
        "reg_lambda": _PENALTY,
    },
}
"""Hyperparameters that are searched, by family. More trees never make a forest worse, only
slower, so that their number is not searched; with 500 leaves each, as many as are allowed fit."""


def space_of(family: str, task: Task) -> Mapping[str, Dimension]:
    """Return what can be searched of a family; a forest of numbers has no gini and no entropy."""
    unfit = {"criterion"} if task == "regression" else set()
    return {name: whole for name, whole in SPACES[family].items() if name not in unfit}


def searched(
    family: str,
    settings: Mapping[str, Value],
    narrowed: Mapping[str, Sequence[Value]],
    task: Task,
) -> Mapping[str, Dimension]:
    """Return what is searched of one family around its configured settings.

    The configured value always belongs to the range. Where it cannot, such as a penalty of 0
    on a scale of doublings, the hyperparameter stays as it is configured.

    Args:
        family: Name of the family.
        settings: Its configured hyperparameters.
        narrowed: Ends of narrower ranges, or fewer choices, by hyperparameter.
        task: What is predicted.

    Raises:
        ValueError: A narrower range is not within the range, or leaves the configured value out;
            says which.
    """
    space: dict[str, Dimension] = {}
    for name, whole in space_of(family, task).items():
        configured = settings[name]
        around = whole.including(configured)
        if name not in narrowed:
            if around is not None:
                space[name] = around
            continue
        if around is None:
            msg = f"{family}.{name}: cannot hold {configured!r}, which is configured"
            raise ValueError(msg)
        try:
            space[name] = around.narrowed(narrowed[name])
        except ValueError as error:
            msg = f"{family}.{name}: {error}"
            raise ValueError(msg) from error
        if not space[name].holds(configured):
            msg = (
                f"{family}.{name}: leaves out {configured!r}, which training.candidates"
                " configures and which is always tried first; change either"
            )
            raise ValueError(msg)
    return space
