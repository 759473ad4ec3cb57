"""When a person is asked, and how much may change before that."""

from datetime import timedelta

import pytest
from made import make_use_case

from lead_scoring.config.approval import ApprovalConfig


def test_by_default_only_a_large_change_is_held_for_two_days():
    """The budget is generous, and the gate alone decides within it."""
    training = make_use_case().training

    assert training.approval == ApprovalConfig(required="over_budget", timeout=timedelta(days=2))
    assert training.churn.max_grade_changes == 0.5


@pytest.mark.parametrize(
    ("training", "words"),
    [
        ({"approval": {"required": "sometimes"}}, "'never', 'over_budget' or 'always'"),
        ({"approval": {"timeout": "0m"}}, "leaves nobody time to answer"),
        ({"approval": {"timeout": "soon"}}, "is not a duration"),
        ({"churn": {"max_grade_changes": 1.5}}, "less than or equal to 1"),
        ({"churn": {"top_share": 0}}, "greater than 0"),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(training, words):
    """The message names the value or the range."""
    with pytest.raises(ValueError, match=words):
        make_use_case(training=training)
