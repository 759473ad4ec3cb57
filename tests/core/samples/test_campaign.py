"""The made-up campaigns look like the public file, but for a signal and some that are open."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.samples import campaign
from lead_scoring.core.samples.catalog import sample_files

ROWS = 6_000
USE_CASE = load_use_case("campaign_success")


@pytest.fixture(scope="module")
def campaigns() -> pd.DataFrame:
    """Give the file as a frame."""
    return pa.concat_tables(campaign.campaign_blocks(ROWS, seed=1)).to_pandas()


@pytest.fixture(scope="module")
def closed(campaigns) -> pd.DataFrame:
    """Give the campaigns that are over."""
    return campaigns[campaigns[campaign.OUTCOME].notna()]


def test_columns_are_those_of_the_contract(campaigns):
    """Every column of the contract is there, and nothing else."""
    assert set(campaigns.columns) == set(USE_CASE.contract.columns)


@pytest.mark.real_data
def test_columns_and_types_are_those_of_the_real_file(real_data):
    """Names, order and types are the same; both files fit one contract."""
    file = real_data / USE_CASE.source.location
    if not file.exists():
        pytest.skip(f"there is no {file}: nothing was compared")
    made = next(campaign.campaign_blocks(100, seed=1)).schema

    assert made.remove_metadata() == pq.read_schema(file).remove_metadata()


def test_values_are_those_the_contract_allows(campaigns):
    """Levels are all of those allowed, numbers within their range."""
    for name, column in USE_CASE.contract.columns.items():
        values = campaigns[name].dropna()
        if column.allowed is not None:
            assert set(values) == set(column.allowed), name
        if column.minimum is not None:
            assert values.min() >= column.minimum, name
        if column.maximum is not None:
            assert values.max() <= column.maximum, name


def test_the_last_campaigns_are_open(campaigns):
    """One in ten has no outcome: those that come last."""
    missing = campaigns[campaign.OUTCOME].isna()

    assert missing.tolist() == [False] * (ROWS - ROWS // 10) + [True] * (ROWS // 10)


def test_open_campaigns_tell_nothing_that_only_the_end_tells(campaigns):
    """What is known at the end is missing where the outcome is, and the rest is always there."""
    missing = campaigns[campaign.OUTCOME].isna()

    for name in campaigns.columns:
        expected = missing if name in campaign.KNOWN_AT_THE_END else missing & False
        assert campaigns[name].isna().equals(expected), name


def test_outcome_is_whether_the_goal_was_reached(closed):
    """As in the public file, without a single exception."""
    reached = closed["RaisedAmount"] >= closed["GoalAmount"]

    assert (closed[campaign.OUTCOME] == 1).tolist() == reached.tolist()


def test_ids_are_numbered_over_all_blocks():
    """No two campaigns share an id, however many blocks there are."""
    blocks = list(campaign.campaign_blocks(60_000, seed=1))
    ids = [text for block in blocks for text in block["CampaignID"].to_pylist()]

    assert [block.num_rows for block in blocks] == [50_000, 10_000]
    assert ids == [f"CID_{number:05d}" for number in range(60_000)]


def test_signal_can_be_learned_from_what_is_known_at_the_launch(closed):
    """ROC AUC of a logistic regression on the features of the config is about 0.8."""
    levels = pd.get_dummies(closed[list(USE_CASE.features.categorical)])
    features = closed[list(USE_CASE.features.numeric)].join(levels).astype(float)
    outcome = closed[campaign.OUTCOME]
    fit = len(closed) // 2
    model = make_pipeline(StandardScaler(), LogisticRegression())
    promised = model.fit(features[:fit], outcome[:fit]).predict_proba(features[fit:])[:, 1]

    assert 0.75 < roc_auc_score(outcome[fit:], promised) < 0.88


def test_no_feature_is_known_only_at_the_end():
    """The config reads none of the columns that are missing while a campaign is open."""
    assert set(USE_CASE.features.names) & set(campaign.KNOWN_AT_THE_END) == set()


def test_seed_decides_the_content():
    """The same seed gives the same rows, another one gives others."""
    first, same, other = (
        pa.concat_tables(campaign.campaign_blocks(500, seed)) for seed in (1, 1, 2)
    )

    assert first.equals(same)
    assert not first.equals(other)


def test_config_finds_the_sample():
    """The use case's source lies where the generator puts its file."""
    (file,) = sample_files(USE_CASE.sample, 100, seed=1)

    assert file.location == USE_CASE.source.location
