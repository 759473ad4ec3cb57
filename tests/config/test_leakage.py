"""What a config may say about leakage, and what is refused when it is read."""

import pytest
import yaml

from lead_scoring.config.leakage import LeakageConfig
from lead_scoring.config.loading import configs_folder
from lead_scoring.config.loading import load_use_case
from lead_scoring.core.identity import contract_digest
from lead_scoring.errors import ConfigError

NAME = "codepro_leads"


@pytest.fixture
def load(tmp_path):
    """Give a function that loads CodePro's config with columns known late and columns allowed."""

    def loaded(late=(), allow=()):
        content = yaml.safe_load((configs_folder() / f"{NAME}.yaml").read_text())
        columns = content["contract"]["columns"]
        for column in late:
            columns[column] = {**columns[column], "known": "outcome"}
        content["training"]["leakage"] = {"allow": list(allow)}
        (tmp_path / f"{NAME}.yaml").write_text(yaml.safe_dump(content))
        return load_use_case(NAME, tmp_path)

    return loaded


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("referred_lead", "preparation step 1 (fill_missing)"),
        ("careers", "preparation step 2 (sum_columns)"),
    ],
)
def test_a_column_known_with_the_outcome_cannot_be_read(load, column, key):
    """File, key, column and its declaration are named."""
    with pytest.raises(ConfigError) as error:
        load(late=[column])

    words = (f"{NAME}.yaml", f"{key}: {column!r}", f"contract.columns.{column}.known: outcome")
    assert [word for word in words if word not in str(error.value)] == []


def test_a_feature_known_with_the_outcome_is_refused(load, tmp_path):
    """Also where no step reads it."""
    load()
    file = tmp_path / f"{NAME}.yaml"
    content = yaml.safe_load(file.read_text())
    content["contract"]["columns"]["paid"] = {"type": "number", "known": "outcome"}
    content["features"]["numeric"].append("paid")
    file.write_text(yaml.safe_dump(content))
    with pytest.raises(ConfigError, match=r"features\.numeric: 'paid' is known only with"):
        load_use_case(NAME, tmp_path)


def test_when_a_column_is_known_changes_no_load(load):
    """What no model reads may be declared; ids of loads stay."""
    assert contract_digest(load(late=["app_complete_flag"])) == contract_digest(load())


@pytest.mark.parametrize(
    ("allow", "words"),
    [
        pytest.param([{"column": "careers", "reason": "  "}], "allow[1].reason", id="no reason"),
        pytest.param([{"column": "carers", "reason": "x"}], "'carers' is neither", id="misspelt"),
        pytest.param([{"column": "careers", "reason": "x"}] * 2, "twice", id="twice"),
    ],
)
def test_an_allowance_needs_a_column_and_a_reason(load, allow, words):
    """The fault is named by file and key."""
    with pytest.raises(ConfigError) as error:
        load(allow=allow)

    assert words in str(error.value)


@pytest.mark.parametrize("limit", [0.5, 1.1, float("nan")])
def test_a_limit_no_better_than_chance_is_refused(limit):
    """NaN neither."""
    with pytest.raises(ValueError, match="column_auc"):
        LeakageConfig(column_auc=limit)
