"""``lead-scoring run`` and everything after it, in this process, on sample leads."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from commands import AS_OF
from commands import LATER
from commands import Command
from commands import copied
from commands import new_command
from live import assert_live_equals_batch
from table_hash import table_hashes

from lead_scoring.config.loading import load_use_case

pytestmark = pytest.mark.slow

ROWS = 8_000
INFERENCE = "database/sample/codepro/leadscoring_inference.csv"
USE_CASE = "codepro_leads"


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Command:
    """Give a home where everything ran once; tests that change it work on a copy."""
    command = new_command(tmp_path_factory.mktemp("ran") / "home")
    command.json("sample", USE_CASE, "--rows", ROWS)
    command.json("run", USE_CASE, "--as-of", AS_OF)
    return command


@pytest.fixture(scope="module")
def to_score(ran) -> Path:
    """Give the file without outcomes."""
    return ran.home / INFERENCE


@pytest.fixture
def copy(ran, tmp_path) -> Command:
    """Give a copy of that home to change."""
    return copied(ran, tmp_path / "copy")


def hashes_of(command: Command) -> dict[str, str]:
    """Return a hash of each table of a home."""
    engine = sa.create_engine(f"sqlite:///{command.home}/database/lead_scoring.db")
    return table_hashes(engine)


def test_run_goes_from_source_to_scored_leads(ran):
    """One command loads, trains the first champion, scores the open leads and shows the best."""
    summary = ran.json("run", USE_CASE, "--as-of", AS_OF)
    load, batch = summary["load"], summary["batch"]
    refused = load["rows_quarantined"] + load["rows_duplicate"]

    assert load["rows_read"] == ROWS == load["rows_accepted"] + refused
    assert load["rows_duplicate"] > 0
    assert load["rows_quarantined"] == 6
    assert summary["outcomes"] > 0
    assert summary["champion"]["metrics"]["roc_auc"] > 0.7
    assert batch["status"] == "published"
    assert 0 < batch["rows_scored"] < batch["rows_in"]
    assert len(summary["leads"]) == 10
    probabilities = [lead["probability"] for lead in summary["leads"]]
    assert probabilities == sorted(probabilities, reverse=True)


def test_running_again_changes_no_table(copy):
    """The same run again leaves the same tables; only the champion it made is now checked, too."""
    first = hashes_of(copy)
    copy.json("run", USE_CASE, "--as-of", AS_OF)
    second = hashes_of(copy)
    copy.json("run", USE_CASE, "--as-of", AS_OF)
    changed = {table for table, value in second.items() if first[table] != value}

    assert changed <= {"drift_checks", "drift_columns"}
    assert hashes_of(copy) == second


def test_run_for_people_says_it_all(copy):
    """Without --json the same answer comes as text that names the numbers people ask for."""
    text = copy("run", USE_CASE, "--as-of", AS_OF).stdout

    for words in ("rows read", "8,000", "quarantined", "verdict", "ROC AUC", "published", "grade"):
        assert words in text
    assert "Traceback" not in text


def test_time_moves_on_and_outcomes_come_back(copy):
    """At a later instant the scored leads have outcomes beside what was promised."""
    promised = {lead for (lead,) in copy.rows("SELECT lead_id FROM current_scores")}
    copy.json("load", USE_CASE, "--as-of", LATER)
    realised = copy.rows("SELECT lead_id, probability, outcome FROM realised")

    assert {lead for lead, _, _ in realised} == promised
    converted = [probability for _, probability, outcome in realised if outcome == 1.0]
    failed = [probability for _, probability, outcome in realised if outcome == 0.0]
    assert sum(converted) / len(converted) > sum(failed) / len(failed)


def test_later_instant_scores_other_leads(copy):
    """Leads that were open before are closed two weeks later, and newer ones are scored."""
    before = {lead for (lead,) in copy.rows("SELECT lead_id FROM current_scores")}
    copy.json("load", USE_CASE, "--as-of", "2022-02-14T23:59:59")
    copy.json("score", USE_CASE, "--as-of", "2022-02-14T23:59:59")
    after = {lead for (lead,) in copy.rows("SELECT lead_id FROM current_scores")}

    assert after
    assert len(before & after) < len(before) / 10


def test_file_with_unknown_codes_is_held_until_released(copy, to_score):
    """The file to score carries other codes: it is held, says why, and shows only on release."""
    visible = copy.rows("SELECT count(*) FROM current_scores")
    scored = copy.json("score", USE_CASE, "--input", to_score, "--as-of", LATER)
    batch = scored["batch"]
    reasons = " ".join(batch["hold_reasons"])

    assert batch["status"] == "held"
    assert "first_utm_medium_c" in reasons
    assert "%" in reasons
    assert copy.rows("SELECT count(*) FROM current_scores") == visible
    status = copy("status", USE_CASE).stdout
    assert f"lead-scoring release {batch['batch_id']}" in status

    released = copy.json(
        "release", batch["batch_id"], "--reason", "codes were renamed", "--by", "ada"
    )
    decision = copy.rows("SELECT decided_by, reasons FROM decisions WHERE kind = 'release'")
    seen = copy.rows(
        f"SELECT count(*) FROM current_scores WHERE batch_id = '{batch['batch_id']}'"  # noqa: S608
    )
    assert released["batch"]["status"] == "published"
    assert decision == [("ada", '["codes were renamed"]')]
    assert seen == [(batch["rows_scored"],)]


def test_file_that_was_scored_is_never_trained_on(copy, to_score):
    """A file scored by hand is a load of its own purpose, and the newest load stays the other."""
    before = copy.json("status", USE_CASE)["last_load"]["load_id"]
    copy.json("score", USE_CASE, "--input", to_score, "--as-of", LATER)
    purposes = copy.rows("SELECT load_id, purpose FROM loads ORDER BY purpose")

    assert [purpose for _, purpose in purposes] == ["score_only", "train_and_score"]
    assert purposes[1][0] == before


def test_releasing_what_is_not_held_fails(ran):
    """A published batch has nothing to release."""
    batch = ran.json("status", USE_CASE)["last_batch"]["batch_id"]
    answer = ran("release", batch, "--reason", "because")

    assert answer.code == 1
    assert "not held" in answer.stderr


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_features_have_the_names_of_the_config(ran, to_score, tmp_path, ending):
    """The prepared columns are those a model sees, and count interactions as the config says."""
    output = tmp_path / f"features.{ending}"
    made = ran.json("features", USE_CASE, "--input", to_score, "--output", output)
    features = (pd.read_csv if ending == "csv" else pd.read_parquet)(output)

    assert list(features.columns) == [
        "row_number",
        "lead_id",
        *load_use_case(USE_CASE).features.names,
    ]
    assert len(features) == made["rows"] > 0
    assert (features["syllabus_interaction"] >= 0).all()
    assert features["first_utm_medium_c"].str.startswith("Level").all()


def test_features_need_no_champion(tmp_path):
    """Neither a model nor a load has to be there, and none is made."""
    command = new_command(tmp_path / "home")
    command.json("sample", USE_CASE, "--rows", 500)
    output = tmp_path / "features.csv"
    command.json("features", USE_CASE, "--input", command.home / INFERENCE, "--output", output)

    assert output.exists()
    assert command.rows("SELECT count(*) FROM loads") == [(0,)]


def test_leads_come_in_every_format(ran, tmp_path):
    """Table, CSV, JSON and Parquet hold the same leads, best first."""
    best = ran.json("leads", USE_CASE, "--top", 5)["leads"]
    table = ran("leads", USE_CASE, "--top", 5).stdout
    text = ran("leads", USE_CASE, "--top", 5, "--format", "csv").stdout
    output = tmp_path / "best.parquet"
    ran.json("leads", USE_CASE, "--top", 5, "--output", output)

    ids = [lead["lead_id"] for lead in best]
    assert all(lead in table for lead in ids)
    assert [row["lead_id"] for row in csv.DictReader(io.StringIO(text))] == ids
    assert pd.read_parquet(output)["lead_id"].tolist() == ids


def test_leads_are_filtered(ran):
    """Grade and probability filters hold for every lead that is listed."""
    graded = ran.json("leads", USE_CASE, "--grade", "a", "--grade", "b", "--top", 1000)["leads"]
    likely = ran.json("leads", USE_CASE, "--min-probability", 0.6, "--top", 1000)["leads"]

    assert {lead["grade"] for lead in graded} <= {"A", "B"}
    assert likely
    assert min(lead["probability"] for lead in likely) >= 0.6


def test_export_without_a_limit_has_every_lead(ran, tmp_path):
    """A file holds all leads unless --top says otherwise."""
    output = tmp_path / "all.csv"
    written = ran.json("leads", USE_CASE, "--output", output)

    assert [(written["leads"],)] == ran.rows("SELECT count(*) FROM current_scores")


def test_status_names_what_stands(ran):
    """Load, verdict, decision, champion and batch are there by id."""
    status = ran.json("status", USE_CASE)

    assert status["last_load"]["load_id"].startswith("load_")
    assert status["last_check"]["verdict"] in {"no_champion", "stable", "not_enough_data"}
    assert status["champion"]["version"] == 1
    assert status["last_batch"]["status"] == "published"
    assert status["held"] == []


def test_training_again_on_the_same_leads_is_the_same_model(copy):
    """A repeated training finds its own version and decides nothing new."""
    trained = copy.json("train", USE_CASE, "--as-of", AS_OF)

    assert trained["model"]["version"] == 1
    assert copy.rows("SELECT count(*) FROM models") == [(1,)]


def test_replay_of_rows_that_still_contradict_accepts_none(copy):
    """As long as the rule holds, contradicting rows stay in quarantine."""
    load = copy.json("status", USE_CASE)["last_load"]["load_id"]
    replayed = copy.json("replay-quarantine", load, "--as-of", AS_OF)

    assert replayed["load"] is None
    assert copy.json("status", USE_CASE)["quarantined"] == 6


def test_instant_without_open_leads_fails_and_says_what_to_do(copy):
    """Long after the last lead nothing is open: that is an error, not an empty success."""
    answer = copy("score", USE_CASE, "--as-of", "2026-01-01", "--json")

    assert answer.code == 1
    assert answer.document["error"]["kind"] == "EmptyBatchError"


def test_score_without_champion_fails_and_says_what_to_do(tmp_path):
    """Before the first training there is nothing to score with."""
    command = new_command(tmp_path / "home")
    command.json("sample", USE_CASE, "--rows", 500)
    command.json("load", USE_CASE, "--as-of", AS_OF)
    answer = command("score", USE_CASE, "--as-of", AS_OF)

    assert answer.code == 1
    assert f"lead-scoring train {USE_CASE}" in answer.stderr


def test_doctor_verifies_the_champions_files(copy):
    """Every file as recorded is ok; a file that was touched fails by its name."""
    sound = copy.json("doctor")
    champion = {check["name"]: check["level"] for check in sound["checks"]}

    assert champion[f"champion of {USE_CASE}"] == "ok"


def test_person_promotes_against_the_gate_and_goes_back_again(copy):
    """A refused version is promoted by name and reason; a rollback brings the scores back."""
    config = copy.home / "configs" / f"{USE_CASE}.yaml"
    text = config.read_text().replace("num_leaves: 31", "num_leaves: 15")
    config.write_text(text.replace("min_gain_over_champion: 0.0", "min_gain_over_champion: 0.9"))
    refused = copy.json("train", USE_CASE, "--as-of", LATER)
    said = ("--by", "ada", "--reason", "the shop changed")
    promoted = copy.json("promote", USE_CASE, 2, *said)
    copy.json("score", USE_CASE, "--as-of", AS_OF)
    scored = copy.rows("SELECT DISTINCT model_version FROM current_scores")
    back = copy.json("rollback", USE_CASE, "--reason", "worse in the shop", "--by", "ada")
    history = copy.json("decisions", USE_CASE)["decisions"]

    assert refused["promoted"] is None
    assert (promoted["champion"], promoted["decision"]["kind"]) == (2, "override")
    assert promoted["decision"]["about"] == refused["decision"]["decision_id"]
    assert scored == [(2,)]
    assert (back["champion"], back["held"]) == (1, [])
    assert copy.rows("SELECT DISTINCT model_version FROM current_scores") == [(1,)]
    assert [one["kind"] for one in history[-3:]] == ["refusal", "override", "rollback"]
    assert "worse in the shop" in copy("decisions", USE_CASE).stdout


@pytest.fixture(scope="module")
def real(tmp_path_factory, real_data: Path) -> Command:
    """Give a home where the real files ran once."""
    command = new_command(
        tmp_path_factory.mktemp("real") / "home", LEAD_SCORING_DATA=str(real_data)
    )
    command.json("run", USE_CASE, "--as-of", AS_OF)
    return command


@pytest.mark.real_data
def test_real_leads_run_end_to_end(real):
    """240,000 real leads: conserved, learned from, scored; a second run changes no table."""
    summary = real.json("run", USE_CASE, "--as-of", AS_OF)
    before = hashes_of(real)
    real.json("run", USE_CASE, "--as-of", AS_OF)
    load = summary["load"]

    assert load["rows_read"] == 240_000
    assert load["rows_read"] == sum(
        load[f"rows_{kind}"] for kind in ("accepted", "quarantined", "duplicate")
    )
    assert 0.75 < summary["champion"]["metrics"]["roc_auc"] < 0.85
    assert summary["batch"]["status"] == "published"
    assert hashes_of(real) == before


@pytest.mark.real_data
def test_real_file_to_score_is_held(real, real_data):
    """The real file without outcomes carries other codes and is held with columns and shares."""
    file = real_data / "codepro" / "leadscoring_inference.csv"
    batch = real.json("score", USE_CASE, "--input", file)["batch"]

    assert batch["status"] == "held"
    assert "first_utm_medium_c" in " ".join(batch["hold_reasons"])


def test_a_lead_as_json_gets_the_score_of_the_batch(ran):
    """Scored as a list and alone, each lead has the id, score and grade it was published with."""
    assert assert_live_equals_batch(ran, USE_CASE) > 200


@pytest.mark.real_data
def test_a_real_lead_as_json_gets_the_score_of_the_batch(real):
    """The same holds for the public file."""
    assert assert_live_equals_batch(real, USE_CASE) > 200
