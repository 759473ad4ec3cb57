"""The made-up orders stand in the same eight tables as the real ones, and lateness costs stars."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.samples.catalog import sample_files

ROWS = 4_000
USE_CASE = load_use_case("olist_satisfaction")
FOLDER = "olist_orders/olist_"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """Give the files as frames, by location."""
    made = sample_files("olist_satisfaction", ROWS, seed=1)
    return {file.location: pa.concat_tables(file.blocks).to_pandas() for file in made}


def test_files_are_those_the_config_names(tables):
    """The orders come first, so that rows are rows of leads."""
    assert set(tables) == set(USE_CASE.source.locations)
    assert next(iter(tables)) == USE_CASE.source.location


def test_rows_are_as_many_as_promised():
    """A progress bar and a report count on it."""
    for file in sample_files("olist_satisfaction", 500, seed=3):
        assert file.rows == sum(block.num_rows for block in file.blocks)


@pytest.mark.parametrize(
    ("table", "key", "other"),
    [
        ("orders", "customer_id", "customers"),
        ("order_items", "order_id", "orders"),
        ("order_items", "product_id", "products"),
        ("order_items", "seller_id", "sellers"),
        ("order_reviews", "order_id", "orders"),
        ("order_payments", "order_id", "orders"),
    ],
)
def test_every_key_is_in_the_other_table(tables, table, key, other):
    """No row hangs in the air."""
    keys = tables[f"{FOLDER}{other}_dataset.csv"][key]

    assert keys.is_unique
    assert set(tables[f"{FOLDER}{table}_dataset.csv"][key]) <= set(keys)


def test_what_bites_in_the_real_files_is_there(tables):
    """Orders without items, without delivery, with two reviews and with none."""
    orders = tables[f"{FOLDER}orders_dataset.csv"]
    items = tables[f"{FOLDER}order_items_dataset.csv"]
    reviews = tables[f"{FOLDER}order_reviews_dataset.csv"]["order_id"]

    assert not set(orders["order_id"]) <= set(items["order_id"])
    assert (orders["order_delivered_customer_date"] == "").any()
    assert reviews.duplicated().any()
    assert not set(orders["order_id"]) <= set(reviews)


def test_late_parcels_cost_stars(tables):
    """As in the real tables."""
    orders = tables[f"{FOLDER}orders_dataset.csv"]
    reviews = tables[f"{FOLDER}order_reviews_dataset.csv"].drop_duplicates("order_id")
    both = orders[orders["order_delivered_customer_date"] != ""].merge(reviews, on="order_id")
    late = pd.to_datetime(both["order_delivered_customer_date"]) > pd.to_datetime(
        both["order_estimated_delivery_date"]
    )
    stars = both["review_score"].to_numpy()

    assert np.mean(stars[~late]) > np.mean(stars[late]) + 1


@pytest.mark.real_data
def test_columns_are_those_of_the_real_files(real_data, tables):
    """Names and order are the same."""
    for location, made in tables.items():
        if not (real_data / location).exists():
            pytest.skip(f"there is no {real_data / location}: nothing was compared")
        assert list(pd.read_csv(real_data / location, nrows=1)) == list(made)
