"""What a new champion would change for the leads that are open today."""

import json
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from made import day
from made import make_decision
from made import make_version

from lead_scoring.config.approval import ChurnConfig
from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.churn import Mover
from lead_scoring.core.churn import Scene
from lead_scoring.core.churn import Transition
from lead_scoring.core.churn import churn_from
from lead_scoring.core.churn import graded_pairs
from lead_scoring.core.churn import measure_churn
from lead_scoring.core.churn import over_budget
from lead_scoring.core.churn import side_by_side
from lead_scoring.core.churn_text import describe_churn
from lead_scoring.core.churn_text import describe_evidence
from lead_scoring.core.plain import plain

SCENE = Scene("load_1", day(60), 1, 2)
CONFIG = ChurnConfig(min_leads=10)


def scored(scores: list[float]) -> pd.DataFrame:
    """Score leads by hand: grade by cut-offs, the margin is the score."""
    values = np.asarray(scores, dtype=np.float64)
    grades = np.select([values >= 75, values >= 50, values >= 25], ["A", "B", "C"], "D")
    return pd.DataFrame({"grade": grades, "score": values, "margin": values})


def pairs(before: list[float], after: list[float]) -> pd.DataFrame:
    """Put scores of leads named ``lead_00`` and so on side by side."""
    names = [f"lead_{number:02d}" for number in range(len(before))]
    leads = pd.DataFrame({"row_number": range(1, len(before) + 1), "lead_id": names})
    return side_by_side(leads, scored(before), scored(after))


def test_the_same_scores_change_nothing():
    """No grade, no place, nobody leaves the top; there are no movers."""
    scores = [float(number) for number in range(0, 100, 5)]
    churn = measure_churn(pairs(scores, scores), SCENE, 20, CONFIG)

    assert (churn.compared, churn.top, churn.grade_changes, churn.top_leavers) == (20, 2, 0, 0)
    assert churn.movers == ()
    assert sum(one.leads for one in churn.transitions) == 20
    assert over_budget(churn, ChurnConfig(max_grade_changes=0, max_top_leavers=0)) == ()


def test_a_reversal_is_counted_by_hand():
    """Four leads turned round: two change grade, the best one leaves the top of one."""
    churn = measure_churn(pairs([90, 80, 30, 26], [26, 80, 30, 90]), SCENE, 4, CONFIG)

    assert (churn.top, churn.grade_changes, churn.top_leavers) == (1, 2, 1)
    assert (churn.grade_share, churn.top_share) == (0.5, 1.0)
    assert churn.transitions == (
        Transition("A", "A", 1),
        Transition("A", "C", 1),
        Transition("C", "A", 1),
        Transition("C", "C", 1),
    )
    assert churn.movers == (Mover("lead_00", "A", "C", 1, 4), Mover("lead_03", "C", "A", 4, 1))


def test_grade_comes_before_score_and_the_id_last():
    """A lead of grade A with a low score is before one of grade B; equal ones go by their id."""
    made = pairs([50, 50, 50], [50, 50, 50])
    made["grade_after"] = ["B", "A", "B"]
    churn = measure_churn(made, SCENE, 3, CONFIG)

    places = {one.lead_id: (one.place_before, one.place_after) for one in churn.movers}
    assert places == {"lead_00": (1, 2), "lead_01": (2, 1)}


def test_the_order_of_the_rows_plays_no_part():
    """Shuffled leads give the same report."""
    draw = np.random.default_rng(4)
    made = pairs(list(draw.uniform(0, 100, 60)), list(draw.uniform(0, 100, 60)))
    shuffled = made.sample(frac=1, random_state=1).reset_index(drop=True)

    assert measure_churn(shuffled, SCENE, 60, CONFIG) == measure_churn(made, SCENE, 60, CONFIG)


def test_more_than_the_budget_is_said_with_count_share_and_limit():
    """Each share that is over has its sentence; one that reaches its limit is not over."""
    churn = measure_churn(pairs([90] * 5 + [30] * 5, [30] * 10), SCENE, 10, CONFIG)

    assert over_budget(churn, ChurnConfig(min_leads=10, max_grade_changes=0.5)) == ()
    (why,) = over_budget(churn, ChurnConfig(min_leads=10, max_grade_changes=0.4))
    assert why == "5 of 10 open leads change grade: 50.0% (at most 40.0%)"


def test_few_leads_hold_nothing():
    """Below the least number of leads shares mean little."""
    churn = measure_churn(pairs([90] * 9, [1] * 9), SCENE, 9, CONFIG)

    assert churn.grade_share == 1
    assert over_budget(churn, CONFIG) == ()


def test_no_open_lead_is_a_report_too():
    """Nothing was compared, and the text says so."""
    churn = measure_churn(pairs([], []), SCENE, 0, CONFIG)

    assert (churn.grade_share, churn.top_share) == (0, 0)
    assert "load_1 has none" in describe_churn(churn)


def test_a_report_comes_back_as_it_was_kept():
    """What stands in a decision as JSON is the same record again."""
    churn = measure_churn(pairs([90, 80, 30, 26], [26, 80, 30, 90]), SCENE, 8, CONFIG)
    kept = json.loads(json.dumps({"churn": plain(churn)}))

    assert churn_from(kept) == churn
    assert churn_from({}) is None


def test_the_text_shows_grades_movers_and_that_it_is_a_sample():
    """People read it in a form and in MLflow; an id cannot break a table."""
    made = pairs([90, 80, 30, 26], [26, 80, 30, 90]).replace("lead_00", "x|y")
    text = describe_churn(measure_churn(made, SCENE, 8, CONFIG))

    assert "| open leads compared | 4, a sample of 8 |" in text
    assert "| **A** | 1 | 0 | 1 | 0 |" in text
    assert r"| x\|y | A → C | 1 → 4 |" in text


def test_the_evidence_leads_from_the_reasons_to_the_way_out():
    """Why it waits, what changes, how good either is, where more is, and how to answer."""
    churn = measure_churn(pairs([90, 80, 30, 26], [26, 80, 30, 90]), SCENE, 4, CONFIG)
    hold = make_decision(subject="2", reasons=("2 of 4 open leads change grade",))
    new = make_version(version=2, metrics={"roc_auc": 0.8, "rows": 1200})
    text = describe_evidence(
        hold, new, make_version(), churn=churn, timeout=timedelta(hours=36), page="run 7"
    )

    order = [
        "unanswered for 36 hours",
        "- 2 of 4 open leads change grade",
        "Largest movers",
        "| roc_auc | 0.8000 | 0.7500 |",
        "| rows | 1,200 | n/a |",
        "More: run 7",
        "`lead-scoring approve made_up 2 --by … --reason …`",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_top_is_a_real_part(share):
    """Nobody or everybody is no top."""
    with pytest.raises(ValueError, match="top_share"):
        ChurnConfig(top_share=share)


def test_grades_by_rank_are_given_within_all_open_leads_or_a_sample():
    """With every lead there the ranks are exact; of a sample, its share of each grade."""
    made = pairs([90, 80, 30, 26], [26, 80, 30, 90]).drop(columns=["grade_before", "grade_after"])
    rule = GradesConfig.model_validate({"capacity": {"A": 1}})

    every = graded_pairs(made, rule, 4)
    assert every["grade_before"].tolist() == ["A", "B", "C", "D"]
    assert every["grade_after"].tolist() == ["D", "B", "C", "A"]
    sampled = graded_pairs(made, GradesConfig.model_validate({"capacity": {"A": 200}}), 400)
    assert sampled["grade_before"].tolist() == ["A", "A", "B", "B"]
    assert measure_churn(every, SCENE, 4, CONFIG).grade_changes == 2
