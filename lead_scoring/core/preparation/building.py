"""The preparation of a use case: its configured steps as one scikit-learn pipeline."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

from sklearn.pipeline import Pipeline

from lead_scoring.config import preparation as config
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.date_parts import DateParts
from lead_scoring.core.preparation.days_between import DaysBetween
from lead_scoring.core.preparation.fill_missing import FillMissing
from lead_scoring.core.preparation.map_levels import MapLevels
from lead_scoring.core.preparation.rare_levels import RareLevels
from lead_scoring.core.preparation.ratios import Ratios
from lead_scoring.core.preparation.same_level import SameLevel
from lead_scoring.core.preparation.select_features import SelectFeatures
from lead_scoring.core.preparation.sum_columns import SumColumns

_DERIVED: Final[Mapping[str, Callable[[Mapping[str, Sequence[str]]], FrameTransformer]]] = {
    "days_between": DaysBetween,
    "ratios": Ratios,
    "same_level": SameLevel,
}


def build_preparation(use_case: UseCase) -> Pipeline:
    """Return an unfitted pipeline from `source_columns` to the features, numeric ones first."""
    steps = [
        (f"{number:02d}_{step.step}", _transformer(step))
        for number, step in enumerate(use_case.preparation, start=1)
    ]
    features = use_case.features
    select = SelectFeatures(list(features.numeric), list(features.levels))
    return Pipeline([*steps, ("select_features", select)])


def source_columns(use_case: UseCase) -> tuple[str, ...]:
    """Return the contract's columns a model reads, in the contract's order."""
    read = set(use_case.features.names).union(*map(_reads, use_case.preparation))
    return tuple(
        column
        for column in use_case.contract.columns
        if column in read and column != use_case.outcome.column
    )


def mapped_columns(use_case: UseCase) -> frozenset[str]:
    """Return the columns that become numbers by a mapping, which has a default for any level.

    The mapping takes the column's place, so no later step and no feature sees its levels.
    """
    return frozenset(
        step.column for step in use_case.preparation if isinstance(step, config.MapLevels)
    )


def _reads(step: config.Step) -> Sequence[str]:
    match step:
        case config.MapLevels() | config.DateParts():
            return [step.column]
        case config.SumColumns():
            return [column for group in step.outputs.values() for column in group]
        case config.FillMissing() | config.RareLevels():
            return step.columns
        case config.DaysBetween() | config.Ratios() | config.SameLevel():
            return [column for pair in step.outputs.values() for column in pair]


def _transformer(step: config.Step) -> FrameTransformer:
    match step:
        case config.FillMissing():
            return FillMissing(list(step.columns), step.value)
        case config.MapLevels():
            levels = {number: list(group) for number, group in step.levels.items()}
            return MapLevels(step.column, step.output, levels, step.default)
        case config.RareLevels():
            kept = {column: list(group) for column, group in step.levels.items()}
            return RareLevels(list(step.columns), step.cumulative_share, kept, step.other)
        case config.SumColumns():
            return SumColumns({output: list(group) for output, group in step.outputs.items()})
        case config.DateParts():
            return DateParts(step.column, step.prefix, list(step.parts))
        case config.DaysBetween() | config.Ratios() | config.SameLevel():
            pairs = {output: list(pair) for output, pair in step.outputs.items()}
            return _DERIVED[step.step](pairs)
