"""Wrong use is said in a line, or in one JSON document, and ends with exit code 2."""

import json
import subprocess
import sys

import pytest
from commands import Command
from commands import new_command
from homes import make_home
from typer.testing import CliRunner

from lead_scoring.cli import app


@pytest.fixture(scope="module")
def command(tmp_path_factory) -> Command:
    """Give the command on an empty home; the tests leave it empty."""
    return new_command(tmp_path_factory.mktemp("usage") / "home")


WRONG = [
    pytest.param(["run", "nothing"], "there is no use case 'nothing'", id="use case"),
    pytest.param(["run"], "Missing argument", id="missing use case"),
    pytest.param(["fly"], "No such command", id="command"),
    pytest.param(["run", "codepro_leads", "--as-of", "soon"], "no instant", id="instant"),
    pytest.param(["leads", "codepro_leads", "--grade", "E"], "one of A, B, C, D", id="grade"),
    pytest.param(["leads", "codepro_leads", "--top", "0"], "greater than or equal to 1", id="top"),
    pytest.param(
        ["leads", "codepro_leads", "--min-probability", "2"],
        "less than or equal to 1",
        id="probability",
    ),
    pytest.param(["release", "batch_0", "--reason", "why"], "no batch 'batch_0'", id="batch"),
    pytest.param(["replay-quarantine", "load_0"], "no load 'load_0'", id="load"),
    pytest.param(["rollback", "codepro_leads", "--reason", " "], "say why", id="reason"),
    pytest.param(
        ["promote", "codepro_leads", "2", "--reason", "why"], "Missing option '--by'", id="nobody"
    ),
    pytest.param(
        ["check", "codepro_leads", "--load", "load_0", "--override", "keep"],
        "say why",
        id="override without a reason",
    ),
    pytest.param(
        ["check", "codepro_leads", "--load", "load_0", "--reason", "why"],
        "a reason is for an override",
        id="reason without an override",
    ),
    pytest.param(
        ["check", "codepro_leads", "--override", "maybe"],
        "'train', 'keep', 'accept'",
        id="override",
    ),
    pytest.param(
        ["sample", "codepro_leads", "--rows", "5"], "greater than or equal to 100", id="rows"
    ),
    pytest.param(["score", "codepro_leads", "--input", "no.csv"], "no.csv", id="input"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_wrong_use_ends_with_two(command, arguments, words):
    """The line on standard error names what is wrong; standard output stays empty."""
    answer = command(*arguments)

    assert answer.code == 2
    assert words in " ".join(answer.stderr.replace("│", " ").split())
    assert answer.stdout == ""


@pytest.mark.parametrize(("arguments", "words"), WRONG)
def test_wrong_use_is_one_document_with_json(command, arguments, words):
    """With --json the same is one document on standard output."""
    answer = command(*arguments, "--json")

    assert answer.code == 2
    assert words in answer.document["error"]["message"]
    assert answer.document["error"]["retry"] is False


FAILING = [
    pytest.param(["load", "codepro_leads"], "SourceError", id="no source"),
    pytest.param(["score", "codepro_leads"], "UnknownIdError", id="nothing loaded"),
    pytest.param(
        ["rollback", "codepro_leads", "--reason", "why"], "UnknownIdError", id="rollback"
    ),
    pytest.param(
        ["approve", "codepro_leads", "3", "--by", "ada", "--reason", "why"],
        "GateError",
        id="nothing waits",
    ),
    pytest.param(
        ["promote", "codepro_leads", "3", "--by", "ada", "--reason", "why"],
        "UnknownIdError",
        id="no version",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "kind"), FAILING)
def test_failure_ends_with_one_and_no_stack_trace(command, arguments, kind):
    """What fails on purpose says so in words, and as a document with --json."""
    said, document = command(*arguments), command(*arguments, "--json")

    assert (said.code, document.code) == (1, 1)
    assert said.stderr.startswith("Error: ")
    assert "Traceback" not in said.stderr
    assert document.document["error"]["kind"] == kind


def test_broken_config_is_a_failure_that_names_the_key(tmp_path):
    """A wrong key in a config is said with file and key."""
    command = new_command(tmp_path / "home")
    config = command.home / "configs" / "codepro_leads.yaml"
    config.write_text(config.read_text().replace("task: binary", "task: guess"))
    answer = command("load", "codepro_leads", "--json")

    assert answer.code == 1
    assert answer.document["error"]["kind"] == "ConfigError"
    assert "codepro_leads.yaml" in answer.document["error"]["message"]
    assert "task" in answer.document["error"]["message"]


def test_database_that_was_never_made_is_a_failure_with_a_way_out(tmp_path):
    """Without tables every command says how to make them."""
    command = Command(make_home(tmp_path / "home"))
    answer = command("status", "codepro_leads", "--json")

    assert answer.code == 1
    assert "lead-scoring migrate" in answer.document["error"]["message"]


def test_every_command_takes_json_and_has_help():
    """Each command knows --json and says in its help what it is for."""
    listed = CliRunner().invoke(app, ["--help"]).stdout
    for name in ("run", "load", "train", "score", "status", "leads", "features", "release",
                 "approve", "reject", "promote", "rollback", "decisions",
                 "replay-quarantine", "doctor", "migrate", "sample"):  # fmt: skip
        helped = CliRunner().invoke(app, [name, "--help"])
        assert name in listed
        assert helped.exit_code == 0
        assert "--json" in helped.stdout


@pytest.mark.slow
def test_help_imports_nothing_heavy():
    """Asking for help loads neither pandas nor the registry."""
    code = (
        "import sys; from lead_scoring.cli import app\n"
        "heavy = {'pandas', 'pyarrow', 'mlflow', 'sklearn', 'sqlalchemy', 'airflow', 'duckdb'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_json_is_the_only_thing_on_standard_output(command):
    """A program can read standard output as it is."""
    answer = command("leads", "codepro_leads", "--json")

    assert json.loads(answer.stdout) == {"use_case": "codepro_leads", "leads": []}
