"""``olist_sellers``: two joined files, an outcome window, and history as of a day in 2018."""

import pytest
from commands import Command
from commands import new_command
from live import assert_live_equals_batch

pytestmark = pytest.mark.slow

USE_CASE = "olist_sellers"


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Command:
    """Give a home where everything ran once on the sample."""
    command = new_command(tmp_path_factory.mktemp("ran") / "home")
    command.json("sample", USE_CASE, "--rows", 6_000)
    command.json("run", USE_CASE)
    return command


def test_open_leads_of_that_day_are_scored(ran):
    """Those who asked within the window and have not closed a deal."""
    ((first, last, count),) = ran.rows(
        "SELECT min(created_at), max(created_at), count(*) FROM current_scores"
    )

    assert "2018-05-02" <= str(first)[:10] <= str(last)[:10] <= "2018-05-31"
    assert 500 < count < 1_500


def test_rows_without_a_match_are_counted_and_kept(ran):
    """Most leads close no deal; the load says how many."""
    ((read, accepted, findings),) = ran.rows(
        "SELECT rows_read, rows_accepted, findings FROM loads"
    )

    assert (read, accepted) == (6_000, 6_000)
    assert "joins.deals" in str(findings)
    assert "of 6,000 rows have a match" in str(findings)


@pytest.mark.real_data
def test_public_files_are_learned_honestly(real_data, tmp_path):
    """8,000 leads; what is known when they ask says something, and no more than that."""
    if not (real_data / "olist_funnel").exists():
        pytest.skip(f"there is no olist_funnel in {real_data}: nothing was learned")
    command = new_command(tmp_path / "home", LEAD_SCORING_DATA=str(real_data))
    summary = command.json("run", USE_CASE)

    assert summary["load"]["rows_accepted"] == 8_000
    assert 0.62 < summary["training"]["model"]["metrics"]["roc_auc"] < 0.78
    assert assert_live_equals_batch(command, USE_CASE) > 200


def test_a_lead_as_json_gets_the_score_of_the_batch(ran):
    """Scored as a list and alone, each lead has the id, score and grade it was published with."""
    assert assert_live_equals_batch(ran, USE_CASE) > 200
