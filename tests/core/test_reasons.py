"""What a score goes with, in words: the strongest contributions for and against."""

import json

import numpy as np
import pandas as pd
import pytest
from leads import small_leads
from leads import small_use_case
from made import make_use_case
from numbers_made import number_leads
from numbers_made import number_use_case

from lead_scoring.config.reasons import ReasonsConfig
from lead_scoring.config.training import LogisticRegressionConfig
from lead_scoring.config.training import RidgeConfig
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.explanation import explanation_gap
from lead_scoring.core.fitting import fit
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.profile import Profile
from lead_scoring.core.reasons import MAX_TEXT
from lead_scoring.core.reasons import choose
from lead_scoring.core.reasons import phrase
from lead_scoring.core.reasons import spell_reasons
from lead_scoring.core.said import in_words
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import REASONS
from lead_scoring.core.scoring import score_leads

WORDS = {
    "forms": {0: "no form dropped", 1: "one form dropped", "other": "{value} forms dropped"},
    "income": "yearly income",
    "late": {
        "missing": "no parcel yet",
        "other": "parcel {value} days late",
        "negative": "parcel {value} days early",
    },
    "referred": "came by referral: {value}",
}


def spelt(values, features, **config):
    """Spell the reasons of leads."""
    names = tuple(features.columns)
    explained = Contributions(names, np.zeros(len(features)), np.array(values, dtype=np.float64))
    texts = spell_reasons(explained, features, ReasonsConfig(**config))
    return [json.loads(text) for text in texts]


def scored_with(use_case, settings, leads):
    """Fit a model and score the leads it was fitted on; give the model and the scores."""
    preparation, estimator = fit(use_case, settings, leads)
    outcomes = leads[OUTCOME].to_numpy(dtype=np.float64)
    margins = estimator.margins(preparation.transform(leads[[*preparation.feature_names_in_]]))
    calibration = kind_of(use_case).calibrate(outcomes, margins)
    model = ScoringModel(preparation, estimator, calibration, Profile({}, {}, {}))
    reasons = use_case.inference.reasons
    return model, score_leads(model, leads, use_case.scoring, reasons)


@pytest.mark.parametrize(
    ("feature", "value", "said"),
    [
        ("forms", 0.0, "no form dropped"),
        ("forms", 1, "one form dropped"),
        ("forms", 3.0, "3 forms dropped"),
        ("forms", np.nan, "forms missing"),
        ("income", 52_000.0, "yearly income 52,000"),
        ("income", None, "yearly income missing"),
        ("late", np.nan, "no parcel yet"),
        ("late", -2.519, "parcel 2.52 days early"),
        ("referred", True, "came by referral: yes"),
        ("GoalAmount", 900.0, "goal amount 900"),
        ("first_utm_source_c", "Level2", "first utm source c Level2"),
    ],
)
def test_a_feature_is_said_in_the_words_of_the_config(feature, value, said):
    """By value, by a phrase, by a name, or by the name of the column."""
    words = ReasonsConfig(words=WORDS).words

    assert phrase(feature, value, words.get(feature)) == said


def test_reasons_are_the_strongest_first_and_the_weak_are_none():
    """What is ten times weaker than the strongest is left out."""
    features = pd.DataFrame({"a": [1.0], "b": ["x"], "c": [np.nan], "d": [2.5]})

    found = spelt([[0.05, -0.8, 0.412349, 0.0]], features)

    assert found == [
        [
            {"feature": "b", "text": "b x", "value": "x", "contribution": -0.8},
            {"feature": "c", "text": "c missing", "value": None, "contribution": 0.4123},
        ]
    ]
    assert in_words(found[0]) == "b x \N{MINUS SIGN}, c missing +"


def test_what_speaks_against_is_told_even_if_others_are_stronger():
    """The last place is kept for it."""
    order, there = choose(np.array([[0.9, 0.8, 0.7, 0.6, -0.5, -0.1]]), 3)

    assert order.tolist() == [[0, 1, 4]]
    assert there.all()


def test_leads_that_nothing_moves_have_no_reasons():
    """A margin that is the base alone goes with nothing."""
    features = pd.DataFrame({"a": [1.0, 2.0]})

    assert spelt([[0.0], [0.3]], features)[0] == []


def test_each_lead_gets_its_own_reasons():
    """Equal leads share the text, others do not; levels alike in sound stay apart."""
    features = pd.DataFrame(
        {"a": ["x", None, "x", "nan"], "b": [1.0, 1.0, 1.0, np.nan]}, index=[9, 7, 5, 3]
    )
    values = [[0.5, 0.1], [0.2, 0.1], [0.5, 0.1], [-0.4, 0.0]]

    found = spelt(values, features)

    assert [[one["text"] for one in lead] for lead in found] == [
        ["a x", "b 1"],
        ["a missing", "b 1"],
        ["a x", "b 1"],
        ["a nan"],
    ]


def test_reasons_are_bounded_whatever_a_source_says():
    """A level of a megabyte, quotes and an infinite number still make small, valid JSON."""
    levels = ["z" * 1_000_000, 'say "no"\n', "fine"]
    features = pd.DataFrame({"level": levels, "number": [np.inf, -np.inf, 1e300]})

    found = spelt([[1.0, 0.5]] * 3, features)

    assert max(len(json.dumps(lead)) for lead in found) < 4 * MAX_TEXT + 200
    assert found[1][0]["value"] == 'say "no"\n'
    assert found[0][1]["value"] is None


def test_reasons_of_a_model_are_its_own():
    """In the score row the reasons add up to the margin where all of them are told."""
    use_case = small_use_case()
    config = use_case.inference.model_copy(update={"reasons": ReasonsConfig(most=6)})
    use_case = use_case.model_copy(update={"inference": config})
    model, scores = scored_with(use_case, LogisticRegressionConfig(), small_leads(400))
    features = model.prepare(small_leads(400))

    _, explained = model.estimator.explained(features)

    plain = score_leads(model, small_leads(400), use_case.scoring)
    assert scores.drop(columns=REASONS).equals(plain)
    assert np.allclose(explained.margins, scores[MARGIN], rtol=0, atol=1e-6)
    assert explanation_gap(model, small_leads(400)) <= 1e-6
    for text, values in zip(scores[REASONS], explained.amounts, strict=True):
        told = {one["feature"]: one["contribution"] for one in json.loads(text)}
        for name, value in told.items():
            assert value == pytest.approx(values[explained.features.index(name)], rel=1e-3)


def test_no_leads_have_no_reasons():
    """An empty chunk keeps its columns."""
    use_case, leads = small_use_case(), small_leads(400)
    model, _ = scored_with(use_case, LogisticRegressionConfig(), leads)

    scores = score_leads(model, leads.iloc[:0], use_case.scoring, use_case.inference.reasons)

    assert scores.empty
    assert REASONS in scores


def test_where_the_least_is_called_first_a_plus_speaks_for_it():
    """Contributions are those to the margin of the row, which is turned there."""
    use_case = number_use_case()
    _, scores = scored_with(use_case, RidgeConfig(), number_leads(400))
    first = scores.sort_values(MARGIN, ascending=False).iloc[0]

    assert use_case.inference.call_first == "low"
    assert json.loads(first[REASONS])[0]["contribution"] > 0


def test_words_of_a_column_that_is_not_there_are_refused():
    """The message says which and what was meant."""
    words = {"visit": "{value} visits"}

    with pytest.raises(ValueError, match=r"'visit' is neither a feature nor a column.*'visits'"):
        make_use_case(inference={"reasons": {"words": words}})


def test_a_phrase_may_hold_the_value_and_nothing_else_in_braces():
    """A misspelt placeholder would be shown to people."""
    with pytest.raises(ValueError, match="reasons"):
        make_use_case(inference={"reasons": {"words": {"visits": "{wert} visits"}}})
