"""What a model does not know, as sentences that follow from the evidence."""

from collections.abc import Iterator
from typing import Final

from lead_scoring.core.evidence.evidence import Evidence
from lead_scoring.core.words import percent

RARE: Final = 0.1
FEW: Final = 100
SHORT_DAYS: Final = 14
MOVED: Final = 0.05
_SHOWN: Final = 5
_NOT_CAUSAL: Final = (
    "It says who is likely, not why: a column it uses is no cause, and changing it need not change"
    " the outcome."
)
_ONLY_SEEN: Final = (
    "It has seen only leads of this source with a known outcome; a new campaign, price or market"
    " is new to it. Drift checks say when the leads or the outcome change."
)


def limits(evidence: Evidence) -> tuple[str, ...]:
    """Return what to keep in mind, the general before the particular."""
    return (
        _NOT_CAUSAL,
        _ONLY_SEEN,
        *_outcomes(evidence),
        *_time(evidence),
        *_columns(evidence),
        *_broken(evidence),
    )


def _outcomes(evidence: Evidence) -> Iterator[str]:
    groups = evidence.fitted.groups
    total = sum(groups.values())
    rare = {name: rows for name, rows in groups.items() if rows < RARE * total}
    for name, rows in rare.items():
        yield (
            f"Rare: {name} is {percent(rows / total)} of the leads it was fitted on ({rows:,}), so"
            " it knows little about it."
        )
    wanted = int(evidence.reading.wanted.sum())
    if wanted < FEW:
        yield (
            f"Only {wanted} {evidence.reading.wins} are in the test window: the figures are"
            " uncertain."
        )
    before, now = evidence.fitted.signal, evidence.tested.signal
    if evidence.reading.is_share and abs(before - now) > MOVED:
        yield (
            f"The {evidence.signal} was {percent(before)} in the leads it was fitted on and"
            f" {percent(now)} in the test window."
        )


def _time(evidence: Evidence) -> Iterator[str]:
    begins, ends = evidence.tested.begins, evidence.tested.ends
    if begins is None or ends is None:
        yield "The source has no event times: nothing is known about how the model ages."
        return
    days = (ends - begins).total_seconds() / 86_400
    if days < SHORT_DAYS:
        yield (
            f"The test window is {days:.1f} days long: what changes from week to week or with the"
            " season was not seen."
        )


def _columns(evidence: Evidence) -> Iterator[str]:
    if evidence.sparse:
        yield (
            f"{len(evidence.sparse)} of {evidence.columns_read} columns it reads have no value in"
            f" more than half of the rows: {_listed(evidence.sparse)}."
        )
    if evidence.late:
        yield f"Known only with the outcome and so not read: {_listed(evidence.late)}."


def _broken(evidence: Evidence) -> Iterator[str]:
    broken = sorted(
        (one for one in evidence.slices if not one.keeps_promise),
        key=lambda one: -abs(one.bin.promised - one.bin.happened) * one.bin.rows,
    )
    if broken:
        parts = [
            f"{one.column} = {one.level} ({'promises too much' if gap > 0 else 'too little'})"
            for one in broken[:_SHOWN]
            if (gap := one.bin.promised - one.bin.happened)
        ]
        more = f" and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
        yield f"Promises are not kept for {', '.join(parts)}{more}."


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
