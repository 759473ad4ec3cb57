"""The made-up customers look like the public file, but for some without a segment."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.samples import segments
from lead_scoring.core.samples.catalog import sample_files

ROWS = 6_000
USE_CASE = load_use_case("customer_segments")


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """Give the file as a frame."""
    return pa.concat_tables(segments.customer_blocks(ROWS, seed=1)).to_pandas()


def test_columns_are_those_of_the_contract(customers):
    """Every column of the contract is there, in its order, and nothing else."""
    assert list(customers.columns) == list(USE_CASE.contract.columns)


@pytest.mark.real_data
def test_columns_types_and_rule_are_those_of_the_real_file(real_data):
    """Names, order and types are the same, and the rule gives every segment of the real file."""
    file = real_data / USE_CASE.source.location
    if not file.exists():
        pytest.skip(f"there is no {file}: nothing was compared")
    made = next(segments.customer_blocks(100, seed=1)).schema
    real = pyarrow.csv.read_csv(file)
    frame = real.to_pandas()
    given = segments.segments(
        frame["loyalty_program"].to_numpy(),
        frame["total_spent"].to_numpy(),
        frame["num_purchases"].to_numpy(),
    )

    assert made.remove_metadata() == real.schema.remove_metadata()
    assert given.tolist() == frame[segments.OUTCOME].tolist()


def test_values_are_those_the_contract_allows(customers):
    """Levels are all of those allowed, numbers within their range."""
    for name, column in USE_CASE.contract.columns.items():
        values = customers[name].dropna()
        if column.allowed is not None:
            assert set(values) == set(column.allowed), name
        if column.minimum is not None:
            assert values.min() >= column.minimum, name
        if column.maximum is not None:
            assert values.max() <= column.maximum, name


def test_the_last_customers_have_no_segment(customers):
    """One in ten has no outcome: those that come last."""
    missing = customers[segments.OUTCOME].isna()

    assert missing.tolist() == [False] * (ROWS - ROWS // 10) + [True] * (ROWS // 10)


def test_most_customers_are_in_the_middle_and_hardly_any_is_low(customers):
    """The shares of the public file: 86, 14 and 0.6 per cent, give or take chance."""
    shares = customers[segments.OUTCOME].value_counts(normalize=True)

    assert 0.80 < shares[segments.MEDIUM] < 0.92
    assert 0.08 < shares[segments.HIGH] < 0.18
    assert 0.003 < shares[segments.LOW] < 0.02


@pytest.mark.parametrize(
    ("member", "spent", "purchases", "segment"),
    [
        pytest.param(1, 20_001.0, 51, "high_value", id="member who spends much and often"),
        pytest.param(0, 20_001.0, 51, "medium_value", id="no member"),
        pytest.param(1, 20_000.0, 51, "medium_value", id="spends too little for high"),
        pytest.param(1, 20_001.0, 50, "medium_value", id="buys too seldom for high"),
        pytest.param(0, 4_999.0, 19, "low_value", id="spends little and seldom"),
        pytest.param(1, 5_000.0, 19, "medium_value", id="spends too much for low"),
        pytest.param(1, 4_999.0, 20, "medium_value", id="buys too often for low"),
    ],
)
def test_rule_at_its_borders(member, spent, purchases, segment):
    """Each of the three columns decides on its own side of the limit."""
    given = segments.segments(np.array([member]), np.array([spent]), np.array([purchases]))

    assert given.tolist() == [segment]


def test_seed_decides_the_content():
    """The same seed gives the same rows, another one gives others."""
    first, same, other = (
        pa.concat_tables(segments.customer_blocks(500, seed)) for seed in (1, 1, 2)
    )

    assert first.equals(same)
    assert not first.equals(other)


def test_config_finds_the_sample():
    """The use case's source lies where the generator puts its file."""
    (file,) = sample_files(USE_CASE.sample, 100, seed=1)

    assert file.location == USE_CASE.source.location
