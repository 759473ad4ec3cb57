"""What the config of joined files refuses, and how it says so."""

from typing import Any

import pytest
from loading import COLUMNS
from loading import loading_use_case
from pydantic import ValidationError

JOIN: dict[str, Any] = {
    "name": "towns",
    "kind": "csv",
    "location": "towns.csv",
    "key": {"city": "town"},
    "take": ["mayor"],
}
DESCRIBED = COLUMNS | {"mayor": {"type": "string"}}


def use_case(*joins: dict[str, Any], columns: dict[str, Any] | None = None) -> Any:
    """Make a use case of joined files."""
    source = {
        "kind": "joined",
        "main": {"kind": "csv", "location": "leads.csv"},
        "joins": list(joins),
    }
    return loading_use_case(columns=columns or DESCRIBED, source=source)


def test_names_may_be_one_a_list_or_a_mapping():
    """All three spell the same join."""
    same = [
        use_case({**JOIN, "key": "city", "take": take}).source.joins[0]
        for take in ("mayor", ["mayor"], {"mayor": "mayor"})
    ]

    assert same[0] == same[1] == same[2]
    assert same[0].key == {"city": "city"}


def test_all_files_are_known_by_place():
    """Nested ones too; the main file comes first."""
    inner = {**JOIN, "name": "lands", "location": "lands.csv"}

    assert use_case({**JOIN, "joins": [inner]}).source.locations == (
        "leads.csv", "lands.csv", "towns.csv",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"take": []}, "towns: adds no column; give take, aggregate or matched_as"),
        ({"key": {}}, "at least 1 item"),
        ({"aggregate": {"mayor": {"by": "count"}}}, "take is for one row per key"),
        ({"take": [], "aggregate": {"mayor": {"by": "sum"}}}, "sum needs of"),
        ({"take": [], "aggregate": {"mayor": {"by": "first", "of": "x"}}}, "needs ordered_by"),
        (
            {"take": [], "aggregate": {"mayor": {"by": "mode", "of": "x", "ordered_by": "y"}}},
            "takes no ordered_by",
        ),
        ({"take": [], "aggregate": {"mayor": {"by": "median", "of": "x"}}}, "'count', 'nunique'"),
        ({"keep": {"newest": "since"}}, "say how it is read"),
        ({"keep": {"newest": "a", "oldest": "b"}}, "either newest or oldest"),
        ({"take": ["other"]}, "adds 'other', which is not in contract.columns"),
        ({"take": [], "matched_as": "mayor"}, "type 'string' cannot hold.*it is boolean"),
        ({"take": [], "aggregate": {"mayor": {"by": "count"}}}, "it is integer or number"),
        (
            {
                "take": [],
                "types": {"since": "timestamp"},
                "aggregate": {"mayor": {"by": "sum", "of": "since"}},
            },
            "a sum of timestamps means nothing",
        ),
        ({"joins": [JOIN]}, "the name 'towns' twice"),
        ({"joins": [{**JOIN, "name": "a"}, {**JOIN, "name": "b"}]}, "its joins add 'mayor' twice"),
    ],
)
def test_a_join_that_means_nothing_is_refused(changes, message):
    """The message names the join, the value and what is allowed."""
    with pytest.raises(ValidationError, match=message):
        use_case({**JOIN, **changes})


def test_two_joins_must_not_add_one_column():
    """Otherwise the second would replace the first."""
    with pytest.raises(ValidationError, match="the column 'mayor' twice"):
        use_case(JOIN, {**JOIN, "name": "others"})
