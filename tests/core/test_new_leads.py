"""Which leads of a load a drift check looks at; the model promises by visits alone."""

import numpy as np
import pyarrow as pa
import pytest
from fakes import visits_model
from made import INSTANT
from made import day
from made import make_load
from made import make_snapshot
from made import make_use_case
from made import make_version

from lead_scoring.core.frames import to_frame
from lead_scoring.core.new_leads import NewLeadsFinder
from lead_scoring.core.profile import Profile
from lead_scoring.core.reference import fit_reference

FIFTIETH = day(50)
SNAPSHOT = make_snapshot(60)
"""One lead a day; the first thirty have an outcome, known three days later."""


def find(as_of=FIFTIETH, table=SNAPSHOT, rows=7, champion=None, **drift):
    """Look through a snapshot as a check does; the champion was judged until the tenth day."""
    reference = fit_reference(
        to_frame(SNAPSHOT.slice(0, 10)),
        ["visits"],
        ["medium"],
        [],
        probabilities=np.linspace(0.1, 0.9, 10),
        chunks=[],
    )
    finder = NewLeadsFinder(
        make_use_case(drift=drift),
        champion or make_version(tested_until=day(10)),
        visits_model(Profile(1)),
        reference,
        load=make_load(as_of=day(60)),
        as_of=as_of,
    )
    for batch in table.select(list(finder.columns)).to_batches(max_chunksize=rows):
        finder.add(batch)
    return finder.found()


def test_new_leads_came_after_the_reference_and_exist():
    """Day 11 to day 50; of those, day 11 to day 30 have a known outcome."""
    new = find()

    assert (new.observation.rows, new.created) == (40, (day(11), day(50)))
    assert (len(new.outcomes), new.mature_created) == (20, (day(11), day(30)))


def test_an_outcome_that_is_not_known_yet_does_not_judge():
    """On day 20 the outcomes of day 18 and later lie in the future."""
    new = find(as_of=day(20))

    assert new.mature_created == (day(11), day(17))


def test_the_window_counts_back_from_the_instant_and_from_the_youngest_mature_lead():
    """Five days, which for outcomes of three days begin three days earlier."""
    new = find(as_of=day(25), window="5d")

    assert new.created == (day(21), day(25))
    assert new.mature_created == (day(18), day(22))


def test_samples_are_promised_what_the_champion_promises():
    """Probability rises from 0.05 without a visit to 0.95 with six."""
    new = find()
    visits = new.observation.sample["visits"].to_numpy()

    assert new.scores["probability"].to_numpy() == pytest.approx(0.05 + 0.15 * visits)
    assert len(new.mature_scores) == len(new.outcomes)


@pytest.mark.parametrize(("trained", "new"), [(day(59), 60), (day(61), 0)])
def test_without_event_times_the_load_decides(trained, new):
    """Its leads are new if it came after the champion; a window has nothing to count by."""
    none = pa.nulls(60, INSTANT)
    table = make_snapshot(60, created_at=none, known_at=none)
    champion = make_version(tested_until=None, as_of=trained)

    assert find(table=table, champion=champion, window="5d").observation.rows == new


def test_no_batch_at_all_is_no_lead():
    """A snapshot without rows gives no batches."""
    new = find(table=SNAPSHOT.slice(0, 0))

    assert (new.observation.rows, new.created, len(new.outcomes)) == (0, None, 0)


def test_how_batches_are_cut_plays_no_part():
    """One row at a time or all at once."""
    one, all_at_once = find(rows=1), find(rows=60)

    assert one.observation.sample.equals(all_at_once.observation.sample)
    assert one.scores.equals(all_at_once.scores)
    assert one.outcomes.tolist() == all_at_once.outcomes.tolist()
