"""The verdict and its sentence, from findings made up by hand."""

from dataclasses import replace

import pytest
from made import day
from made import make_column

from lead_scoring.config.drift import EffectsConfig
from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.verdict import Findings
from lead_scoring.core.verdict import judge

EFFECTS = EffectsConfig()
CALM = make_column(column="calls", psi=0.001, missing_current=0.0)
SHIFTED = make_column(mean_shift=0.154, psi=0.05, missing_current=0.0, drifted=True)
MIXED = make_column(column="medium", mean_shift=None, psi=0.213, missing_current=0.0, drifted=True)
EMPTIER = make_column(column="city", mean_shift=None, psi=0.0, missing_current=0.12, drifted=True)
PROMISED = replace(SHIFTED, column="probability", mean_shift=-0.1)
REALISED = Performance(
    Evidence.REALISED, "log_loss", 7_887, 0.551, 0.514, 0.03, 0.021, worse=True, promised=0.509
)
ESTIMATED = Performance(Evidence.ESTIMATED, "roc_auc", 900, 0.7, 0.8, 0.1, 0.04, worse=True)
FOUND = Findings(
    rows=900,
    rows_reference=6_000,
    least=60,
    created=(day(17), day(24)),
    faults=(),
    columns=(CALM, SHIFTED, MIXED),
    performance=(),
    mature_created=(day(10), day(20)),
    shortage="3 outcomes, 50 are needed",
)
FINE = replace(REALISED, excess=-0.002, worse=False)


def given(**changes):
    """Judge the findings with changes."""
    return judge(replace(FOUND, **changes), EFFECTS)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param({"faults": ("visits is empty",)}, Verdict.DATA_FAULT, id="a fault"),
        pytest.param(
            {"faults": ("visits is empty",), "performance": (REALISED,), "rows": 3},
            Verdict.DATA_FAULT,
            id="a fault outranks everything",
        ),
        pytest.param({"performance": (REALISED,)}, Verdict.HARMFUL_DRIFT, id="worse outcomes"),
        pytest.param(
            {"performance": (REALISED,), "columns": (CALM,)},
            Verdict.HARMFUL_DRIFT,
            id="worse outcomes without drift",
        ),
        pytest.param(
            {"performance": (REALISED,), "rows": 3},
            Verdict.HARMFUL_DRIFT,
            id="worse outcomes of few rows",
        ),
        pytest.param({"rows": 59}, Verdict.NOT_ENOUGH_DATA, id="few rows"),
        pytest.param({"rows_reference": 59}, Verdict.NOT_ENOUGH_DATA, id="a small reference"),
        pytest.param({"rows": 60}, Verdict.VIRTUAL_DRIFT, id="just enough rows"),
        pytest.param({"performance": (ESTIMATED,)}, Verdict.HARMFUL_DRIFT, id="worse estimate"),
        pytest.param(
            {"performance": (FINE, ESTIMATED)},
            Verdict.VIRTUAL_DRIFT,
            id="outcomes outrank the estimate",
        ),
        pytest.param(
            {"performance": (ESTIMATED,), "columns": (CALM,)},
            Verdict.STABLE,
            id="a worse estimate without drift",
        ),
        pytest.param({"columns": (CALM,)}, Verdict.STABLE, id="nothing drifted"),
    ],
)
def test_what_weighs_most_gives_the_verdict(changes, verdict):
    """Faults, then outcomes, then enough rows, then drift with the estimate."""
    assert given(**changes)[0] is verdict


def test_harm_seen_in_outcomes_names_columns_sizes_and_leads():
    """The whole sentence, as it stands in the store."""
    assert given(performance=(REALISED,))[1] == (
        "leads created 2024-01-10 to 2024-01-20 convert otherwise than the champion promises: "
        "log loss 0.551 where 0.509 was promised for them, 0.030 worse (limit 0.021, 7,887 "
        "outcomes); medium (PSI 0.21), visits (mean +0.15 SD) "
        "drifted in 900 leads created 2024-01-17 to 2024-01-24"
    )


def test_harm_that_is_estimated_says_what_it_cannot_see():
    """The limits of the estimate stand where it is shown."""
    assert given(performance=(ESTIMATED,))[1].endswith(
        "for such leads a ROC AUC of 0.700 is to be expected, 0.100 worse than on the reference "
        "(limit 0.040, 900 leads); this is estimated from the champion's own probabilities, and "
        "blind to a change of what leads convert until outcomes arrive (3 outcomes, 50 are needed)"
    )


def test_drift_without_harm_says_that_the_champion_does_as_promised():
    """Better is said as better."""
    assert given(performance=(FINE,))[1].endswith(
        "the champion keeps what it promises: log loss 0.551 where 0.509 was promised for them, "
        "0.002 better and within the band of 0.021 (7,887 outcomes)"
    )


def test_without_any_evidence_the_sentence_says_what_is_lacking():
    """Neither outcomes nor an estimate."""
    assert given()[1].endswith("how the champion does cannot be told: 3 outcomes, 50 are needed")


def test_a_change_of_missing_values_and_of_promises_is_named():
    """Each by its own size."""
    summary = given(columns=(EMPTIER, PROMISED))[1]

    assert summary.startswith(
        "city (missing 12% instead of 0%), what the champion promises (mean -0.10 SD) drifted"
    )


def test_at_most_five_columns_are_named():
    """The farthest first; how many more there are is said."""
    columns = tuple(replace(MIXED, column=f"c{n}", psi=n / 10) for n in range(1, 9))
    summary = given(columns=columns)[1]

    assert summary.startswith("c8 (PSI 0.80), c7 (PSI 0.70), c6 (PSI 0.60), c5 (PSI 0.50), c4")
    assert "c4 (PSI 0.40), and 3 more drifted" in summary


@pytest.mark.parametrize(
    ("rows", "begins"), [(0, "no lead is newer"), (1, "1 lead is newer"), (2, "2 leads are newer")]
)
def test_few_rows_are_counted(rows, begins):
    """And how many are needed is said."""
    summary = given(rows=rows)[1]

    assert summary.startswith(begins)
    assert "at least 60 on either side are needed" in summary


def test_faults_are_told_one_after_the_other():
    """At most five of them."""
    faults = tuple(f"column {n} is empty" for n in range(7))

    assert given(faults=faults)[1] == (
        "column 0 is empty; column 1 is empty; column 2 is empty; column 3 is empty; "
        "column 4 is empty; and 2 more"
    )


def test_leads_of_one_day_and_without_event_times_are_worded():
    """No span of a single day, none at all without event times."""
    one_day = given(created=(day(17), day(17)))[1]
    without = given(created=None)[1]

    assert "in 900 leads created on 2024-01-17;" in one_day
    assert "in 900 leads;" in without
