"""What a backtest is asked for is checked before anything runs."""

import pytest
from backtests import USE_CASE
from backtests import small_command


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """Give the command on a home with the small use case; nothing here runs a step."""
    return small_command(tmp_path_factory.mktemp("asked") / "home")


def asked(**given):
    """Return the arguments of a backtest, with some in place of the usual ones."""
    usual = {"start": "2024-01-30", "end": "2024-02-29", "every": "10d", "policy": "never"}
    options = [text for name, value in (usual | given).items() for text in (f"--{name}", value)]
    return ["backtest", USE_CASE, *options]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"end": "2024-01-29"}, "no whole window"),
        ({"end": "2024-02-05"}, "no whole window"),
        ({"every": "0d"}, "more than nothing"),
        ({"every": "weekly"}, "no length of time"),
        ({"policy": "sometimes"}, "never, always, every:14d, drift, drift:FILE"),
        ({"policy": "every:soon"}, "no length of time"),
        ({"policy": "drift:nowhere.yaml"}, "nowhere.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_words(command, tmp_path, given, words):
    """The error says what is wrong and what may be; nothing was run."""
    answer = command(*asked(**given), "--folder", tmp_path / "new")

    assert answer.code == 1
    assert words in answer.stderr
    assert list(tmp_path.glob("new/*/steps.jsonl")) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("false_alarms: 2\n", "drift.false_alarms"),
        ("no_such_key: 1\n", "drift.no_such_key"),
        ("- a list\n", "must hold the keys"),
    ],
)
def test_wrong_settings_of_a_drift_policy_are_named(command, tmp_path, text, words):
    """File and key are named."""
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    answer = command(*asked(policy=f"drift:{file}"), "--folder", tmp_path / "new")

    assert answer.code == 1
    assert words in answer.stderr


def test_leads_without_event_times_cannot_be_replayed(tmp_path):
    """Nobody knows which of them were there, and the error says so."""
    command = small_command(tmp_path / "home", lead={"id_column": "lead"})
    answer = command(*asked())

    assert answer.code == 1
    assert "no event time (lead.created_column)" in answer.stderr


def test_a_folder_with_something_else_is_left_alone(command, tmp_path):
    """A backtest is not mixed with other files."""
    (tmp_path / "notes.txt").write_text("mine")
    answer = command(*asked(), "--folder", tmp_path)

    assert answer.code == 1
    assert "is not empty and holds no backtest" in answer.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
