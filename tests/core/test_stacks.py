"""Columns that are looked at together, and what must not depend on it."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from loading import COLUMNS
from loading import loading_use_case

from lead_scoring.core import stacks
from lead_scoring.core.contract import Contract

COUNT = {"type": "integer", "nullable": False, "min": 0, "max": 9}
ALIKE = COLUMNS | {f"count_{number}": COUNT for number in range(6)}
"""Six columns of one kind, beside one of each."""
TEXTS = ["3", "x", "", None, "-1", "10", "0", "2.0", "1e3"]


def found(rows: int) -> tuple[Any, Any]:
    """Hold columns alike that have other values against a contract; return values and faults."""
    texts = {
        name: pa.array([TEXTS[(row * 5 + place) % len(TEXTS)] for row in range(rows)], pa.string())
        for place, name in enumerate(ALIKE)
    }
    typed, faults = Contract(loading_use_case(ALIKE)).check(pa.table(texts))
    return typed.to_pydict(), [(one.column, one.rule, one.rows.tolist()) for one in faults]


@pytest.mark.slow
@pytest.mark.parametrize("rows", [0, 1, 9, 40])
def test_faults_do_not_depend_on_what_is_looked_at_together(rows, monkeypatch):
    """All columns at once, two at a time, or each by itself: the same values, the same faults."""
    together = found(rows)
    monkeypatch.setattr(stacks, "VALUES_AT_ONCE", 2 * rows)
    in_pairs = found(rows)
    monkeypatch.setattr(stacks, "VALUES_AT_ONCE", 1)

    assert together == in_pairs == found(rows)
    assert bool(together[1]) is bool(rows)


def test_places_of_a_stack_belong_to_columns():
    """Positions count from the top of each column; who has none is not named."""
    column = pa.chunked_array([["a", "b"], ["c"]])
    names = dict.fromkeys("xyz", column)

    (stack,) = stacks.stacks(names, lambda _: "all")

    assert stack.rows == len(column)
    assert [(name, rows.tolist()) for name, rows in stack.apart(np.array([1, 2, 6]))] == [
        ("x", [1, 2]),
        ("z", [0]),
    ]
