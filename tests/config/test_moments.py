"""At which moment leads are scored, and what is refused because it is known later."""

from typing import Any

import pytest
from loading import COLUMNS
from loading import loading_use_case
from pydantic import ValidationError

ARRIVED: dict[str, Any] = COLUMNS | {
    "bought": {"type": "timestamp"},
    "sent": {"type": "timestamp", "known": "delivery"},
    "weight": {"type": "number", "known": "delivery"},
    "told": {"type": "timestamp", "known": "outcome"},
}
MOMENTS: dict[str, Any] = {
    "id_column": "id",
    "moments": ["purchase", "delivery"],
    "created_columns": {"purchase": "bought", "delivery": "sent"},
}


def use_case(lead: dict[str, Any], **given: Any) -> Any:
    """Make a use case with two moments."""
    return loading_use_case(columns=ARRIVED, lead=MOMENTS | lead, **given)


@pytest.mark.parametrize(("moment", "column"), [("purchase", "bought"), ("delivery", "sent")])
def test_the_event_time_is_that_of_the_chosen_moment(moment, column):
    """One key decides; everybody else reads ``created_column``."""
    assert use_case({"moment": moment}).lead.created_column == column


def test_what_is_known_by_then_may_be_read():
    """At delivery the weight is known; at purchase it is not."""
    features = {"numeric": ["visits", "weight"]}

    assert use_case({"moment": "delivery"}, features=features).features.names
    with pytest.raises(
        ValidationError, match=r"'weight' is known only from delivery on.*purchase"
    ):
        use_case({"moment": "purchase"}, features=features)


def test_a_step_may_not_read_what_is_known_later_either():
    """A feature made of late columns is late."""
    waited = {"step": "days_between", "outputs": {"waited": ["bought", "sent"]}}
    features = {"numeric": ["waited"]}
    given = {"preparation": [waited], "features": features}

    assert use_case({"moment": "delivery"}, **given).features.names == ("waited",)
    with pytest.raises(ValidationError, match=r"preparation step 1.*'sent' is known only from"):
        use_case({"moment": "purchase"}, **given)


def test_the_instant_of_the_outcome_is_never_read():
    """It is known with the outcome, whatever its column says."""
    outcome = {"column": "won", "maturity": "3d", "known_column": "bought"}
    parts = {"step": "date_parts", "column": "bought", "prefix": "at", "parts": ["hour"]}

    with pytest.raises(ValidationError, match=r"'bought' is outcome\.known_column"):
        use_case({"moment": "delivery"}, outcome=outcome, preparation=[parts])


@pytest.mark.parametrize(
    ("lead", "message"),
    [
        ({"moment": "parcel"}, "'parcel' is none of moments; allowed: purchase, delivery"),
        ({}, "None is none of moments"),
        ({"moments": []}, "created_columns: name the timestamp of each moment"),
        ({"moments": ["purchase", "outcome"], "moment": "purchase"}, "outcome are taken"),
        (
            {"moment": "delivery", "created_columns": {"delivery": "sent"}},
            "each moment and no other; moments are purchase, delivery",
        ),
        ({"moment": "delivery", "created_column": "bought"}, "give it or created_columns"),
    ],
)
def test_moments_that_do_not_fit_are_refused(lead, message):
    """The message says what is allowed."""
    with pytest.raises(ValidationError, match=message):
        use_case(lead)


def test_a_moment_nobody_declared_is_refused():
    """The allowed words are named."""
    columns = COLUMNS | {"weight": {"type": "number", "known": "delivery"}}

    with pytest.raises(
        ValidationError, match=r"weight\.known: got 'delivery'; allowed: arrival, o"
    ):
        loading_use_case(columns=columns)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"outcome": {"column": "won", "maturity": "3d", "window": True}}, "needs known_column"),
        (
            {"outcome": {"column": "won", "maturity": "3d", "known_column": "city"}},
            "outcome.known_column: 'city' is a string, not a timestamp",
        ),
        (
            {"training": {"since": "2023-01-01T00:00:00Z"}, "lead": {"id_column": "id"}},
            "training.since: needs an event time",
        ),
    ],
)
def test_times_need_columns_of_times(given, message):
    """A window without an end and a beginning without event times mean nothing."""
    with pytest.raises(ValidationError, match=message):
        loading_use_case(**given)


FROM_DELIVERY: dict[str, Any] = {
    "preparation": [
        {"step": "ratios", "outputs": {"share": ["visits", "amount"]}},
        {"step": "days_between", "from": "delivery", "outputs": {"waited": ["bought", "sent"]}},
    ],
    "features": {"numeric": ["share"], "from": {"delivery": {"numeric": ["waited", "weight"]}}},
}


@pytest.mark.parametrize(
    ("moment", "names"),
    [("purchase", ("share",)), ("delivery", ("share", "waited", "weight"))],
)
def test_steps_and_features_of_a_later_moment_are_left_out(moment, names):
    """One key changes what a model reads; nothing else has to be written twice."""
    chosen = use_case({"moment": moment}, **FROM_DELIVERY)

    assert chosen.features.names == names
    assert len(chosen.preparation) == len(names[:2])


def test_a_step_from_a_moment_nobody_declared_is_refused():
    """The moments there are are named."""
    features = {"numeric": ["visits"], "from": {"parcel": {"numeric": ["weight"]}}}

    with pytest.raises(ValidationError, match=r"from .parcel. on.*they are purchase, delivery"):
        use_case({"moment": "purchase"}, features=features)
