"""A candidate too good to be true: what carries it is named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from leads import small_leads
from leads import small_use_case

from lead_scoring.config.loading import load_use_case
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.leak_findings import describe_findings
from lead_scoring.core.leak_findings import refusal
from lead_scoring.core.leakage import balanced_sample
from lead_scoring.core.leakage import find_leakage
from lead_scoring.core.samples import codepro
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import train_model

pytestmark = pytest.mark.slow

LINEAR = {"logistic_regression": {"C": 1.0}}
CODEPRO_ROWS = 12_000
CAMPAIGN_NUMBERS = ("GoalAmount", "DurationDays", "OwnerExperience", "RaisedAmount")


def pair_use_case(**leakage: object) -> UseCase:
    """Make a use case that reads visits and calls as they are."""
    content = small_use_case(candidates=LINEAR, leakage=leakage).model_dump(by_alias=True)
    content["preparation"] = [{"step": "fill_missing", "columns": ["visits"]}]
    content["features"] = {"numeric": ["visits", "calls"], "categorical": ["source"]}
    return UseCase.model_validate(content)


def pair_leads() -> pd.DataFrame:
    """Make leads won exactly where visits exceed calls; either alone tells little."""
    draw = np.random.default_rng(8)
    leads = small_leads(1200)
    visits, calls = draw.normal(0, 9, (2, len(leads)))
    return leads.assign(visits=visits, calls=calls, **{OUTCOME: (visits > calls) * 1.0})


def check(use_case, leads):
    """Train and look for leakage."""
    training = use_case.training
    split = split_leads(leads, training.test_share, training.seed, training.max_test_rows)
    return find_leakage(use_case, split, train_model(use_case, split))


def test_a_pair_that_carries_a_perfect_candidate_is_named():
    """Neither column alone is suspicious; figures, limit and the way out are said."""
    findings = check(pair_use_case(), pair_leads())
    (finding,) = findings

    assert set(finding.columns) == {"visits", "calls"}
    assert "limit 0.995" in finding.evidence
    assert "training.leakage.allow" in refusal(findings)
    assert "the champion stays" in refusal(findings)


def test_all_columns_of_a_pair_need_a_reason():
    """Allowing the innocent half does not let the other pass."""
    half = [{"column": "calls", "reason": "counted on arrival"}]
    both = [*half, {"column": "visits", "reason": "also counted on arrival"}]

    assert refusal(check(pair_use_case(allow=half), pair_leads()))
    allowed = check(pair_use_case(allow=both), pair_leads())

    assert refusal(allowed) == ""
    assert "also counted on arrival" in describe_findings(allowed)


def test_the_order_of_the_rows_and_a_second_run_change_nothing():
    """The same rows give the same findings."""
    leads = pair_leads()

    assert check(pair_use_case(), leads.sample(frac=1, random_state=1)) == check(
        pair_use_case(), leads
    )


def test_a_perfect_figure_on_a_handful_of_rows_is_no_evidence():
    """Few test rows are believed no more than the out-of-fold figure."""
    use_case = small_use_case(candidates=LINEAR)
    split = split_leads(small_leads(), 0.03, 1)
    trained = train_model(use_case, split)
    lucky = replace(trained, metrics={**trained.metrics, "roc_auc": 1.0})

    assert find_leakage(use_case, split, lucky) == ()


def test_a_figure_that_is_not_a_number_does_not_pass():
    """NaN passes no gate."""
    use_case = small_use_case(candidates=LINEAR)
    split = split_leads(small_leads(), 0.25, 1)
    trained = train_model(use_case, split)
    unknown = replace(trained, metrics={**trained.metrics, "roc_auc": float("nan")})

    assert refusal(find_leakage(use_case, split, unknown))


def test_a_sample_keeps_what_is_rare():
    """All positives stay, negatives fill up; the same seed draws the same."""
    leads = pd.DataFrame({OUTCOME: [1.0] * 5 + [0.0] * 95, "number": range(100)})
    sample = balanced_sample(leads, 20, seed=1)

    assert sample[OUTCOME].value_counts().to_dict() == {0.0: 15, 1.0: 5}
    assert sample["number"].is_monotonic_increasing
    pd.testing.assert_frame_equal(sample, balanced_sample(leads, 20, seed=1))


def codepro_leads(rows: pd.DataFrame) -> pd.DataFrame:
    """Return CodePro's rows in the shape of a snapshot."""
    use_case = load_use_case("codepro_leads")
    kinds = {name: column.type for name, column in use_case.contract.columns.items()}
    texts = [name for name, kind in kinds.items() if kind == "string"]
    numbers = [name for name, kind in kinds.items() if kind in {"number", "integer"}]
    created = pd.to_datetime(rows["created_date"], format="mixed", utc=True).dt.as_unit("us")
    columns = {
        **{name: rows[name].astype("str").where(rows[name].notna()) for name in texts},
        **{name: pd.to_numeric(rows[name]).astype("float64") for name in numbers},
        "created_date": created,
        CREATED_AT: created,
        KNOWN_AT: created + use_case.outcome.maturity,
        OUTCOME: pd.to_numeric(rows["app_complete_flag"]).astype("float64"),
        ROW_NUMBER: range(1, len(rows) + 1),
        LEAD_ID: pd.util.hash_pandas_object(rows).map("{:016x}".format),
    }
    leads = pd.DataFrame(columns)
    return leads.sample(CODEPRO_ROWS, random_state=1)


@pytest.mark.slow
def test_made_up_codepro_passes_with_a_warning_of_its_order():
    """The file's order gives the outcome away, which is said; no model reads it."""
    rows = pa.concat_tables(codepro.labelled_blocks(CODEPRO_ROWS, seed=1)).to_pandas()
    findings = check(load_use_case("codepro_leads"), codepro_leads(rows))

    assert refusal(findings) == ""
    assert [finding.columns for finding in findings] == [(ROW_NUMBER,)]
    assert "order of the rows" in describe_findings(findings)


@pytest.mark.slow
@pytest.mark.real_data
def test_real_codepro_passes(real_data):
    """Honest leads with every quirk of the real file raise nothing that blocks."""
    rows = pd.read_csv(real_data / "codepro" / "leadscoring.csv", dtype={"city_mapped": "str"})
    findings = check(load_use_case("codepro_leads"), codepro_leads(rows))

    assert [finding for finding in findings if finding.blocks] == []


def campaign_use_case(numbers=CAMPAIGN_NUMBERS, **leakage: object) -> UseCase:
    """Make the use case of campaigns."""
    columns = {name: {"type": "number"} for name in CAMPAIGN_NUMBERS}
    return UseCase.model_validate(
        {
            "use_case": "campaigns",
            "title": "Campaigns",
            "description": "Campaigns that reach their goal.",
            "source": {"kind": "parquet", "location": "campaigns.parquet"},
            "outcome": {"column": "IsSuccessful", "maturity": "1d"},
            "contract": {"columns": {**columns, "Category": {}, "IsSuccessful": {}}},
            "features": {"numeric": numbers, "categorical": ["Category"]},
            "training": {"candidates": LINEAR, "calibration_folds": 2, "leakage": leakage},
        }
    )


@pytest.fixture(scope="module")
def campaigns(real_data) -> pd.DataFrame:
    """Give campaigns in the shape of a snapshot."""
    rows = pd.read_parquet(real_data / "campaign" / "campaign_data.parquet").head(30_000)
    nothing = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]")
    numbers = {name: rows[name].astype("float64") for name in CAMPAIGN_NUMBERS}
    return pd.DataFrame(
        {
            **numbers,
            "Category": rows["Category"],
            LEAD_ID: rows["CampaignID"],
            CREATED_AT: nothing,
            KNOWN_AT: nothing,
            OUTCOME: rows["IsSuccessful"].astype("float64"),
        }
    )


@pytest.mark.slow
@pytest.mark.real_data
def test_campaigns_are_blocked_by_raised_and_goal_amount(campaigns):
    """The pair is named, and no column that is innocent."""
    blocking = [one for one in check(campaign_use_case(), campaigns) if one.blocks]

    assert [set(finding.columns) for finding in blocking] == [{"RaisedAmount", "GoalAmount"}]


@pytest.mark.slow
@pytest.mark.real_data
def test_campaigns_pass_with_reasons_which_are_described(campaigns):
    """A person's word lets the pair pass and is kept."""
    allow = [
        {"column": "RaisedAmount", "reason": "replayed for a demonstration"},
        {"column": "GoalAmount", "reason": "set when the campaign starts"},
    ]
    findings = check(campaign_use_case(allow=allow), campaigns)

    assert refusal(findings) == ""
    assert "replayed for a demonstration" in describe_findings(findings)


@pytest.mark.slow
@pytest.mark.real_data
def test_campaigns_without_what_is_known_at_the_end_have_no_finding(campaigns):
    """The honest model is no leak; that it has no skill is the gate's business."""
    honest = tuple(name for name in CAMPAIGN_NUMBERS if name != "RaisedAmount")

    assert check(campaign_use_case(honest), campaigns) == ()
