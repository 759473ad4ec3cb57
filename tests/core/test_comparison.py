"""Two models on the same rows, as a whole and slice by slice."""

import numpy as np
import pandas as pd
import pytest
from leads import small_leads
from leads import small_use_case

from lead_scoring.config.gate import GateConfig
from lead_scoring.core.bootstrap import Draws
from lead_scoring.core.comparison import Comparison
from lead_scoring.core.comparison import Sides
from lead_scoring.core.comparison import compare
from lead_scoring.core.comparison import compare_models
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import train_model

BINARY = metrics_of("binary")
DRAWS = Draws((5,), 400, 0.95)
GATE = GateConfig(slices=("city",), min_slice_rows=100)


def sides(rows: int = 2_000) -> Sides:
    """Return a challenger that is better in bonn, worse in kiel, and silent in a small ulm."""
    random = np.random.default_rng(3)
    truth = random.normal(size=rows)
    city = np.array(["bonn"] * (rows - 700) + ["kiel"] * 650 + ["ulm"] * 50, dtype=object)
    blurred = truth + random.normal(size=rows)
    outcomes = (random.random(rows) < 1 / (1 + np.exp(-2 * truth))).astype(float)

    def scores(margins: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame({"margin": margins, "probability": 1 / (1 + np.exp(-margins))})

    noise = random.normal(size=rows)
    return Sides(
        pd.DataFrame({"city": city}),
        outcomes,
        scores(np.where(city == "bonn", truth, noise)),
        scores(blurred),
    )


def compared(given: Sides, gate: GateConfig = GATE) -> Comparison:
    """Compare by ROC AUC."""
    return compare(given, BINARY["roc_auc"], BINARY["calibration_error"], gate, DRAWS)


def test_a_slice_may_fall_where_the_whole_gains():
    """That is what slices are for."""
    slices = dict(compared(sides()).slices)

    assert slices["city = bonn"].sure
    assert slices["city = kiel"].surely_lost


def test_a_small_slice_is_named_with_its_rows():
    """It is not judged, and not left out in silence."""
    assert compared(sides()).unjudged == (("city = ulm", 50),)


def test_a_slice_whose_metric_is_not_defined_is_not_judged():
    """Where nobody converted nothing can be ranked."""
    given = sides()
    given.outcomes[(given.rows["city"] == "kiel").to_numpy()] = 0.0
    found = compared(given)

    assert [name for name, _ in found.slices] == ["city = bonn"]
    assert ("city = kiel", 650) in found.unjudged


def test_slices_are_judged_together():
    """Two are each held to 97.5 %."""
    assert {gain.confidence for _, gain in compared(sides()).slices} == {0.975}


def test_calibration_is_a_difference_in_its_own_unit():
    """What is saved of the champion's error."""
    given = sides()
    saved = compared(given).calibration
    error = BINARY["calibration_error"].of

    assert saved is not None
    assert saved.value == pytest.approx(
        error(given.outcomes, given.champion) - error(given.outcomes, given.challenger)
    )


@pytest.fixture(scope="module")
def trained():
    """Train a small model; leave rows it has not seen."""
    use_case = small_use_case(candidates={"logistic_regression": {}})
    split = split_leads(small_leads(), 0.25, 20)
    return use_case, train_model(use_case, split).model, split.test


@pytest.mark.slow
def test_models_are_compared_as_the_gate_is_configured(trained):
    """A model against itself ties, on all rows and in the slices asked for."""
    _, model, rows = trained
    gate = {"slices": ["city"], "min_slice_rows": 20, "resamples": 200}
    asked = small_use_case(candidates={"logistic_regression": {}}, gate=gate)
    found = compare_models(asked, rows, model, model, fitted=600, seed=[1])

    assert found.rows == len(rows)
    assert (found.gain.value, found.gain.low, found.gain.high) == (0.0, 0.0, 0.0)
    assert {name for name, _ in found.slices} == {"city = bonn", "city = kiel", "city = ulm"}


@pytest.mark.slow
def test_too_little_to_compare_on_is_said(trained):
    """The counts and the limits."""
    use_case, model, rows = trained
    found = compare_models(use_case, rows.iloc[:10], model, model, fitted=600, seed=[1])

    assert found.gain is None
    assert "neither model was fitted on, at least 20 and 20 are needed" in found.shortage
