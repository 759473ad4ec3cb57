"""What a challenger changes, and why it waits for approval, in Markdown for people."""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from lead_scoring.core.churn import Churn
from lead_scoring.core.plain import instant
from lead_scoring.core.records import Decision
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.schema import GRADES

_MARKUP: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|#"})
MAX_METRICS: Final = 30


def describe_churn(churn: Churn) -> str:
    """Return a churn report in Markdown: shares, grades before and after, largest movers."""
    scene = churn.scene
    if not churn.compared:
        where = f"{scene.load_id} has none" if scene.load_id else "nothing was loaded"
        return f"No open lead was compared at {instant(scene.as_of)}: {where}.\n"
    sample = f", a sample of {churn.open_leads:,}" if churn.sampled else ""
    rows = [
        ("open leads compared", f"{churn.compared:,}{sample}"),
        ("change grade", f"{churn.grade_changes:,} ({churn.grade_share:.1%})"),
        (f"leave the top {churn.top:,}", f"{churn.top_leavers:,} ({churn.top_share:.1%})"),
    ]
    movers = [
        (_plain(one.lead_id), f"{one.grade_before} → {one.grade_after}",
         f"{one.place_before:,} → {one.place_after:,}")
        for one in churn.movers
    ]  # fmt: skip
    versions = f"champion version {scene.champion} beside version {scene.challenger}"
    parts = [
        f"Open leads of {scene.load_id} as of {instant(scene.as_of)}: {versions}.",
        _table(("", ""), rows),
        _table(("grade now ↓ then →", *GRADES), _matrix(churn)),
    ]
    if movers:
        parts += ["Largest movers:", _table(("lead", "grade", "place"), movers)]
    return "\n\n".join(parts) + "\n"


def describe_evidence(
    hold: Decision,
    challenger: ModelVersion,
    champion: ModelVersion | None,
    *,
    churn: Churn | None,
    timeout: timedelta,
    page: str,
) -> str:
    """Return what a person needs to approve or reject a version, in Markdown.

    Args:
        hold: The decision that waits for an answer.
        challenger: The version it is about.
        champion: The version that scores now.
        churn: What would change, if there is a champion.
        timeout: Time to answer.
        page: Where more is known: an address, or the id of the run.
    """
    name, version = hold.use_case, challenger.version
    asked = (
        f"**Version {version}** ({challenger.family}) passed every gate and waits for a person."
        f" Approved, it becomes champion; rejected, or unanswered for {_words(timeout)},"
        " the champion stays."
    )
    parts = [
        asked,
        "\n".join(f"- {_plain(reason)}" for reason in hold.reasons),
    ]
    if churn is not None:
        parts.append(describe_churn(churn).rstrip())
    parts += [
        _table(*_metrics(challenger, champion)),
        f"More: {page}",
        f"Without Airflow: `lead-scoring approve {name} {version} --by … --reason …` or `reject`.",
    ]
    return "\n\n".join(parts) + "\n"


def _metrics(
    challenger: ModelVersion, champion: ModelVersion | None
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    old: Mapping[str, float] = champion.metrics if champion else {}
    rows = [
        (name, _figure(value), _figure(old[name]) if name in old else "n/a")
        for name, value in sorted(challenger.metrics.items())
    ][:MAX_METRICS]
    now = f"version {champion.version}, its own window" if champion else "no champion"
    return ("on its test window", f"version {challenger.version}", now), rows


def _matrix(churn: Churn) -> list[tuple[str, ...]]:
    found = {(one.before, one.after): one.leads for one in churn.transitions}
    return [
        (f"**{before}**", *(f"{found.get((before, after), 0):,}" for after in GRADES))
        for before in GRADES
    ]


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _figure(value: float) -> str:
    """Return a count as one, and anything else with four decimals."""
    return f"{value:,.0f}" if value > 1 and float(value).is_integer() else f"{value:.4f}"


def _plain(text: str) -> str:
    """Return text that Markdown leaves as it is."""
    return text.translate(_MARKUP)


def _words(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    for size, word in ((1440, "day"), (60, "hour")):
        if minutes % size == 0:
            count = minutes // size
            return f"{count} {word}{'s' if count > 1 else ''}"
    return f"{minutes} minutes"
