"""A seeded share of every proof in docs/DRIFT.md, where the command for all of it stands."""

from math import exp

import pytest

from benchmarks import drift_draws
from benchmarks import drift_proof
from benchmarks.drift_draws import Tally
from benchmarks.drift_evidently import Cost


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "width", "repeats"), [(300, 14, 100), (1_000, 40, 40)])
def test_false_alarms_are_rare(rows, width, repeats):
    """At most as many as one in a hundred may well give, and all checks are tested."""
    (tally,) = drift_draws.false_alarms(repeats, (rows,), (width,))

    assert tally.untested == 0
    assert tally.interval[0] <= drift_proof.MOST_ALARMS


@pytest.mark.slow
def test_shifts_are_found():
    """Large ones always, small ones as often as may well be where four in five are found."""
    for tally in drift_draws.power(30):
        wanted = 1.0 if "0.5 SD" in tally.what else drift_proof.LEAST_FOUND
        small = tally.rows < 5_000 and "0.5 SD" not in tally.what

        assert small or tally.interval[1] >= wanted


@pytest.mark.slow
def test_every_fault_is_called_and_nothing_else():
    """Each planted fault by its name; shifts are none."""
    _, holds = drift_proof.tell_faults(drift_draws.faults(5))

    assert holds


def test_too_few_rows_are_untested():
    """They count as neither right nor wrong."""
    (tally,) = drift_draws.false_alarms(2, (150,), (14,))

    assert (tally.untested, tally.found) == (2, 0)


def test_the_same_number_draws_the_same_leads():
    """Evidently judges the draws our check judges."""
    world = drift_draws.World(drift_draws.columns_of(14))

    first, second = (drift_draws.drawn(world, world, 50, 3) for _ in range(2))

    assert first == second


def test_an_interval_of_none_is_its_closed_form():
    """None of a hundred: the upper limit is one less 0.025 to the hundredth part."""
    low, high = Tally("no drift", 300, 14, 100, 0, 0).interval

    assert (low, high) == pytest.approx((0.0, 1 - 0.025**0.01))
    assert high < 1 - exp(-0.04)


def test_too_many_false_alarms_break_the_promise():
    """Two in a hundred are not one."""
    _, holds = drift_proof.tell_false_alarms([Tally("no drift", 300, 14, 1_000, 0, 20)])

    assert not holds


@pytest.mark.parametrize(
    ("seconds", "peak", "keeps"),
    [
        pytest.param(50.0, 115.0, True, id="fast and flat"),
        pytest.param(30.0, 115.0, False, id="too slow"),
        pytest.param(50.0, 130.0, False, id="memory grows"),
    ],
)
def test_the_table_of_cost_tells_factor_and_growth(seconds, peak, keeps):
    """At least 20 times faster, and at most a fifth more memory for five times the rows."""
    ours, theirs = Cost("ours", 10, 2.0, 100.0), Cost("it", 10, seconds, 9.0)

    table, holds = drift_proof.tell_cost([ours, theirs, Cost("ours", 50, 9.0, peak)])

    told = f"The check is {seconds / 2:.0f} times faster; 5 times the rows take"
    assert table.endswith(f"{told} +{peak - 100:.0f}% of its memory.")
    assert holds is keeps


def test_a_table_goes_between_its_markers(tmp_path):
    """The prose around it stays."""
    document = tmp_path / "DRIFT.md"
    document.write_text("a\n<!-- cost: begin -->\nold\n<!-- cost: end -->\nb\n", encoding="utf-8")

    drift_proof.write("cost", "new", document)

    assert document.read_text(encoding="utf-8") == (
        "a\n<!-- cost: begin -->\nnew\n<!-- cost: end -->\nb\n"
    )


def test_a_document_without_markers_is_refused(tmp_path):
    """Nothing is written anywhere else."""
    document = tmp_path / "DRIFT.md"
    document.write_text("nothing\n", encoding="utf-8")

    with pytest.raises(ValueError, match="needs the lines"):
        drift_proof.write("cost", "new", document)
