"""``lead-scoring backtest`` on a small use case: the real pipelines, a platform per policy."""

import json
import sqlite3

import pytest
from backtests import USE_CASE
from backtests import backtest
from backtests import small_command

pytestmark = pytest.mark.slow

POLICIES = ("--policy", "never", "--policy", "always", "--policy", "every:20d")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Run a backtest once; give the command, its folder and the answer."""
    command = small_command(tmp_path_factory.mktemp("ran") / "home")
    folder = command.home / "replayed"
    answer = command.json(*backtest(folder, *POLICIES, "--jobs", 2))
    return command, folder, answer


def totals_of(answer, policy):
    """Return the totals of one policy."""
    return next(one for one in answer["backtest"]["totals"] if one["policy"] == policy)


def rows(folder, policy, query):
    """Ask the platform database of a policy."""
    with sqlite3.connect(folder / policy / "lead_scoring.db") as connection:
        return connection.execute(query).fetchall()


def test_policies_train_when_they_say(ran):
    """After the first model never trains, always trains each time, every:20d each second time."""
    _, folder, answer = ran
    trainings = {one["policy"]: one["trainings"] for one in answer["backtest"]["totals"]}

    assert trainings == {"never": 0, "always": 3, "every:20d": 1}
    assert rows(folder, "always", "SELECT count(*) FROM models") == [(4,)]
    assert rows(folder, "never", "SELECT count(*) FROM models") == [(1,)]


def test_every_instant_has_a_check_of_every_policy(ran):
    """The verdict is shown even where the policy does not go by it."""
    _, folder, answer = ran
    windows = answer["backtest"]["windows"]

    assert all(window["step"]["verdict"] for policy in windows.values() for window in policy)
    assert rows(folder, "never", "SELECT count(DISTINCT as_of) FROM drift_checks") == [(4,)]


def test_windows_measure_the_leads_that_were_open(ran):
    """With outcomes after three days, thirty leads of each window are scored before they close."""
    _, _, answer = ran
    windows = answer["backtest"]["windows"]["never"]

    assert [window["step"]["rows"] for window in windows] == [30, 30, 30]
    assert [window["since"] for window in windows] == [
        "2024-01-30T00:00:00Z",
        "2024-02-09T00:00:00Z",
        "2024-02-19T00:00:00Z",
    ]


def test_no_model_knows_what_came_after_its_instant(ran):
    """Labels mature in a replay as they would have: nothing newer was fitted on or tested on."""
    _, folder, _ = ran
    late = rows(
        folder, "always", "SELECT count(*) FROM models WHERE tested_until > as_of OR as_of IS NULL"
    )
    spans = rows(
        folder,
        "always",
        "SELECT julianday(as_of) - julianday(tested_until) FROM models ORDER BY version",
    )

    assert late == [(0,)]
    assert all(days >= 3 for (days,) in spans)


def test_the_platform_itself_is_left_alone(ran):
    """Loads, models and scores are in the policies' databases only."""
    command, _, _ = ran

    assert command.rows("SELECT * FROM loads") == []
    assert command.rows("SELECT * FROM models") == []
    assert command.rows("SELECT * FROM scores") == []


def test_the_report_lies_in_the_folder_and_in_mlflow(ran):
    """Table, document and chart are written, and logged once to the platform's MLflow."""
    command, folder, answer = ran
    document = json.loads((folder / "backtest.json").read_text())
    with sqlite3.connect(command.home / "database" / "mlflow.db") as connection:
        (experiment,) = connection.execute(
            "SELECT e.name FROM runs r JOIN experiments e USING (experiment_id)"
        ).fetchall()
        steps = connection.execute(
            "SELECT count(*) FROM metrics WHERE key = 'every_20d.roc_auc'"
        ).fetchone()

    assert experiment == (f"lead_scoring/{USE_CASE}/backtest",)
    assert steps == (3,)
    assert document == answer["backtest"]
    assert "| every:20d | 1 |" in (folder / "backtest.md").read_text()
    assert (folder / "backtest.png").read_bytes().startswith(b"\x89PNG")


def test_running_again_does_nothing_twice(ran):
    """Finished steps are skipped, the answer is the same, and so is the run in MLflow."""
    command, folder, answer = ran
    journal = (folder / "always" / "steps.jsonl").read_bytes()
    again = command.json(*backtest(folder, *POLICIES))

    assert again == answer
    assert (folder / "always" / "steps.jsonl").read_bytes() == journal


def test_another_policy_joins_what_is_there(ran):
    """Policies have folders of their own, so one more is run and the others are not."""
    command, folder, _ = ran
    journal = (folder / "always" / "steps.jsonl").read_bytes()
    settings = command.home / "strict.yaml"
    settings.write_text("false_alarms: 0.001\n")
    answer = command.json(*backtest(folder, "--policy", "always", "--policy", f"drift:{settings}"))
    (configs,) = folder.glob("drift_*/configs/small.yaml")

    assert [one["policy"] for one in answer["backtest"]["totals"]] == [
        "always",
        f"drift:{settings}",
    ]
    assert "false_alarms: 0.001" in configs.read_text()
    assert (folder / "always" / "steps.jsonl").read_bytes() == journal


def test_other_settings_need_another_folder(ran):
    """A folder keeps to one start, end and period; the error names what differs."""
    command, folder, _ = ran
    answer = command(
        *("backtest", USE_CASE, "--start", "2024-01-30", "--end", "2024-02-29"),
        *("--every", "15d", "--folder", folder),
    )

    assert answer.code == 1
    assert "other settings (every)" in answer.stderr


def test_people_see_windows_totals_and_what_they_say(ran):
    """The tables name every policy; a sentence says whether always training gains anything."""
    command, folder, _ = ran
    shown = command(*backtest(folder, *POLICIES)).stdout

    assert shown.count("every:20d") >= 4
    assert "Training at every instant gains" in shown


def test_a_start_too_early_names_the_first_that_would_do(tmp_path):
    """With too few mature leads the error says from when on there are enough."""
    command = small_command(tmp_path / "home")
    answer = command(
        *("backtest", USE_CASE, "--start", "2024-01-05", "--end", "2024-01-30", "--every", "5d"),
        *("--policy", "never", "--folder", tmp_path / "early"),
    )

    assert answer.code == 1
    assert "begin at 2024-01-" in answer.stderr
    assert "(--start)" in answer.stderr


def test_a_source_read_by_interval_is_loaded_window_by_window(tmp_path):
    """Each instant loads what is new and measures its open leads.

    One lead a day is created at midnight: of the last three days' thirty, the first is closed by
    then, and the one created at the instant itself is of the next load.
    """
    source = {"kind": "csv", "location": "small.csv", "window": "interval"}
    command = small_command(tmp_path / "home", source=source)
    folder = tmp_path / "replayed"
    answer = command.json(*backtest(folder, "--policy", "never", "--policy", "always"))
    loads = rows(folder, "always", "SELECT window_from, window_to FROM loads ORDER BY as_of")

    assert [(start or "")[:10] for start, _ in loads] == [
        "",
        "2024-01-30",
        "2024-02-09",
        "2024-02-19",
    ]
    assert totals_of(answer, "always")["trainings"] == 3
    assert [one["step"]["rows"] for one in answer["backtest"]["windows"]["always"]] == [29] * 3
