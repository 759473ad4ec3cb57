"""What a contract may say about its columns, and whose word counts."""

from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from lead_scoring.config.contract import ColumnConfig
from lead_scoring.config.contract import ContractConfig
from lead_scoring.config.contract import Rule
from lead_scoring.config.contract import RuleConfig

MOMENT = datetime.fromisoformat("2023-01-01")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"type": "string", "min": 1}, "min and max need type integer, number or timestamp"),
        ({"type": "boolean", "max": 1}, "min and max need type integer, number or timestamp"),
        ({"type": "integer", "min": MOMENT}, "of a integer column cannot be"),
        ({"type": "timestamp", "max": 1.5}, "of a timestamp column cannot be"),
        ({"type": "integer", "pattern": "[0-9]"}, "pattern needs type string, not integer"),
        ({"type": "number", "written": "day_first"}, "day_first needs type timestamp, not number"),
        ({"written": "decimal_comma"}, "decimal_comma needs type integer or number, not string"),
    ],
)
def test_a_check_that_cannot_hold_for_the_type_is_refused(column, message):
    """A limit that would never be looked at is a mistake, not a rule."""
    with pytest.raises(ValidationError, match=message):
        ColumnConfig.model_validate(column)


@pytest.mark.parametrize(
    "column",
    [
        {"type": "integer", "min": 0, "max": 9},
        {"type": "timestamp", "min": MOMENT},
        {"type": "string", "pattern": "[0-9]"},
    ],
)
def test_a_check_that_fits_is_taken(column):
    """Limits for numbers and instants, patterns for text."""
    assert ColumnConfig.model_validate(column).type == column["type"]


def test_a_column_is_described_or_ignored():
    """The error names the columns that are both."""
    columns: dict[str, Any] = {"city": {}, "visits": {}}

    with pytest.raises(ValidationError, match=r"both described and ignored: \['city'\]"):
        ContractConfig.model_validate({"columns": columns, "ignore_columns": ["", "city"]})


def test_the_nearest_word_counts():
    """A column's own rule, else the contract's, else the default; an unknown column has none."""
    own, general = RuleConfig(max_count=1), RuleConfig(max_count=2)
    contract = ContractConfig(
        columns={"city": ColumnConfig(rules={Rule.TYPE: own}), "visits": ColumnConfig()},
        rules={Rule.TYPE: general},
    )

    assert contract.rule(Rule.TYPE, "city") == own
    assert contract.rule(Rule.TYPE, "visits") == contract.rule(Rule.TYPE) == general
    assert contract.rule(Rule.TYPE, "") == general
    assert contract.rule(Rule.RANGE, "city") == RuleConfig(max_rate=0.05)
