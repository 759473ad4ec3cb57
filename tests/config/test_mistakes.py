"""What somebody is told who made a mistake in a config."""

import pytest

from lead_scoring.config.loading import configs_folder
from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.errors import ConfigError

RIGHT = (configs_folder() / "codepro_leads.yaml").read_text(encoding="utf-8")
PYDANTIC = ("Extra inputs", "Input should", "Field required", "errors.pydantic", "[type=")


def told(folder, old: str, new: str) -> str:
    """Return what is said of the shipped config with one text replaced."""
    assert RIGHT.count(old) >= 1
    (folder / "codepro_leads.yaml").write_text(RIGHT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_use_case("codepro_leads", folder)
    return str(error.value)


MISTAKES = [
    pytest.param(
        "  hold:\n",
        "  costs: {value_of_conversion: 5, cost_per_contact: 5, currency: EUR}\n  hold:\n",
        ["inference.costs.cost_per_contact: 5 must be less", "no lead is worth a call"],
        id="no call pays",
    ),
    pytest.param(
        "grades: {A: 0.75, B: 0.50, C: 0.25}",
        "grades: {A: 0.75, capacity: {A: 300}}",
        ["inference.grades: ", "cut-offs A, B, C and capacity; keep one of them"],
        id="two rules for grades",
    ),
    pytest.param(
        "grades: {A: 0.75, B: 0.50, C: 0.25}",
        "grades: {quantiles: {A: 0.5, B: 0.4, C: 0.3}}",
        ["inference.grades.quantiles: ", "at most 1 together, got 1.2"],
        id="more than the whole batch",
    ),
    pytest.param(
        "grades: {A: 0.75, B: 0.50, C: 0.25}",
        "grades: {capacity: {B: 300}}",
        ["inference.grades.capacity.A: is missing; needed: a whole number above 0"],
        id="capacity of whom to call first",
    ),
    pytest.param("schedule:", "schedul:", ["schedul: ", "did you mean 'schedule'"], id="key"),
    pytest.param("title: CodePro leads\n", "", ["title: is missing"], id="missing key"),
    pytest.param("title: CodePro leads", "title:", ["title: got nothing"], id="empty value"),
    pytest.param(
        "title: CodePro leads", "title: Yes", ["got 'Yes'", "put it in quotes"], id="bare yes"
    ),
    pytest.param(
        "kind: csv",
        "kind: cvs",
        ["source.kind: got 'cvs'; allowed: csv, ", "did you mean 'csv'"],
        id="source",
    ),
    pytest.param("  kind: csv\n", "", ["source.kind: is missing; needed: csv, "], id="no source"),
    pytest.param(
        "kind: csv", "kind: sql", ["source.query: is missing", "source.location"], id="other kind"
    ),
    pytest.param('"0 5 * * *"', "daily", ["schedule: 'daily'", '"0 5 * * *"'], id="no cron"),
    pytest.param('"0 5 * * *"', '"0 25 * * *"', ["'25' is no hour", "0 to 23"], id="25 o'clock"),
    pytest.param(
        "maturity: 14d", "maturity: 14", ["outcome.maturity: 14", "such as 14d"], id="no unit"
    ),
    pytest.param(
        "column: app_complete_flag",
        "column: app_complete",
        ["outcome.column: 'app_complete'", "did you mean 'app_complete_flag'"],
        id="outcome",
    ),
    pytest.param(
        "created_column: created_date",
        "created_column: city_mapped",
        ["lead.created_column: 'city_mapped' is a string, not a timestamp"],
        id="event time",
    ),
    pytest.param(
        "city_mapped: {type: string}",
        "city_mapped: {type: text}",
        ["contract.columns.city_mapped.type: got 'text'", "string, integer, number, boolean or"],
        id="type",
    ),
    pytest.param(
        "city_mapped: {type: string}",
        "city_mapped: string",
        ["contract.columns.city_mapped: got 'string'; allowed: a section with the keys type"],
        id="section",
    ),
    pytest.param(
        "city_mapped: {type: string}",
        "city_mapped: {type: string, nullable: maybe}",
        ["nullable: got 'maybe'; allowed: true or false"],
        id="yes or no",
    ),
    pytest.param(
        "city_mapped: {type: string}",
        'city_mapped: {type: string, pattern: "["}',
        ["contract.columns.city_mapped.pattern: '[' is no regular expression"],
        id="pattern",
    ),
    pytest.param(
        "min: 2015-01-01T00:00:00Z",
        "min: 20 Jan",
        ["created_date.min: got '20 Jan'; allowed: an instant such as 2022-02-01T00:00:00Z"],
        id="instant",
    ),
    pytest.param(
        "action: quarantine",
        "action: quarantaine",
        ["contradicting_outcome.action: got 'quarantaine'", "did you mean 'quarantine'"],
        id="action",
    ),
    pytest.param(
        "contradicting_outcome:",
        "contradicting:",
        ["contract.rules.contradicting: the key", "did you mean 'contradicting_outcome'"],
        id="rule",
    ),
    pytest.param(
        "step: sum_columns",
        "step: sum_column",
        ["preparation[2].step: got 'sum_column'", "did you mean 'sum_columns'"],
        id="step",
    ),
    pytest.param(
        "max_unseen_share: 0.05",
        "max_unseen_share: 90",
        ["inference.hold.max_unseen_share: got '90'", "at least 0 and at most 1"],
        id="share",
    ),
    pytest.param(
        "\nfeatures:\n",
        "  - {step: date_parts, column: created_date, prefix: at, parts: [hour, week]}\n"
        "features:\n",
        ["preparation[3].parts[2]: got 'week'", "did you mean 'weekday'"],
        id="date part",
    ),
    pytest.param(
        "columns: [total_leads_droppped,",
        "columns: [total_leads_dropped,",
        ["preparation[1]", "['total_leads_dropped']", "did you mean 'total_leads_droppped'"],
        id="a step's column",
    ),
    pytest.param(
        "cardinality: [city_mapped",
        "cardinality: [city_maped",
        ["features: ['city_maped']", "did you mean 'city_mapped'"],
        id="feature",
    ),
    pytest.param(
        "lightgbm: {n_est", "ligthgbm: {n_est", ["did you mean 'lightgbm'"], id="candidate"
    ),
    pytest.param(
        "n_estimators: 100",
        "n_estimators: 0",
        ["lightgbm.n_estimators: got '0'; allowed: a whole number above 0"],
        id="nothing to fit",
    ),
    pytest.param(
        "logistic_regression: {C: 1.0}",
        "random_forest: {max_features: half}",
        ["max_features: got 'half'; allowed: sqrt or log2 or a number above 0 and at most 1"],
        id="a name or a number",
    ),
    pytest.param(
        "test_share: 0.15", "test_share: 15%", ["test_share: got '15%'", "below 0.9"], id="percent"
    ),
    pytest.param(
        "drift:\n", "seed: 7\ndrift:\n", ["seed: there is no such key", "training"], id="misplaced"
    ),
    pytest.param(
        "B: 0.50", "B: 0.80", ["inference.grades: cut-offs must fall", "B=0.8"], id="grades"
    ),
    pytest.param(
        "drift:\n",
        "drift:\n  governor: {cooldown: 1d}\n",
        ["governor: the key stands there twice, first in line"],
        id="a key twice",
    ),
    pytest.param(
        "drift:\n",
        "drift:\n\twindow: 1d\n",
        ["found character", "spaces, not with tabs"],
        id="tab",
    ),
    pytest.param(
        "first_utm_source_c]",
        "first_utm_source_c",
        ["expected ',' or ']'", "in what begins in line"],
        id="bracket",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES)
def test_a_mistake_is_named_with_what_is_right(tmp_path, old, new, words):
    """File, line, key and value are named, and what is allowed; nothing in pydantic's words."""
    text = told(tmp_path, old, new)

    assert f"{tmp_path / 'codepro_leads.yaml'}: " in text
    assert [word for word in ("line ", *words) if word not in text] == []
    assert [word for word in PYDANTIC if word in text] == []


@pytest.mark.slow
def test_the_line_is_that_of_the_key(tmp_path):
    """The line number points at the key in the file, below comments and anchors, too."""
    text = told(tmp_path, "band: 2.5", "bandwidth: 2.5")
    line = next(
        number for number, line in enumerate(RIGHT.splitlines(), 1) if "performance: {" in line
    )

    assert f"line {line}, drift.performance.bandwidth: " in text


def test_more_faults_than_fit_are_counted(tmp_path):
    """Ten faults are named, and how many more there are."""
    keys = "".join(f"wrong{number}: 1\n" for number in range(12))

    assert "and 2 more" in told(tmp_path, "drift:\n", f"{keys}drift:\n")


def test_a_bare_on_is_a_key_like_any_other(tmp_path):
    """YAML would read the key of the alerts as true."""
    (tmp_path / "codepro_leads.yaml").write_text(
        f"{RIGHT}\nalerts: {{slack: true, on: [data_fault]}}\n", encoding="utf-8"
    )

    assert load_use_case("codepro_leads", tmp_path).alerts.on == ("data_fault",)


def test_a_file_in_another_encoding_is_named(tmp_path):
    """A file that is not UTF-8 is no stack trace."""
    (tmp_path / "codepro_leads.yaml").write_bytes("title: Köln".encode("latin-1"))

    with pytest.raises(ConfigError, match="save it as UTF-8"):
        load_use_case("codepro_leads", tmp_path)


def test_a_setting_of_the_environment_is_named_by_its_variable(tmp_path):
    """Who set it there would look for it in vain in the file."""
    with pytest.raises(ConfigError, match="LEAD_SCORING_BATCH_ROWS in the environment: got 'few'"):
        load_platform(tmp_path, {"LEAD_SCORING_BATCH_ROWS": "few"})


def test_a_wrong_secret_is_not_shown(tmp_path):
    """What stands where a password may be is never part of a message."""
    (tmp_path / "platform.yaml").write_text("database_url: [hush]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"line 1, database_url: .*not shown") as error:
        load_platform(tmp_path, {})

    assert "hush" not in str(error.value)
