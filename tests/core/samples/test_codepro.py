"""The made-up CodePro files look and bite like the real ones."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from lead_scoring.config.loading import load_use_case
from lead_scoring.core.samples import codepro
from lead_scoring.core.samples.catalog import sample_files

ROWS = 20_000
CHANNELS = ["first_platform_c", "first_utm_medium_c", "first_utm_source_c"]


@pytest.fixture(scope="module")
def leads() -> pd.DataFrame:
    """Give the labelled file as a frame."""
    return pa.concat_tables(codepro.labelled_blocks(ROWS, seed=1)).to_pandas()


@pytest.fixture(scope="module")
def to_score() -> pd.DataFrame:
    """Give the unlabelled file as a frame."""
    return pa.concat_tables(codepro.unlabelled_blocks(2_000, seed=1)).to_pandas()


def test_columns_are_those_of_the_contract(leads, to_score):
    """Index, contract columns and outcome are there, and nothing else."""
    contract = load_use_case("codepro_leads").contract
    expected = {*contract.ignore_columns, *contract.columns}

    assert set(leads.columns) == expected
    assert set(to_score.columns) == expected - {"app_complete_flag"}


def test_index_and_order_give_the_outcome_away(leads):
    """The first half did not convert, the second half did."""
    assert leads[""].tolist() == list(range(ROWS))
    assert leads["app_complete_flag"].tolist() == [0] * (ROWS // 2) + [1] * (ROWS // 2)


def test_duplicates_and_contradictions_are_there(leads):
    """About 0.3 % of the rows are copies, and exactly three groups contradict each other."""
    content = [column for column in leads.columns if column != ""]
    features = [column for column in content if column != "app_complete_flag"]
    copies = leads.duplicated(content)

    assert 0.002 < copies.mean() < 0.004
    assert leads[~copies].duplicated(features).sum() == codepro.CONTRADICTIONS


def test_period_is_the_real_one(leads):
    """Event times lie in July 2021 to 14 February 2022."""
    assert leads["created_date"].min() >= pd.Timestamp("2021-07-01")
    assert leads["created_date"].max() < pd.Timestamp("2022-02-15")


def test_missing_values_are_where_they_were(leads):
    """Both lead counts are missing together, cities now and then, eight columns throughout."""
    interactions = leads[list(codepro.INTERACTIONS)]

    assert (leads["total_leads_droppped"].isna() == leads["referred_lead"].isna()).all()
    assert 0 < leads["referred_lead"].isna().mean() < 0.01
    assert 0.02 < leads["city_mapped"].isna().mean() < 0.04
    assert (leads["city_mapped"] == "nan").any()
    assert interactions.notna().any(axis=1).mean() < 0.005
    assert interactions[list(codepro.EMPTY)].isna().all(axis=None)


@pytest.mark.parametrize(("column", "few"), list(zip(CHANNELS, (6, 18, 8), strict=True)))
def test_a_few_levels_have_most_rows(leads, column, few):
    """Most rows but not all; the others have rare levels."""
    assert 0.7 < leads[column].value_counts(normalize=True).head(few).sum() < 0.97


@pytest.mark.slow
def test_file_to_score_carries_unseen_levels(leads, to_score):
    """More than five in a hundred rows have a level the labelled file never shows."""
    unseen = {column: (~to_score[column].isin(leads[column])).mean() for column in CHANNELS}

    assert all(share > 0.05 for share in unseen.values())


@pytest.mark.slow
def test_signal_can_be_learned_and_drifts(leads):
    """ROC AUC is about 0.8 on a random split and lower on the newest leads."""
    features = pd.get_dummies(leads[CHANNELS]).assign(
        one=(leads["total_leads_droppped"] == "1.0"), referred=(leads["referred_lead"] == "1.0")
    )
    outcome = leads["app_complete_flag"].to_numpy()

    def auc(test: np.ndarray) -> float:
        model = LogisticRegression(max_iter=500).fit(features[~test], outcome[~test])
        return float(roc_auc_score(outcome[test], model.predict_proba(features[test])[:, 1]))

    at_random = auc(np.random.default_rng(0).random(ROWS) < 0.2)
    newest = auc((leads["created_date"] >= "2022-01-15").to_numpy())

    assert 0.75 < at_random < 0.85
    assert newest < at_random - 0.01


def test_seed_decides_the_content():
    """The same seed gives the same rows, another one gives others."""
    first, same, other = (
        pa.concat_tables(codepro.labelled_blocks(500, seed)) for seed in (1, 1, 2)
    )

    assert first.equals(same)
    assert not first.equals(other)


@pytest.mark.slow
def test_blocks_are_bounded():
    """However many rows are asked for, no block is larger than the bound."""
    sizes = [block.num_rows for block in codepro.labelled_blocks(150_001, seed=1)]

    assert sum(sizes) == 150_001
    assert max(sizes) <= 50_000


@pytest.mark.parametrize(("name", "rows"), [("nothing", 1000), ("codepro_leads", 99)])
def test_what_cannot_be_made_is_refused(name, rows):
    """An unknown generator and a size too small for the quirks are misuse."""
    with pytest.raises(ValueError, match=r"no sample generator|at least 100"):
        sample_files(name, rows, seed=1)


def test_config_finds_the_sample():
    """The use case's source lies where the generator puts its first file."""
    use_case = load_use_case("codepro_leads")
    first = sample_files(use_case.sample, 100, seed=1)[0]

    assert first.location == use_case.source.location
