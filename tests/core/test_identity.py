"""Ids and digests come from content alone."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from datetime import timezone

import pyarrow as pa
import pytest
from loading import loading_use_case

from lead_scoring.core import identity
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window

NOON = datetime(2023, 1, 1, 12, tzinfo=UTC)
WINDOW = Window(NOON, None)


def load_id(**given: object) -> str:
    """Return a load's id with some parts replaced."""
    parts = {
        "use_case": "leads",
        "purpose": Purpose.TRAIN_AND_SCORE,
        "contract": "c",
        "source": "s",
        "window": WINDOW,
    }
    return identity.load_id(**(parts | given))


def test_an_id_says_what_it_is_of():
    """Each id begins with its kind and has sixteen digits."""
    ids = [
        load_id(),
        identity.batch_id("leads", "load_1", NOON, "m"),
        identity.training_id("leads", NOON, ["load_1"], "c"),
        identity.decision_id("leads", DecisionKind.RELEASE, "batch_1", NOON),
        identity.check_id("leads", "load_1", None, NOON),
    ]

    assert [made.split("_")[0] for made in ids] == ["load", "batch", "train", "decision", "check"]
    assert {len(made.split("_")[1]) for made in ids} == {16}


def test_what_people_say_is_in_the_id_of_a_check():
    """Each override makes another check; their order plays no part, and none changes nothing."""
    parts = ("leads", "load_1", 1, NOON)
    train, accept = OverrideKind.TRAIN, OverrideKind.ACCEPT

    ids = [identity.check_id(*parts, said) for said in ([], [train], [accept], [train, accept])]

    assert len(set(ids)) == 4
    assert ids[0] == identity.check_id(*parts)
    assert ids[3] == identity.check_id(*parts, [accept, train])


@pytest.mark.parametrize(
    "other",
    [
        {"use_case": "other"},
        {"purpose": Purpose.SCORE_ONLY},
        {"contract": "d"},
        {"source": "t"},
        {"window": Window(None, NOON)},
    ],
)
def test_every_part_of_a_load_is_in_its_id(other):
    """Another part is another load."""
    assert load_id(**other) != load_id()


def test_the_same_instant_in_another_zone_is_the_same_id():
    """Instants are compared in UTC."""
    kolkata = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert load_id(window=Window(kolkata, None)) == load_id()


def test_an_instant_without_zone_is_refused():
    """A naive instant could mean anything."""
    with pytest.raises(ValueError, match="without a time zone"):
        identity.batch_id("leads", "load_1", NOON.replace(tzinfo=None), "m")


def test_the_order_of_loads_is_not_in_a_trainings_id():
    """A training is made of a set of loads."""
    one, two = (identity.training_id("leads", NOON, ids, "c") for ids in ("ab", "ba"))

    assert one == two


def test_where_a_source_lies_is_not_in_the_contracts_digest():
    """The content is in the load's id; the place may change."""
    here = loading_use_case()
    there = loading_use_case(source={"location": "elsewhere.csv"})
    latin = loading_use_case(source={"encoding": "latin-1"})

    assert identity.contract_digest(here) == identity.contract_digest(there)
    assert identity.contract_digest(here) != identity.contract_digest(latin)


def test_a_load_has_a_seed_of_its_own():
    """The same load draws the same in every process; another one draws otherwise."""
    seeds = [identity.seed_of(load) for load in ("load_1", "load_1", "load_2")]

    assert seeds[0] == seeds[1] != seeds[2]
    assert 0 <= min(seeds) <= max(seeds) < 2**64


def test_how_rows_are_cut_is_not_in_a_content_digest():
    """One batch of three rows and three of one give the same digest."""
    numbers, contents = pa.array([1, 2, 3]), pa.array(["aa", "bb", "cc"])
    whole, cut = identity.ContentDigest(), identity.ContentDigest()
    whole.update(numbers, contents)
    for at in range(3):
        cut.update(numbers[at : at + 1], contents[at : at + 1])

    assert whole.hexdigest() == cut.hexdigest()
