"""Probabilities to grades and scores."""

import numpy as np

from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.grading import grade
from lead_scoring.core.grading import to_score

CUTOFFS = GradesConfig(A=0.75, B=0.5, C=0.25)


def test_a_cut_off_belongs_to_its_grade():
    """Reaching a cut-off is enough; just below it is not."""
    edges = np.array([1.0, 0.75, np.nextafter(0.75, 0), 0.5, 0.25, np.nextafter(0.25, 0), 0.0])

    assert grade(edges, CUTOFFS).tolist() == ["A", "A", "B", "B", "C", "D", "D"]


def test_no_probabilities_get_no_grades():
    """An empty batch is a case."""
    assert grade(np.empty(0), CUTOFFS).tolist() == []


def test_scores_run_from_0_to_100():
    """Two decimals are kept."""
    assert to_score(np.array([0.0, 0.123456, 1.0])).tolist() == [0.0, 12.35, 100.0]
