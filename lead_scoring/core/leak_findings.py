"""What the leakage check found, and how it is said."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_SHOWN: Final = 5
MAX_NAMES: Final = 5
_WAY_OUT: Final = (
    "Drop the column from features and preparation (known: outcome in the contract keeps it out),"
    " or, if its value is there before the outcome, allow it with a reason under"
    " training.leakage.allow; columns found together need a reason each"
)


class LeakKind(StrEnum):
    """What a finding rests on."""

    CANDIDATE = "candidate"
    COLUMN = "column"
    PRESENCE = "presence"
    IDENTIFIER = "identifier"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that gives the outcome away.

    Attributes:
        kind: What it rests on.
        columns: Columns or features that do it together, the most important first.
        evidence: Figures and limit, in words.
        reason: Why it is allowed; empty if it is not.
        blocks: Whether a model with it may not be registered.
    """

    kind: LeakKind
    columns: tuple[str, ...]
    evidence: str
    reason: str = ""
    blocks: bool = True

    def __str__(self) -> str:
        """Return columns and evidence."""
        return f"{listed(self.columns)}: {self.evidence}"


def listed(names: Sequence[str]) -> str:
    """Return names joined, the first few if they are many.

    >>> listed(["a", "b"])
    'a + b'
    """
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return " + ".join(names[:MAX_NAMES]) + more


def refusal(findings: Sequence[Finding]) -> str:
    """Return why a model is not registered and the way out; empty if nothing blocks."""
    blocking = [finding for finding in findings if finding.blocks]
    if not blocking:
        return ""
    return (
        "the outcome is given away before it is known; nothing was registered; the champion"
        f" stays.\n{_lines(blocking)}\n{_WAY_OUT}:\n{allowance(blocking)}"
    )


def allowance(findings: Sequence[Finding]) -> str:
    """Return the lines of a config that allow the columns of findings, but for the reasons."""
    names = dict.fromkeys(name for finding in findings for name in finding.columns)
    lines = ["training:", "  leakage:", "    allow:"]
    for name in names:
        lines.append(f"      - column: {json.dumps(name, ensure_ascii=False)}")
        lines.append('        reason: "why it is known before the outcome"')
    return "\n".join(lines)


def describe_findings(findings: Sequence[Finding]) -> str:
    """Return a paragraph in Markdown on a check that let the model pass."""
    allowed = [finding for finding in findings if finding.reason]
    warnings = [finding for finding in findings if not finding.reason and not finding.blocks]
    parts = [
        "**Leakage check**: nothing blocks." if findings else "**Leakage check**: no finding."
    ]
    if allowed:
        parts.append(f"Allowed by the config:\n\n{_lines(allowed)}")
    if warnings:
        parts.append(f"Not read by the model, but worth knowing:\n\n{_lines(warnings)}")
    return "\n\n".join(parts) + "\n"


def _lines(findings: Sequence[Finding]) -> str:
    lines = [
        f"- {finding}" + (f". Reason: {finding.reason:.200}" if finding.reason else "")
        for finding in findings[:MAX_SHOWN]
    ]
    if len(findings) > MAX_SHOWN:
        lines.append(f"- and {len(findings) - MAX_SHOWN} more")
    return "\n".join(lines)
