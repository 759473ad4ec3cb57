"""The files that tell people about a training: model card, profile of the data, plots."""

from collections.abc import Mapping
from typing import Final

from lead_scoring.core.card.page import PROFILE
from lead_scoring.core.card.page import card_page
from lead_scoring.core.document import to_markdown
from lead_scoring.core.eda.page import profile_page
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.io.pages import to_html
from lead_scoring.io.plots.axes import as_png
from lead_scoring.io.plots.profile import profile_figures
from lead_scoring.io.plots.training import training_plots

CARD: Final = "model_card.html"
CARD_TEXT: Final = "model_card.md"


def report_files(report: TrainingReport, packages: Mapping[str, str]) -> Mapping[str, bytes]:
    """Return the content of each file by its path.

    Args:
        report: What is known about a training.
        packages: Versions of the packages it was trained with, by name.
    """
    plots = training_plots(report)
    profile = profile_page(report.profile, report.evidence.title)
    card = card_page(report, packages, {file: plot.words for file, plot in plots.items()})
    figures = {file: plot.draw(report) for file, plot in plots.items()}
    figures |= profile_figures(report.profile, profile)
    pictures = {file: as_png(figure) for file, figure in figures.items()}
    return pictures | {
        CARD: to_html(card, pictures).encode(),
        CARD_TEXT: to_markdown(card).encode(),
        PROFILE: to_html(profile, pictures).encode(),
    }
