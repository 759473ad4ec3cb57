"""A challenger scores today's open leads beside the champion; nothing is published."""

import json
from dataclasses import replace

import pytest
from champions import AS_OF
from champions import Champions
from champions import use_case_with
from made import USE_CASE
from made import day
from made import make_snapshot

from lead_scoring.core.approval import Review
from lead_scoring.core.churn import churn_from
from lead_scoring.errors import ScoringError
from lead_scoring.pipelines.churn import review_challenger

pytestmark = pytest.mark.slow

TIGHT = {"churn": {"min_leads": 10, "max_grade_changes": 0.1}}


@pytest.fixture
def champions(database, tmp_path) -> Champions:
    """Make version 1 the champion and version 2, its opposite, the challenger."""
    made = Champions.made(database, tmp_path)
    made.registry.aliases = {"champion": 1}
    return made


def review(champions: Champions, champion: int | None = 1, as_of=AS_OF, **training) -> Review:
    """Review version 2."""
    versions = champions.registry.versions
    return review_challenger(
        use_case_with(**training),
        versions[2],
        versions[champion] if champion else None,
        as_of,
        loads=champions.database,
        snapshots=champions.snapshots,
        registry=champions.registry,
        progress=champions.progress,
    )


def test_the_open_leads_of_the_newest_load_are_compared(champions):
    """Half of forty leads are open; the opposite of the champion turns grades round."""
    found = review(champions)
    churn = churn_from(found.evidence)

    assert (churn.scene.load_id, churn.scene.champion, churn.scene.challenger) == ("load_1", 1, 2)
    assert (churn.open_leads, churn.compared, churn.top) == (20, 20, 2)
    assert churn.grade_changes == 17
    assert churn.top_leavers == 2
    assert champions.database.batches(USE_CASE) == ()


def test_the_report_is_kept_with_the_run_of_the_version(champions):
    """As JSON for machines and as Markdown for people."""
    found = review(champions)

    texts = champions.registry.attached[2]
    assert json.loads(texts["churn.json"]) == found.evidence["churn"]
    assert "change grade" in texts["churn.md"]


def test_more_than_the_budget_is_held_with_the_figures(champions):
    """The reason names count, share and limit."""
    (why, _) = review(champions, **TIGHT).held

    assert why == "17 of 20 open leads change grade: 85.0% (at most 10.0%)"


def test_within_the_budget_nobody_is_asked(champions):
    """Twenty leads are too few to hold anything by default."""
    assert review(champions).held == ()


def test_never_asks_nobody_and_reports_all_the_same(champions):
    """Over budget, but the config says that nobody is asked."""
    found = review(champions, **TIGHT, approval={"required": "never"})

    assert found.held == ()
    assert churn_from(found.evidence).grade_changes == 17


def test_always_asks_for_the_first_model_too(champions):
    """Without a champion nothing changes, and still a person is asked."""
    found = review(champions, None, approval={"required": "always"})

    assert found.held == ("every new champion needs a person's approval",)
    assert found.evidence == {}


def test_without_a_load_or_an_open_lead_the_report_says_so(champions):
    """Nothing to compare is an answer."""
    assert "nothing was loaded" in _text(champions, day(2))
    champions.add("load_2", make_snapshot(4).slice(0, 2), as_of=day(61))
    assert "load_2 has none" in _text(champions, day(61))


def test_beyond_the_limit_a_sample_is_compared_and_said(champions):
    """However the rows are cut, the same leads are drawn."""
    champions.add("load_2", make_snapshot(4000), as_of=day(5000))
    settings = {"churn": {"max_leads": 1000}}
    found = churn_from(review(champions, as_of=day(5000), **settings).evidence)
    again = churn_from(review(champions, as_of=day(5000), **settings).evidence)

    assert (found.open_leads, found.compared, found.sampled) == (2000, 1000, True)
    assert found == again


def test_broken_scores_decide_nothing(champions):
    """A challenger that gives no number is not reviewed, but refused by an error."""
    broken = replace(champions.registry.models[2].estimator, broken=float("nan"))
    champions.registry.models[2] = replace(champions.registry.models[2], estimator=broken)

    with pytest.raises(ScoringError, match="nothing was decided"):
        review(champions)


def _text(champions: Champions, as_of) -> str:
    review(champions, as_of=as_of)
    return champions.registry.attached[2]["churn.md"]
