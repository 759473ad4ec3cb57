"""Which columns of the contract a feature is made of."""

from collections.abc import Mapping

from lead_scoring.config import preparation as config
from lead_scoring.config.use_case import UseCase


def feature_sources(use_case: UseCase) -> Mapping[str, tuple[str, ...]]:
    """Return for each feature the contract's columns it is made of, sorted."""
    origins = {column: frozenset([column]) for column in use_case.contract.columns}
    for step in use_case.preparation:
        match step:
            case config.MapLevels():
                origins[step.output] = origins[step.column]
            case config.SumColumns():
                sums = {
                    output: frozenset[str]().union(*(origins[column] for column in group))
                    for output, group in step.outputs.items()
                }
                origins |= sums
            case config.DateParts():
                made = {f"{step.prefix}_{part}": origins[step.column] for part in step.parts}
                origins |= made
            case config.DaysBetween() | config.Ratios() | config.SameLevel():
                origins |= {
                    output: origins[one] | origins[other]
                    for output, (one, other) in step.outputs.items()
                }
            case config.FillMissing() | config.RareLevels():
                pass
    return {name: tuple(sorted(origins[name])) for name in use_case.features.names}
