"""Figures are drawn without a display."""

from dataclasses import replace

import numpy as np
import pytest
from leads import AS_OF
from leads import small_leads
from leads import small_use_case
from made import make_load

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import train_model
from lead_scoring.core.training_report import report_training
from lead_scoring.io.plots.axes import as_png
from lead_scoring.io.plots.training import training_plots


@pytest.fixture(scope="module")
def report():
    """Train once."""
    use_case = small_use_case(candidates={"logistic_regression": {}})
    split = split_leads(small_leads(), 0.25, 1)
    return report_training(
        use_case,
        split,
        train_model(use_case, split),
        as_of=AS_OF,
        reason="a test",
        training_id="train_1",
        loads=[make_load()],
        returned=ReturnedOutcomes(AS_OF),
    )


@pytest.fixture(scope="module")
def figures(report):
    """Draw the figures of one training."""
    return drawn(report)


def drawn(report):
    """Draw every figure of a report."""
    return {file: plot.draw(report) for file, plot in training_plots(report).items()}


@pytest.mark.slow
def test_there_is_one_figure_for_each_question(figures):
    """The names are those of the files in the run."""
    assert [file.removeprefix("plots/") for file in figures] == [
        "roc.png",
        "precision_recall.png",
        "confusion.png",
        "scores.png",
        "calibration.png",
        "gain.png",
        "lift.png",
        "importance.png",
    ]


@pytest.mark.slow
def test_every_figure_can_be_saved_and_says_what_it_shows(figures, tmp_path):
    """Each has a title and labels, and becomes a PNG."""
    for name, figure in figures.items():
        file = tmp_path / name.removeprefix("plots/")
        file.write_bytes(as_png(figure))
        (axes,) = figure.axes

        assert axes.get_title()
        assert axes.get_xlabel()
        assert file.read_bytes().startswith(b"\x89PNG")


def test_gain_ends_with_all_conversions(figures):
    """All leads together capture everything."""
    (axes,) = figures["plots/gain.png"].axes

    assert axes.lines[0].get_ydata()[-1] == 1.0


def test_the_confusion_matrix_holds_every_tested_lead(figures):
    """Its four counts are those of the test window."""
    (axes,) = figures["plots/confusion.png"].axes
    counts = [int(text.get_text().split("\n")[0].replace(",", "")) for text in axes.texts]

    assert "0.5" in axes.get_title()
    assert sum(counts) == 200
    assert len(counts) == 4


def test_the_importance_plot_names_the_features(figures):
    """Bars are shares of the sum, so they add up to one."""
    (axes,) = figures["plots/importance.png"].axes

    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(1.0)
    assert "visits" in {label.get_text() for label in axes.get_yticklabels()}


def test_a_number_has_its_own_figures(report):
    """Residuals are outcome less prediction."""
    said = report.tested["probability"]
    tested = report.tested.assign(
        prediction=said, interval_low=said - 0.5, interval_high=said + 0.5
    )
    rules = ScoringRules(task="regression")
    figures = drawn(replace(report, rules=rules, tested=tested))
    (axes,) = figures["plots/residuals.png"].axes
    points = np.asarray(axes.collections[0].get_offsets())

    assert {"plots/predicted_actual.png", "plots/residual_sizes.png"} <= figures.keys()
    assert points[:, 1] == pytest.approx((tested["outcome"] - tested["prediction"]).to_numpy())


def test_classes_have_their_own_figures(report):
    """The matrix counts every lead; a class nobody is predicted to be has no precision."""
    rules = ScoringRules(task="multiclass", classes=("low", "high", "none"))
    shares = '{"low": 0.2, "high": 0.7, "none": 0.1}'
    tested = report.tested.assign(predicted_class="high", class_probabilities=shares)
    figures = drawn(replace(report, rules=rules, tested=tested))
    (confusion,) = figures["plots/confusion.png"].axes
    (bars,) = figures["plots/per_class.png"].axes
    counts = [int(text.get_text().split("\n")[0]) for text in confusion.texts]

    assert sum(counts) == len(tested)
    assert counts[4] == tested["outcome"].sum()
    assert [bar.get_height() for bar in bars.patches[3:]] == [0.0, 1.0, 0.0]
