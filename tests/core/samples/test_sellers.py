"""The made-up funnel looks like the public files, and its honest columns say something."""

import pandas as pd
import pyarrow as pa
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import TargetEncoder

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.samples import sellers
from lead_scoring.core.samples.catalog import sample_files

ROWS = 8_000
USE_CASE = load_use_case("olist_sellers")


@pytest.fixture(scope="module")
def files() -> dict[str, pd.DataFrame]:
    """Give the files as frames."""
    made = sample_files("olist_sellers", ROWS, seed=1)
    return {file.location: pa.concat_tables(file.blocks).to_pandas() for file in made}


def test_files_are_those_the_config_names(files):
    """The main file first, so that rows are rows of leads."""
    assert tuple(files) == USE_CASE.source.locations


def test_rows_are_as_many_as_promised():
    """A progress bar and a report count on it."""
    for file in sample_files("olist_sellers", 500, seed=3):
        assert file.rows == sum(block.num_rows for block in file.blocks)


def test_every_deal_is_of_somebody_who_asked(files):
    """And nobody closes two."""
    leads, deals = files[sellers.LEADS], files[sellers.DEALS]

    assert leads["mql_id"].is_unique
    assert deals["mql_id"].is_unique
    assert set(deals["mql_id"]) <= set(leads["mql_id"])
    assert deals["won_date"].min() >= "2017-12-05"


def test_pages_and_origins_tell_who_closes_a_deal(files):
    """As in the real files; encoded on the first half and judged on the second."""
    leads, deals = files[sellers.LEADS], files[sellers.DEALS]
    won = leads["mql_id"].isin(deals["mql_id"]).to_numpy().astype(float)
    columns = leads[["landing_page_id", "origin"]]
    half = ROWS // 2
    rates = TargetEncoder(random_state=1).fit(columns[:half], won[:half]).transform(columns[half:])

    assert 0.60 < roc_auc_score(won[half:], rates.sum(axis=1)) < 0.80
    assert leads["landing_page_id"].nunique() > 300


@pytest.mark.real_data
def test_columns_are_those_of_the_real_files(real_data, files):
    """Names and order are the same."""
    for location, made in files.items():
        if not (real_data / location).exists():
            pytest.skip(f"there is no {real_data / location}: nothing was compared")
        assert list(pd.read_csv(real_data / location, nrows=1)) == list(made)
