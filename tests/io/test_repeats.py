"""Rows that stand more than once: which one is kept, and which go for which reason."""

from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from proofs import examples

from lead_scoring.core.dispositions import MAX_EXAMPLES
from lead_scoring.io.engine import opened_engine
from lead_scoring.io.repeats import Repeats

Key = tuple[str, str | None, str | None]
"""Content, outcome and id of a row."""


def found(
    keys: Sequence[Key],
    *,
    values: Sequence[str | None] = (),
    with_id: bool = True,
    keep: bool = False,
    cut: int = 0,
) -> tuple[dict[int, tuple[str, str]], tuple[int, list[int]]]:
    """Find repeats among rows numbered from 1.

    Args:
        keys: The rows.
        values: What they hold in a further unique column, if there is one.
        with_id: The id is a column, not derived from the content.
        keep: A repeated value is only counted.
        cut: The rows come in two batches, so many in the first.

    Returns:
        Rule and column by number of the rows that go; count and examples of repeated values.
    """
    unique = ["id", "email"] if values else ["id"]
    with opened_engine(64) as engine:
        repeats = Repeats(engine, "id" if with_id else None, "won", unique if with_id else [])
        leads = pa.RecordBatch.from_pylist(
            [
                {"row_number": n, "content": content, "outcome_value": outcome, "lead_id": lead_id}
                for n, (content, outcome, lead_id) in enumerate(keys, start=1)
            ],
            schema=pa.schema(
                {
                    "row_number": pa.int64(),
                    "content": pa.string(),
                    "outcome_value": pa.string(),
                    "lead_id": pa.string(),
                }
            ),
        )
        for part in (slice(0, cut), slice(cut, None)):
            texts = [pa.array(values[part], pa.string())] if values else []
            repeats.add(leads[part], texts)
        repeats.find()
        counted = repeats.find_values("email", keep=keep) if values else (0, [])
        removed = repeats.removed(1, len(keys))
        assert [row for row, _, _ in removed] == sorted({row for row, _, _ in removed})
        duplicates = [row for row, rule, _ in removed if rule == "duplicate"]
        assert repeats.count(duplicates=True) == len(duplicates)
        assert repeats.count(duplicates=False) == len(removed) - len(duplicates)
    return {row: (rule, column) for row, rule, column in removed}, counted


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["1", "1", "1"], {2: "duplicate", 3: "duplicate"}),
        ([None, None], {2: "duplicate"}),
        ([None, "1", "1"], {1: "duplicate", 3: "duplicate"}),
        (["0", None], {2: "duplicate"}),
        (["0", "1"], {1: "contradicting_outcome", 2: "contradicting_outcome"}),
        (["0", None, "1", "1"], dict.fromkeys([1, 2, 3, 4], "contradicting_outcome")),
    ],
)
@pytest.mark.parametrize("with_id", [True, False])
def test_of_equal_rows_the_first_that_knows_its_outcome_is_kept(outcomes, expected, with_id):
    """Later ones are duplicates; if two known outcomes differ all of them go."""
    removed, _ = found([("same", outcome, "a1") for outcome in outcomes], with_id=with_id)

    assert {row: rule for row, (rule, _) in removed.items()} == expected


def test_a_contradiction_names_the_outcome():
    """Quarantine tells the column at fault; a duplicate has none."""
    removed, _ = found([("x", "0", "a1"), ("x", "1", "a1"), ("y", "1", "a2"), ("y", "1", "a2")])

    assert removed[1] == ("contradicting_outcome", "won")
    assert removed[4] == ("duplicate", "")


def test_an_id_with_two_contents_goes_altogether():
    """Nobody can tell which row is the lead; a duplicate among them stays a duplicate."""
    removed, _ = found([("x", "1", "a1"), ("y", "1", "a1"), ("x", "1", "a1"), ("z", "1", "a2")])

    assert removed == {1: ("unique", "id"), 2: ("unique", "id"), 3: ("duplicate", "")}


def test_a_derived_id_is_the_content():
    """Rows of other content are other leads then."""
    assert found([("x", "1", "a1"), ("y", "1", "a1")], with_id=False)[0] == {}


def test_rows_that_share_a_unique_value_go():
    """Missing values are shared by nobody, and a duplicate does not make its original go."""
    keys = [(content, "1", content) for content in ("a", "b", "c", "d", "e", "e")]
    removed, counted = found(keys, values=["m", "m", None, None, "n", "n"])

    assert removed == {1: ("unique", "email"), 2: ("unique", "email"), 6: ("duplicate", "")}
    assert counted == (2, [1, 2])


def test_a_repeated_value_may_be_kept_and_counted():
    """Where the rule only warns nothing goes; the count is exact, the examples are a few."""
    keys = [(f"c{n}", "1", f"a{n}") for n in range(9)]
    removed, counted = found(keys, values=["m"] * 9, keep=True)

    assert removed == {}
    assert counted == (9, list(range(1, MAX_EXAMPLES + 1)))


@pytest.mark.slow
@settings(max_examples=examples(15))
@given(
    keys=st.lists(
        st.tuples(
            st.sampled_from("xyz"), st.sampled_from(["0", "1", None]), st.sampled_from(["a", "b"])
        ),
        min_size=1,
        max_size=9,
    ),
    cut=st.integers(0, 9),
)
def test_what_stays_stands_once(keys, cut):
    """No content and no id stands twice among the rows that stay, however they were cut."""
    removed, _ = found(keys, cut=cut)
    stay = [key for number, key in enumerate(keys, start=1) if number not in removed]

    assert len({content for content, _, _ in stay}) == len(stay)
    assert len({lead_id for _, _, lead_id in stay}) == len(stay)
    assert removed == found(keys)[0]
