"""An example lead of a use case, made of what its contract allows."""

from datetime import UTC
from datetime import datetime
from typing import Final

from lead_scoring.config.contract import ColumnConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.plain import instant

_WHEN: Final = datetime(2024, 1, 5, 10, 30, tzinfo=UTC)
_NUMBER: Final = 3.0


def example_lead(use_case: UseCase) -> dict[str, object]:
    """Return fields and values of a lead that its contract accepts, as JSON says them.

    Left out are its id, its outcome, what is known too late, and text that must match a pattern.
    """
    roles = {use_case.lead.id_column, use_case.outcome.column, use_case.outcome.known_column}
    return {
        name: _value(column)
        for name, column in use_case.contract.columns.items()
        if name not in roles and not use_case.lead.is_late(column.known) and not column.pattern
    }


def _value(column: ColumnConfig) -> object:
    if column.allowed:
        return column.allowed[0]
    match column.type:
        case "string":
            return "web"
        case "boolean":
            return True
        case "timestamp":
            least, most = column.minimum, column.maximum
            bounds = [one for one in (least, most) if isinstance(one, datetime)]
            fits = (not isinstance(least, datetime) or least <= _WHEN) and (
                not isinstance(most, datetime) or most >= _WHEN
            )
            return instant(_WHEN if fits else bounds[0])
        case _:
            return _number(column)


def _number(column: ColumnConfig) -> int | float:
    value = _NUMBER
    if isinstance(column.minimum, int | float):
        value = max(value, float(column.minimum))
    if isinstance(column.maximum, int | float):
        value = min(value, float(column.maximum))
    return int(value) if column.type == "integer" or value.is_integer() else value
