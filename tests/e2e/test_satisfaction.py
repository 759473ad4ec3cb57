"""``olist_satisfaction``: eight joined files, scored at the purchase or at the delivery."""

import pytest
from commands import new_command
from homes import change_config
from live import assert_live_equals_batch

from lead_scoring.config.loading import load_use_case

pytestmark = pytest.mark.slow

USE_CASE = "olist_satisfaction"
ROWS = 1_500


def test_one_key_chooses_the_moment_and_no_order_is_lost(tmp_path):
    """At delivery, orders that never came are set apart and counted; at purchase all are leads."""
    command = new_command(tmp_path / "home")
    command.json("sample", USE_CASE, "--rows", ROWS)
    lead = load_use_case(USE_CASE).lead.model_dump(mode="json", exclude={"created_column"})
    loads = {}
    for moment in ("delivery", "purchase"):
        change_config(command.home, USE_CASE, lead=lead | {"moment": moment})
        loads[moment] = command.json("load", USE_CASE)["load"]

    for load in loads.values():
        assert load["rows_accepted"] + load["rows_quarantined"] == load["rows_read"] == ROWS
        assert "rows repeat a key and were left out" in str(load["findings"])
    assert loads["purchase"]["rows_quarantined"] == 0
    assert ROWS / 10 < loads["delivery"]["rows_quarantined"] < ROWS / 4
    assert command.rows("SELECT DISTINCT rule FROM quarantine") == [("not_yet",)]


def test_an_order_as_json_with_its_joined_columns_gets_the_score_of_the_batch(tmp_path):
    """What the other files say of an order stands in the order; no file is joined."""
    command = new_command(tmp_path / "home")
    settings = load_use_case(USE_CASE).training.model_dump(mode="json", exclude_unset=True)
    settings["candidates"] = {"ridge": {"alpha": 10.0}}
    change_config(command.home, USE_CASE, training=settings)
    command.json("sample", USE_CASE, "--rows", 3_000)
    command.json("run", USE_CASE)

    assert assert_live_equals_batch(command, USE_CASE) > 20
