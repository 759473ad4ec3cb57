"""A sample of each batch is scored once more as JSON, and must get the same scores."""

import numpy as np
import pytest
from champions import CONFIG
from champions import two_models
from made import make_snapshot
from made import make_use_case
from made import make_version

from lead_scoring.core.frames import to_frame
from lead_scoring.core.parity import SAMPLED
from lead_scoring.core.parity import ParitySample
from lead_scoring.core.parity import find_disparity
from lead_scoring.core.scorer import Scorer
from lead_scoring.core.scoring import score_leads

MODEL = two_models().models[1]
LEADS = to_frame(make_snapshot(200))
SCORES = score_leads(MODEL, LEADS, CONFIG.scoring)
SCORER = Scorer(CONFIG, make_version(), MODEL)


def sampled(leads=LEADS, scores=SCORES, rows=200):
    """Take a sample of leads that come in chunks."""
    sample = ParitySample("batch_1")
    for start in range(0, len(leads), rows):
        sample.add(leads.iloc[start : start + rows], scores.iloc[start : start + rows])
    return sample


def test_the_same_leads_are_chosen_however_they_are_cut_in_chunks():
    """They depend on their ids and the seed alone, and are bounded."""
    whole, parts = sampled(), sampled(rows=7)

    assert len(whole.leads) == SAMPLED
    assert whole.leads["lead_id"].tolist() == parts.leads["lead_id"].tolist()
    assert whole.scores["lead_id"].tolist() == whole.leads["lead_id"].tolist()
    assert parts.scores["lead_id"].tolist() == parts.leads["lead_id"].tolist()


def test_leads_that_get_the_same_scores_alone_are_no_disparity():
    """Missing values, levels never seen and numbers with many digits come through JSON whole."""
    leads = LEADS.assign(
        visits=np.linspace(0, 6, 200) / 3, medium=LEADS["medium"].where(LEADS.index % 3 > 0)
    )
    scores = score_leads(MODEL, leads, CONFIG.scoring)

    assert find_disparity(sampled(leads, scores), SCORER, same_contract=True) == ""


@pytest.mark.parametrize(("by", "told"), [(1e-12, False), (1e-6, True)])
def test_a_difference_beyond_rounding_is_told_with_both_figures(by, told):
    """Which figure, of which lead, and in how many."""
    found = find_disparity(
        sampled(scores=SCORES.assign(margin=SCORES["margin"] + by)), SCORER, same_contract=True
    )

    assert bool(found) is told
    if told:
        assert found.startswith("margin of lead lead_0")
        assert "50 figures of 50 leads differ by more than 1e-09" in found


def test_a_lead_that_is_refused_alone_is_told_unless_the_contract_is_a_new_one():
    """A contract that became stricter since the load says nothing about the two paths."""
    columns = CONFIG.model_dump(mode="json", exclude_unset=True)["contract"]["columns"]
    strict = make_use_case(
        contract={"columns": columns | {"visits": {"type": "number", "max": 5}}}
    )
    scorer = Scorer(strict, make_version(), MODEL)

    found = find_disparity(sampled(), scorer, same_contract=True)

    assert "alone it is refused (visits '6" in found
    assert find_disparity(sampled(), scorer, same_contract=False) == ""
