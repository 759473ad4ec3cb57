"""What a person gives with a decision: why; and the instant it is decided for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from typing import Self

from lead_scoring.io import clock
from lead_scoring.tasks.resolving import resolve_run

LONGEST: Final = 2000
"""Characters of a reason, at most."""
_ASKED: Final = "Say why, in a sentence: it is kept with your name."


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as somebody typed it.

    Attributes:
        form: The form it was typed in, where a page has several.
        text: What was typed, without space around it.
        fault: What is wrong with it, in words; empty if nothing is.
    """

    form: str
    text: str
    fault: str

    @classmethod
    def of(cls, fields: Mapping[str, str], form: str) -> Self:
        """Read the field ``reason`` of a form."""
        text = fields.get("reason", "").strip()
        fault = "" if text else _ASKED
        if len(text) > LONGEST:
            fault = f"A reason has at most {LONGEST:,} characters, this one has {len(text):,}."
        return cls(form, text, fault)


def as_of_now(use_case: str) -> str:
    """Return the instant a decision is made for: the platform's or the use case's, else now."""
    chosen = resolve_run(use_case, run_after=clock.now().isoformat())
    return str(chosen["as_of"])
