"""What a file under configs/ may say, and what is said when it is wrong."""

from pathlib import Path

import pytest
import yaml

from lead_scoring.config.loading import BrokenUseCase
from lead_scoring.config.loading import configs_folder
from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.config.loading import load_use_cases
from lead_scoring.config.loading import use_case_names
from lead_scoring.errors import ConfigError


@pytest.fixture
def broken(tmp_path):
    """Give a function that writes CodePro's config with changes and loads it."""

    def load(**changes: object):
        content = yaml.safe_load((configs_folder() / "codepro_leads.yaml").read_text())
        (tmp_path / "codepro_leads.yaml").write_text(yaml.safe_dump(content | changes))
        return load_use_case("codepro_leads", tmp_path)

    return load


@pytest.mark.parametrize("name", use_case_names())
def test_every_shipped_use_case_is_valid(name):
    """Each file under configs/ loads under its own name."""
    assert load_use_case(name).use_case == name


def test_codepro_sums_all_37_interaction_counts(broken):
    """Every count column of CodePro goes into exactly one sum."""
    use_case = broken()
    (sums,) = (step for step in use_case.preparation if step.step == "sum_columns")
    summed = [column for group in sums.outputs.values() for column in group]

    assert len(summed) == 37
    assert len(set(summed)) == 37


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        pytest.param({"schedul": "0 5 * * *"}, "schedul", id="a misspelt key"),
        pytest.param({"use_case": "Robert'); DROP"}, "use_case", id="a name unfit for SQL"),
        pytest.param({"use_case": "../etc"}, "use_case", id="a name unfit for a path"),
        pytest.param(
            {"outcome": {"column": "nowhere", "maturity": "14d"}}, "nowhere", id="no such outcome"
        ),
        pytest.param(
            {"outcome": {"column": "app_complete_flag", "maturity": "a while"}},
            "a while",
            id="not a duration",
        ),
        pytest.param(
            {"features": {"numeric": ["app_complete_flag"]}}, "app_complete_flag", id="leak"
        ),
        pytest.param({"features": {}}, "features", id="no features"),
        pytest.param(
            {"lead": {"created_column": "city_mapped"}}, "created_column", id="time from text"
        ),
        pytest.param(
            {"preparation": [{"step": "fill_missing", "columns": ["nope"]}]}, "nope", id="step"
        ),
        pytest.param({"training": {"test_share": 2}}, "training.test_share", id="out of range"),
        pytest.param(
            {"inference": {"grades": {"A": 0.2, "B": 0.5, "C": 0.1}}}, "grades", id="cut-offs"
        ),
    ],
)
def test_a_wrong_config_names_file_and_key(broken, changes, key):
    """A wrong value is refused naming the file and the key or value at fault."""
    with pytest.raises(ConfigError, match=r"codepro_leads\.yaml") as error:
        broken(**changes)

    assert key in str(error.value)


def test_all_faults_are_named_at_once(broken):
    """Two wrong keys are both in the message."""
    with pytest.raises(ConfigError) as error:
        broken(schedul="x", titel="y")

    assert "schedul" in str(error.value)
    assert "titel" in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: [", id="not YAML"),
        pytest.param("- a\n- b\n", id="a list"),
        pytest.param("", id="empty"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path, text):
    """Broken YAML, a list and an empty file are config errors, not stack traces."""
    (tmp_path / "torn.yaml").write_text(text)

    with pytest.raises(ConfigError, match=r"torn\.yaml"):
        load_use_case("torn", tmp_path)


def test_one_wrong_file_spoils_no_other(tmp_path):
    """The wrong use case comes back with its reason, the right one as itself."""
    good = (configs_folder() / "codepro_leads.yaml").read_text()
    (tmp_path / "codepro_leads.yaml").write_text(good)
    (tmp_path / "torn.yaml").write_text("a: [")

    right, wrong = load_use_cases(tmp_path)

    assert right.use_case == "codepro_leads"
    assert isinstance(wrong, BrokenUseCase)
    assert "torn.yaml" in wrong.reason


def test_the_name_in_the_file_is_the_name_of_the_file(tmp_path):
    """A copied file that kept its old name is refused."""
    good = (configs_folder() / "codepro_leads.yaml").read_text()
    (tmp_path / "other_leads.yaml").write_text(good)

    with pytest.raises(ConfigError, match="other_leads"):
        load_use_case("other_leads", tmp_path)


def test_an_unknown_use_case_names_those_there_are(tmp_path):
    """A typing error is answered with the names that exist."""
    with pytest.raises(ConfigError, match="there are: none"):
        load_use_case("codepo_leads", tmp_path)


def test_the_environment_wins_over_the_platform_file():
    """A setting given by the environment replaces the file's."""
    platform = load_platform(environment={"LEAD_SCORING_STORAGE": "s3://bucket/leads"})

    assert platform.storage == "s3://bucket/leads"


def test_a_database_password_is_not_shown():
    """Printing the settings does not print the URL."""
    url = "postgresql+psycopg://user:hush@localhost/leads"
    platform = load_platform(environment={"LEAD_SCORING_DATABASE_URL": url})

    assert "hush" not in repr(platform)
    assert platform.database_url.get_secret_value() == url


def test_a_fixed_instant_needs_a_time_zone():
    """An as_of without offset is refused: an hour's doubt moves outcomes."""
    with pytest.raises(ConfigError, match="LEAD_SCORING_AS_OF"):
        load_platform(Path("/nowhere"), {"LEAD_SCORING_AS_OF": "2022-02-01T00:00:00"})
