"""Figures about a model of a number."""

from leads import AS_OF
from made import make_load
from numbers_made import number_leads
from numbers_made import number_use_case

from lead_scoring.core.split import split_leads
from lead_scoring.core.training import train_model
from lead_scoring.core.training_report import report_training
from lead_scoring.io.plots import training_figures


def test_a_number_has_figures_of_its_own(tmp_path):
    """Predicted and actual, residuals, and coverage of the interval; each can be saved."""
    use_case = number_use_case(training={"candidates": {"ridge": {}}})
    split = split_leads(number_leads(600), 0.25, 1)
    report = report_training(
        use_case,
        split,
        train_model(use_case, split),
        as_of=AS_OF,
        reason="a test",
        training_id="train_1",
        loads=[make_load()],
    )

    figures = training_figures(report)

    assert list(figures) == ["predicted.png", "residuals.png", "coverage.png", "importance.png"]
    for name, figure in figures.items():
        figure.savefig(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 5_000
    assert "interval_coverage" in report.description
