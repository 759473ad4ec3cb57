"""Grades by rank, and single leads graded as a batch was."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.config.inference import GradesConfig
from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.grading_records import Grading
from lead_scoring.core.ranking import cuts
from lead_scoring.core.ranking import ends
from lead_scoring.core.ranking import grade_by
from lead_scoring.core.ranking import grading_of
from lead_scoring.core.ranking import rank_order


def by_quantiles(a: float, b: float, c: float) -> GradesConfig:
    """Grade by shares of the batch."""
    return GradesConfig.model_validate({"quantiles": {"A": a, "B": b, "C": c}})


def by_capacity(**numbers: int) -> GradesConfig:
    """Grade by numbers of leads."""
    return GradesConfig.model_validate({"capacity": numbers})


def graded(scores: pd.DataFrame, grades: GradesConfig) -> tuple[Grading, list[str]]:
    """Rank a batch; return what it was graded by, and the grades."""
    rules, at = ScoringRules(grades=grades), ends(grades, len(scores))
    best = scores.iloc[rank_order(scores)][["lead_id", "score", "margin"]]
    found = cuts(best.itertuples(index=False), at) if at else ()
    grading = Grading.from_dict(grading_of(rules, len(scores), found).to_dict())
    return grading, grade_by(grading, scores, rules).tolist()


def leads(pairs: list[tuple[float, float]]) -> pd.DataFrame:
    """Make leads of score and margin, named by their place."""
    frame = pd.DataFrame(pairs, columns=["score", "margin"], dtype="float64")
    return frame.assign(lead_id=[f"lead_{place:03d}" for place in range(len(pairs))])


@pytest.mark.parametrize(
    ("grades", "count", "expected"),
    [
        (by_quantiles(0.05, 0.15, 0.30), 100, (5, 20, 50)),
        (by_quantiles(0.05, 0.15, 0.30), 1, (1, 1, 1)),
        (by_quantiles(0.1, 0.2, 0.7), 30, (3, 9)),
        (by_quantiles(0.05, 0.15, 0.30), 0, ()),
        (by_capacity(A=300), 10_000, (300, 600, 900)),
        (by_capacity(A=300, B=50), 900, (300, 350, 650)),
        (by_capacity(A=300, B=50), 349, (300,)),
        (by_capacity(A=300), 299, ()),
    ],
)
def test_a_grade_ends_where_its_share_or_capacity_is_used_up(grades, count, expected):
    """Shares are rounded up from the exact decimals; what is not used up has no end."""
    assert ends(grades, count) == expected


PAIRS = st.lists(
    st.tuples(st.sampled_from([0.0, 12.5, 99.99, 100.0]), st.sampled_from([-1.0, 0.0, 2.5])),
    min_size=1,
    max_size=40,
)
RULES = st.one_of(
    st.builds(by_quantiles, *[st.sampled_from([0.05, 0.1, 0.33])] * 3),
    st.builds(by_capacity, A=st.integers(1, 9), B=st.integers(1, 9), C=st.integers(1, 30)),
)


@given(pairs=PAIRS, grades=RULES)
def test_grades_follow_the_documented_order_and_have_their_exact_sizes(pairs, grades):
    """By score, margin and id no grade is ever before a better one; sizes are those asked for."""
    batch = leads(pairs)
    _, found = graded(batch, grades)
    ordered = [found[place] for place in rank_order(batch)]

    assert ordered == sorted(ordered)
    sizes = [0, *ends(grades, len(pairs))]
    wanted = [end - start for start, end in pairwise(sizes)]
    assert [found.count(name) for name in "ABCD"[: len(wanted)]] == wanted


@given(pairs=PAIRS, grades=RULES)
def test_a_lead_alone_gets_the_grade_it_had_in_the_batch(pairs, grades):
    """What a batch was graded by survives JSON and gives every lead its own grade again."""
    batch = leads(pairs)
    grading, found = graded(batch, grades)
    rules = ScoringRules(grades=grades)

    alone = [grade_by(grading, batch.iloc[[row]], rules)[0] for row in range(len(batch))]
    assert alone == found


def test_a_new_lead_is_graded_where_it_would_have_ranked():
    """One that beats the last lead of A is an A; while capacity is left, the worst one is too."""
    batch = leads([(90, 2), (80, 1), (70, 0)])
    rules = ScoringRules(grades=by_capacity(A=1))
    grading, _ = graded(batch, rules.grades)
    typed_in = pd.DataFrame({"score": [95.0, 85.0, 1.0], "margin": [3.0, 1.5, -4.0]})

    assert grade_by(grading, typed_in, rules).tolist() == ["A", "B", "D"]
    roomy, _ = graded(batch, by_capacity(A=10))
    assert grade_by(roomy, typed_in, rules).tolist() == ["A", "A", "A"]


def test_cut_offs_of_the_batch_count_and_not_those_of_the_config():
    """A batch graded by older cut-offs grades a lead by them, for probabilities and numbers."""
    old = grading_of(ScoringRules(grades=GradesConfig(A=0.9, B=0.8, C=0.7)), 3)
    now = ScoringRules(grades=GradesConfig(A=0.3, B=0.2, C=0.1))
    assert grade_by(old, pd.DataFrame({"probability": [0.85]}), now).tolist() == ["B"]

    stars = ScoringRules(task="regression", minimum=1, maximum=5, call_first="low")
    predicted = pd.DataFrame({"prediction": [1.2, 4.8]})
    assert grade_by(grading_of(stars, 2), predicted, stars).tolist() == ["A", "D"]


def test_classes_are_graded_by_their_order():
    """The first class is A, the fourth and all later ones are D."""
    rules = ScoringRules(task="multiclass", classes=("a", "b", "c", "d", "e"))
    predicted = pd.DataFrame({"predicted_class": ["e", "a", "c", "d"]})

    assert grade_by(grading_of(rules, 4), predicted, rules).tolist() == ["D", "A", "C", "D"]


def test_no_leads_get_no_grades():
    """An empty frame is a case of every rule."""
    grading, _ = graded(leads([(1, 1)]), by_capacity(A=1))
    nothing = pd.DataFrame({"score": np.empty(0), "margin": np.empty(0)})

    assert grade_by(grading, nothing, ScoringRules()).tolist() == []


@pytest.mark.parametrize(
    "grades",
    [GradesConfig(), GradesConfig(A=0.9), by_quantiles(0.1, 0.2, 0.3), by_capacity(A=3, B=4)],
)
def test_a_rule_reads_back_as_it_was_written(grades):
    """Models keep the rule as JSON; fixed cut-offs look as they always did."""
    written = ScoringRules(grades=grades).model_dump(mode="json")

    assert ScoringRules.model_validate(written).grades == grades
    assert GradesConfig().model_dump() == {"A": 0.75, "B": 0.5, "C": 0.25}
