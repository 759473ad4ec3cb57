"""Records become JSON that every reader understands, and text that is never taken for markup."""

import io
import json
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from datetime import timezone

import pytest
from rich.console import Console

from lead_scoring.cli.output import facts
from lead_scoring.cli.output import grid
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.plain import plain


@dataclass(frozen=True)
class Note:
    """A record inside a document."""

    text: str
    at: datetime


def shown(table, width=200) -> str:
    """Return what a person sees on a terminal of this width."""
    console = Console(file=io.StringIO(), width=width, soft_wrap=True)
    console.print(table)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(float("nan"), None, id="nan"),
        pytest.param(float("-inf"), None, id="infinity"),
        pytest.param(Verdict.STABLE, "stable", id="enum"),
        pytest.param((1, 2.5, None, True), [1, 2.5, None, True], id="tuple"),
        pytest.param(datetime(2022, 2, 1, tzinfo=UTC), "2022-02-01T00:00:00Z", id="instant"),
        pytest.param(
            datetime(2022, 2, 1, 5, tzinfo=timezone(timedelta(hours=5))),
            "2022-02-01T00:00:00Z",
            id="other zone",
        ),
        pytest.param(
            {"note": Note("x", datetime(2022, 2, 1, tzinfo=UTC))},
            {"note": {"text": "x", "at": "2022-02-01T00:00:00Z"}},
            id="record",
        ),
    ],
)
def test_plain_values_are_what_json_can_say(value, expected):
    """Instants are UTC text, NaN is null, records are objects."""
    assert plain(value) == expected
    json.dumps(plain(value), allow_nan=False)


def test_values_are_never_markup():
    """A lead id in brackets is shown as it is, in facts and in tables."""
    assert "[red]x[/red]" in shown(facts([("lead", "[red]x[/red]")]))
    assert "[bold]y" in shown(grid(["lead"], [["[bold]y"]]))


def test_numbers_read_easily():
    """Thousands are set apart; probabilities have three decimals; absence is said."""
    text = shown(facts([("rows", 240_000), ("probability", 0.12345), ("champion", None)]))

    assert "240,000" in text
    assert "0.123" in text
    assert "none" in text


def test_a_path_longer_than_the_line_is_whole():
    """Somebody copies it; a file whose name ends in dots is nowhere."""
    path = "/very/long" * 20

    assert "".join(shown(facts([(path, "3 rows")]), width=60).split()).startswith("/very/long")
    assert "…" not in shown(facts([(path, "3 rows")]), width=60)


def test_a_narrow_terminal_loses_no_column_and_no_end_of_a_value():
    """Tables stay as wide as they must be; facts go on in the next line."""
    table = shown(grid(["as of", "by", "why"], [["2022-02-01", "gate", "w" * 90]]), width=60)
    told = shown(facts([("load", "l" * 10), ("source", "/data/" + "s" * 90)]), width=60)

    assert ["2022-02-01", "gate", "w" * 90] in [line.split() for line in table.splitlines()]
    assert told.count("s") == len("s" * 90) + "source".count("s")
    assert "…" not in table + told
