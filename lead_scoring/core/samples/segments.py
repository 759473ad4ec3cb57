"""Made-up customers of a shop whose segment is a rule of three of their columns.

As in the public file nothing else says anything about the segment, most customers are in the
middle, and hardly any has a low value. Unlike there, the newest customers have no segment yet.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lead_scoring.core.samples.files import SampleFile
from lead_scoring.core.samples.files import block_sizes
from lead_scoring.core.samples.levels import FloatArray
from lead_scoring.core.samples.levels import IntArray

LOCATION: Final = "segments/synthetic_customer_data.csv"
OUTCOME: Final = "customer_segment"
HIGH: Final = "high_value"
MEDIUM: Final = "medium_value"
LOW: Final = "low_value"
ROWS_PER_OPEN: Final = 10
"""Of so many customers one has no segment yet: those that come last in the file."""
HIGH_SPENT: Final = 20_000
HIGH_PURCHASES: Final = 50
LOW_SPENT: Final = 5_000
LOW_PURCHASES: Final = 20
_MEMBERS: Final = 0.3


def sample_files(rows: int, seed: int) -> tuple[SampleFile, ...]:
    """Return the one file: customers with a segment, then those without."""
    return (SampleFile(LOCATION, rows, customer_blocks(rows, seed)),)


def customer_blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Make customers, numbered in file order.

    Args:
        rows: How many; the last in ten of them, rounded down, have no segment yet.
        seed: The same seed gives the same customers.

    Yields:
        Tables of at most 50,000 rows with columns and types of the public file.
    """
    first_open = rows - rows // ROWS_PER_OPEN
    start = 0
    for number, block_rows in enumerate(block_sizes(rows)):
        rng = np.random.default_rng([seed, number])
        positions = np.arange(start, start + block_rows)
        yield _make_customers(rng, positions, positions >= first_open)
        start += block_rows


def segments(member: IntArray, spent: FloatArray, purchases: IntArray) -> npt.NDArray[np.str_]:
    """Return the segment of each customer, by the rule.

    Args:
        member: 1 for who is in the loyalty programme, else 0; shape (n_customers,).
        spent: What they spent, same shape.
        purchases: How often they bought, same shape.
    """
    high = (member == 1) & (spent > HIGH_SPENT) & (purchases > HIGH_PURCHASES)
    low = (spent < LOW_SPENT) & (purchases < LOW_PURCHASES)
    return np.asarray(np.select([high, low], [HIGH, LOW], default=MEDIUM))


def _make_customers(
    rng: np.random.Generator, positions: IntArray, is_open: npt.NDArray[np.bool_]
) -> pa.Table:
    rows = len(positions)
    spent = rng.uniform(100.0, 50_000.0, rows)
    purchases = rng.integers(1, 200, rows)
    member = (rng.random(rows) < _MEMBERS).astype(np.int64)
    return pa.table(
        {
            "customer_id": pa.array([f"CUST_{position + 1:04d}" for position in positions]),
            "age": pa.array(rng.integers(18, 70, rows)),
            "gender": pa.array(np.where(rng.random(rows) < 0.5, "Female", "Male")),  # noqa: PLR2004 half
            "annual_income": pa.array(rng.integers(20_000, 150_000, rows)),
            "total_spent": pa.array(spent),
            "num_purchases": pa.array(purchases),
            "avg_purchase_value": pa.array(rng.uniform(5.0, 1_000.0, rows)),
            "online_activity_score": pa.array(rng.uniform(0.0, 100.0, rows)),
            "loyalty_program": pa.array(member),
            "days_since_last_purchase": pa.array(rng.integers(0, 365, rows)),
            "num_site_visits": pa.array(rng.integers(0, 100, rows)),
            OUTCOME: pa.array(segments(member, spent, purchases), mask=is_open),
        }
    )
