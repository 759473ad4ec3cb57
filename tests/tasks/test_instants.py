"""Instants are read the same wherever they come from."""

from datetime import UTC
from datetime import datetime

import pytest

from lead_scoring.errors import ConfigError
from lead_scoring.tasks.instants import as_text
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.instants import parse_optional

MIDNIGHT = datetime(2022, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2022-02-01", id="date"),
        pytest.param("2022-02-01T00:00:00", id="naive"),
        pytest.param(" 2022-02-01T00:00:00Z ", id="zulu"),
        pytest.param("2022-02-01T05:30:00+05:30", id="offset"),
        pytest.param(MIDNIGHT, id="instant"),
    ],
)
def test_every_spelling_is_utc(text):
    """A date is its midnight, and what names no offset is UTC."""
    assert parse(text) == MIDNIGHT


@pytest.mark.parametrize("text", ["soon", "2022-13-01", "1643673600"])
def test_what_is_no_instant_is_refused_by_name(text):
    """The error names the value, its field and a way to write it."""
    with pytest.raises(ConfigError, match=r"window_from: .*is no instant; write 2022-02-01"):
        parse(text, "window_from")


def test_absence_stays_absence():
    """Nothing given is None in both directions; empty text counts as nothing."""
    assert parse_optional(None, "as_of") is None
    assert parse_optional("", "as_of") is None
    assert as_text(None) is None
    assert as_text(MIDNIGHT) == "2022-02-01T00:00:00+00:00"
