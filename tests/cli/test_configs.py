"""``new`` and ``schema``."""

import json

import numpy as np
import pandas as pd
import pytest
from commands import Command
from homes import make_home

from lead_scoring.config.json_schema import published_schemas
from lead_scoring.config.loading import load_use_case


@pytest.fixture
def command(tmp_path):
    """Give the command on a home without a database."""
    return Command(make_home(tmp_path / "home"))


@pytest.fixture
def leads(tmp_path):
    """Give a file of leads nobody described."""
    draw = np.random.default_rng(20)
    won = draw.integers(0, 2, 300)
    file = tmp_path / "leads.csv"
    pd.DataFrame({"age": draw.normal(40, 9, 300) + won, "won": won}).to_csv(file, index=False)
    return file


def test_new_writes_a_config_and_says_what_comes_next(command, leads):
    """The file is valid, and the commands begin with the one that is needed first."""
    answer = command("new", "shop", "--from", leads)
    config = load_use_case("shop", command.home / "configs")

    assert answer.code == 0
    assert config.outcome.column == "won"
    assert "lead-scoring migrate" in answer.stdout
    assert "lead-scoring train shop" in answer.stdout


def test_new_overwrites_only_if_told_to(command, leads):
    """A config somebody mended is left alone."""
    command.json("new", "shop", "--from", leads)
    file = command.home / "configs" / "shop.yaml"
    file.write_text(file.read_text() + "# mended\n")
    refused = command("new", "shop", "--from", leads)
    kept = file.read_text()
    forced = command("new", "shop", "--from", leads, "--force")

    assert (refused.code, forced.code) == (1, 0)
    assert "say --force" in refused.stderr
    assert kept.endswith("# mended\n")
    assert not file.read_text().endswith("# mended\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["My Shop"], "is no name for a use case", id="name"),
        pytest.param(["platform"], "settings of the platform", id="platform"),
        pytest.param(["shop", "--outcome", "wan"], "did you mean 'won'", id="column"),
        pytest.param(["shop", "--task", "regression", "--outcome", "won"], "", id="task"),
        pytest.param(
            ["shop", "--maturity", "soon"], "--maturity: 'soon' is not a duration", id="maturity"
        ),
    ],
)
def test_new_says_what_is_wrong_and_writes_nothing(command, leads, arguments, words):
    """A refusal has exit code 1 and leaves the configs as they were."""
    before = sorted((command.home / "configs").iterdir())
    answer = command("new", *arguments, "--from", leads)

    if words:
        assert answer.code == 1
        assert words in answer.stderr
        assert sorted((command.home / "configs").iterdir()) == before
    else:
        assert load_use_case("shop", command.home / "configs").task == "regression"


def test_a_source_below_the_data_folder_is_named_relative_to_it(command, leads):
    """A config can be taken to another machine."""
    below = command.home / "database" / "sample" / "shop"
    below.mkdir(parents=True)
    leads.rename(below / "leads.csv")
    command.json("new", "shop", "--from", below / "leads.csv")

    assert load_use_case("shop", command.home / "configs").source.location == "shop/leads.csv"


def test_schema_prints_or_writes(command):
    """Without an option it prints one schema; with --write it brings all files up to date."""
    printed = command("schema")
    stale = command.home / "configs" / "schema" / "use_case.json"
    stale.write_text("{}")
    command.json("schema", "--write")

    assert json.loads(printed.stdout)["properties"]["use_case"]
    assert stale.read_text() == published_schemas()["use_case.json"]
