"""``campaign_success``: a source without event times, with signal and without."""

from pathlib import Path

import pytest
from commands import Command
from commands import copied
from commands import new_command
from homes import change_config
from live import assert_live_equals_batch

from lead_scoring.config.loading import load_use_case
from lead_scoring.tasks import training

pytestmark = pytest.mark.slow

ROWS = 4_000
USE_CASE = "campaign_success"
AS_OF = "2026-01-05"
NEXT_DAY = "2026-01-06"


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Command:
    """Give a home where everything ran once on the sample."""
    command = new_command(tmp_path_factory.mktemp("ran") / "home")
    command.json("sample", USE_CASE, "--rows", ROWS)
    command.json("run", USE_CASE, "--as-of", AS_OF)
    return command


def refusing_home(home: Path) -> Command:
    """Return the command on a home whose gate asks for more than the sample has."""
    command = new_command(home)
    settings = load_use_case(USE_CASE).training.model_dump(mode="json", exclude_unset=True)
    settings["gate"]["min_gain_over_baseline"] = 0.5
    change_config(command.home, USE_CASE, training=settings)
    command.json("sample", USE_CASE, "--rows", ROWS)
    return command


@pytest.fixture(scope="module")
def refused(tmp_path_factory) -> Command:
    """Give a home where the first model was refused."""
    command = refusing_home(tmp_path_factory.mktemp("refused") / "home")
    command.json("run", USE_CASE, "--as-of", AS_OF)
    return command


def test_sample_is_learned_and_its_open_campaigns_are_scored(ran):
    """The first model is promoted, and one campaign in ten is scored: those that are open."""
    decisions = ran.rows("SELECT kind FROM decisions")
    scored = ran.rows("SELECT min(lead_id), count(*) FROM current_scores")

    assert decisions == [("promotion",)]
    assert scored == [(f"CID_{ROWS - ROWS // 10:05d}", ROWS // 10)]


def test_running_again_scores_no_campaign_twice(ran, tmp_path):
    """The same run again has the same batch, and nothing is left unscored for want of a model."""
    copy = copied(ran, tmp_path / "copy")
    summary = copy.json("run", USE_CASE, "--as-of", AS_OF)

    assert summary["batch"]["status"] == "published"
    assert summary["unscored"] is None
    assert copy.rows("SELECT count(*) FROM batches") == [(1,)]


def test_refused_first_model_is_an_answer_and_no_failure(refused):
    """Exit code 0; there is no champion, nothing is scored, and the reason says so in words."""
    summary = refused.json("run", USE_CASE, "--as-of", AS_OF)

    assert summary["training"]["promoted"] is None
    assert (summary["champion"], summary["batch"], summary["leads"]) == (None, None, [])
    assert "hardly better than guessing by the base rate" in summary["unscored"]
    assert refused.rows("SELECT count(*) FROM batches") == [(0,)]


def test_refusal_is_told_to_people(refused):
    """The text names the refusal, its reason and what follows, and shows no stack trace."""
    answer = refused("run", USE_CASE, "--as-of", AS_OF)
    text = " ".join(answer.stdout.split())

    assert answer.code == 0
    assert "refused; there is still no champion" in text
    assert "Nothing was scored." in text
    assert "version 1, was refused" in text


def test_waiting_for_the_next_training_says_why_there_is_no_champion(refused, tmp_path):
    """A day later the governor waits; the newest refusal is still named."""
    copy = copied(refused, tmp_path / "copy")
    summary = copy.json("run", USE_CASE, "--as-of", NEXT_DAY)

    assert summary["drift"]["action"] == "wait"
    assert summary["training"] is None
    assert "version 1, was refused" in summary["unscored"]


def test_reasons_of_a_refusal_are_one_line_for_the_scheduler(refused, monkeypatch):
    """The task that is skipped says why; an id that is not known has no reason."""
    monkeypatch.setenv("LEAD_SCORING_HOME", str(refused.home))
    ((decision_id,),) = refused.rows("SELECT decision_id FROM decisions")

    assert "better than guessing by the base rate" in training.reasons(USE_CASE, decision_id)
    assert training.reasons(USE_CASE, "decision_0") == ""


@pytest.mark.real_data
def test_public_file_is_refused_because_it_says_nothing(real_data, tmp_path):
    """100,000 campaigns whose honest columns predict nothing: no champion, nothing scored."""
    if not (real_data / load_use_case(USE_CASE).source.location).exists():
        pytest.skip(f"there are no campaigns in {real_data}: nothing was refused")
    command = new_command(tmp_path / "home", LEAD_SCORING_DATA=str(real_data))
    summary = command.json("run", USE_CASE, "--as-of", AS_OF)
    metrics = summary["training"]["model"]["metrics"]

    assert summary["load"]["rows_accepted"] == 100_000
    assert 0.48 < metrics["roc_auc"] < 0.52
    assert "better than guessing by the base rate" in summary["unscored"]
    assert command.rows("SELECT kind FROM decisions") == [("refusal",)]
    assert command.rows("SELECT count(*) FROM current_scores") == [(0,)]


def test_a_lead_as_json_gets_the_score_of_the_batch(ran):
    """Scored as a list and alone, each lead has the id, score and grade it was published with."""
    assert assert_live_equals_batch(ran, USE_CASE) > 200
