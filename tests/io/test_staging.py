"""Staged rows wait on disk, and come out once, in order, without what stood twice."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from loading import COLUMNS
from loading import loading_use_case

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.contract import Contract
from lead_scoring.core.dispositions import Tally
from lead_scoring.core.leads import make_leads
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.rows import RawRows
from lead_scoring.io.staging import Stage
from lead_scoring.io.staging import Staging

MOMENT = "2023-01-01 10:00:00"
UNIQUE_CITY = COLUMNS | {"city": {"type": "string", "unique": True}}


def raw(first: int, *rows: tuple[str, str, str]) -> RawRows:
    """Make rows of id, city and outcome as a file would give them, numbered from ``first``."""
    texts = [{"id": key, "created": MOMENT, "city": city, "won": won} for key, city, won in rows]
    numbers = np.arange(first, first + len(rows))
    return RawRows(pa.Table.from_pylist(texts), numbers, lines=numbers + 1)


def stage_rows(stage: Stage, use_case: UseCase, rows: RawRows) -> None:
    """Stage rows no rule refused."""
    typed, faults = Contract(use_case).check(rows.table)
    assert faults == ()
    stage.add(make_leads(typed, rows.row_numbers, use_case), rows)


def settled(
    use_case: UseCase, batches: Sequence[RawRows], refused: Sequence[QuarantinedRow] = ()
) -> tuple[list[dict[str, Any]], list[QuarantinedRow], dict[str, int], Tally]:
    """Stage batches; return accepted and quarantined rows, the counts and the tally."""
    tally = Tally(use_case.contract)
    with Staging().opened(use_case) as stage:
        for batch in batches:
            stage_rows(stage, use_case, batch)
        stage.refuse(refused)
        stage.settle(tally)
        accepted = [row for batch in stage.accepted() for row in batch.to_pylist()]
        again = [row for batch in stage.accepted() for row in batch.to_pylist()]
        assert accepted == again
        return accepted, list(stage.quarantined()), stage.counts(), tally


def test_rows_come_out_as_they_went_in():
    """In row order over all batches, with the columns the stage announces."""
    accepted, quarantined, counts, tally = settled(
        loading_use_case(), [raw(1, ("a1", "delhi", "1"), ("a2", "", "0")), raw(3, ("a3", "", ""))]
    )

    assert [(row["row_number"], row["city"], row["outcome"]) for row in accepted] == [
        (1, "delhi", 1.0),
        (2, None, 0.0),
        (3, None, None),
    ]
    assert "outcome_value" not in accepted[0]
    assert (quarantined, tally.findings()) == ([], ())
    assert counts == {"accepted": 3, "quarantined": 0, "duplicate": 0}


def test_an_empty_stage_gives_nothing():
    """Without rows there are no batches, and the schema is known all the same."""
    with Staging().opened(loading_use_case()) as stage:
        stage.refuse([])
        stage.settle(Tally(loading_use_case().contract))

        assert list(stage.accepted()) == []
        assert stage.counts() == {"accepted": 0, "quarantined": 0, "duplicate": 0}
        assert stage.schema.names[:2] == ["row_number", "lead_id"]


def test_duplicates_go_silently_and_contradictions_to_quarantine():
    """Across batches; what contradicts is kept as it came, with row and line."""
    accepted, quarantined, counts, tally = settled(
        loading_use_case(),
        [
            raw(1, ("a1", "delhi", "1"), ("a2", "agra", "1")),
            raw(3, ("a1", "delhi", "1"), ("a2", "agra", "0")),
        ],
    )

    assert [row["row_number"] for row in accepted] == [1]
    assert counts == {"accepted": 1, "quarantined": 2, "duplicate": 1}
    assert [(row.row_number, row.line, row.rule, row.value) for row in quarantined] == [
        (2, 3, "contradicting_outcome", "1"),
        (4, 5, "contradicting_outcome", "0"),
    ]
    assert json.loads(quarantined[1].raw_row) == {
        "id": "a2",
        "created": MOMENT,
        "city": "agra",
        "won": "0",
    }
    assert [(finding.column, finding.count) for finding in tally.findings()] == [("won", 2)]


def test_refused_rows_stand_among_the_others_in_row_order():
    """Rows refused before and rows that turn out to contradict come in one order."""
    before = QuarantinedRow(
        3, None, "visits", "range", "-1", ("range:visits",), '{"id": "a\u00e9"}'
    )
    _, quarantined, counts, _ = settled(
        loading_use_case(),
        [raw(1, ("a1", "delhi", "1"), ("a1", "agra", "1")), raw(4, ("a1", "pune", "1"))],
        [before],
    )

    assert [row.row_number for row in quarantined] == [1, 2, 3, 4]
    assert quarantined[2] == before
    assert {row.rule for row in quarantined if row != before} == {"unique"}
    assert counts == {"accepted": 0, "quarantined": 4, "duplicate": 0}


@pytest.mark.parametrize(
    ("action", "accepted", "examples"),
    [("quarantine", [2, 3], "row 1, line 2: 'delhi'"), ("warn", [1, 2, 3, 4], "row 1")],
)
def test_a_repeated_value_goes_or_warns(action, accepted, examples):
    """Empty values repeat nothing; a warning counts the rows and keeps them."""
    rules = {"unique": {"action": action}}
    rows = [("a1", "delhi", "1"), ("a2", "", "1"), ("a3", "", "1"), ("a4", "delhi", "1")]
    left, _, counts, tally = settled(loading_use_case(UNIQUE_CITY, rules), [raw(1, *rows)])
    finding = tally.findings()[0]

    assert [row["row_number"] for row in left] == accepted
    assert counts["accepted"] + counts["quarantined"] == 4
    assert (finding.rule, finding.column, finding.count) == ("unique", "city", 2)
    assert finding.examples[0] == examples


def test_the_digest_of_a_staged_row_holds_its_outcome():
    """Two loads that differ in an outcome alone differ in content."""
    contents = {
        settled(loading_use_case(), [raw(1, ("a1", "delhi", won))])[0][0]["content"]
        for won in ("1", "0", "")
    }

    assert len(contents) == 3


def test_a_stage_leaves_nothing_behind(tmp_path):
    """Neither after use nor after a failure is there a file left."""
    use_case = loading_use_case()
    staging = Staging(folder=str(tmp_path))
    with staging.opened(use_case) as stage:
        stage_rows(stage, use_case, raw(1, ("a1", "delhi", "1")))
        assert list(tmp_path.iterdir())

    def fail() -> None:
        with staging.opened(use_case) as stage:
            stage_rows(stage, use_case, raw(1, ("a1", "delhi", "1")))
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert list(tmp_path.iterdir()) == []
