"""The chart of a backtest is drawn without a display."""

import pytest
from core.test_backtest_text import found

from lead_scoring.io.backtest_plots import backtest_figure
from lead_scoring.io.plots.axes import as_png


@pytest.mark.parametrize("left_out", [(), ("never",), ("always", "drift")])
def test_every_policy_has_a_line_of_its_own(left_out):
    """Lines differ by more than colour, and the gain is drawn where never ran."""
    whole = found()
    kept = {name: windows for name, windows in whole.windows.items() if name not in left_out}
    areas, gains, lifts, _ = backtest_figure(found(windows=kept)).axes
    styles = {(line.get_linestyle(), line.get_marker()) for line in areas.lines}

    assert len(areas.lines) == len(lifts.lines) == len(kept) == len(styles)
    assert len(gains.lines) == (len(kept) if "never" in kept else 0)


@pytest.mark.slow
def test_the_chart_is_a_png_and_always_the_same():
    """The same backtest gives the same bytes."""
    first, second = as_png(backtest_figure(found())), as_png(backtest_figure(found()))

    assert first.startswith(b"\x89PNG")
    assert first == second
