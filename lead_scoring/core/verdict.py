"""The verdict of a drift check, and the sentence that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lead_scoring.config.drift import EffectsConfig
from lead_scoring.core.drift_records import ColumnDrift
from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY

MAX_NAMED: Final = 5
NO_CHAMPION: Final = "there is no champion yet, so there is nothing to compare with"
NO_REFERENCE: Final = (
    "the champion, version {version}, was trained by an earlier version of this program and has "
    "no reference to compare with: train again"
)
BLIND: Final = (
    "estimated from the champion's own probabilities, and blind to a change of what leads convert "
    "until outcomes arrive"
)
_METRICS: Final = {
    "roc_auc": "ROC AUC",
    "brier": "Brier score",
    "log_loss": "log loss",
    "mse": "MSE",
    "mae": "MAE",
}

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a verdict is made of.

    Attributes:
        rows: Leads that are newer than the reference.
        rows_reference: Leads of the reference.
        least: So many are needed on either side to compare.
        created: Event times of the oldest and the newest of them; ``None`` without.
        faults: What looks broken, and nobody accepted.
        columns: How each column compares.
        performance: Realised and estimated, as far as each could be judged.
        mature_created: As ``created``, of those with a known outcome.
        shortage: Why outcomes cannot judge; empty if they can.
    """

    rows: int
    rows_reference: int
    least: int
    created: Span | None
    faults: tuple[str, ...]
    columns: tuple[ColumnDrift, ...]
    performance: tuple[Performance, ...]
    mature_created: Span | None
    shortage: str


def judge(found: Findings, effects: EffectsConfig) -> tuple[Verdict, str]:
    """Give the verdict on new leads that have a reference to be compared with.

    Faults come first, as nothing else can be believed then. What outcomes say outranks columns
    and estimates: leads that convert otherwise are harmful although no column drifted.

    Args:
        found: What was found.
        effects: How large a change of a column must be to be worth naming.

    Returns:
        The verdict, and why, in words; what is done about it is the governor's to say.
    """
    realised, estimated = _by(Evidence.REALISED, found), _by(Evidence.ESTIMATED, found)
    drifted = [column for column in found.columns if column.drifted]
    moved = _drift(drifted, found, effects)
    if found.faults:
        return Verdict.DATA_FAULT, _listed(found.faults, "; ")
    if realised is not None and realised.worse:
        return Verdict.HARMFUL_DRIFT, f"{_harm(realised, found.mature_created)}; {moved}"
    if min(found.rows, found.rows_reference) < found.least:
        return Verdict.NOT_ENOUGH_DATA, _too_few(found, realised)
    if not drifted:
        return Verdict.STABLE, f"{moved}; {_standing(realised, estimated, found.shortage)}"
    if realised is None and estimated is not None and estimated.worse:
        return Verdict.HARMFUL_DRIFT, f"{moved}; {_expected_harm(estimated, found.shortage)}"
    return Verdict.VIRTUAL_DRIFT, f"{moved}; {_standing(realised, estimated, found.shortage)}"


def _by(evidence: Evidence, found: Findings) -> Performance | None:
    return next((one for one in found.performance if one.evidence is evidence), None)


def _harm(one: Performance, created: Span | None) -> str:
    return (
        f"leads{_when(created)} convert otherwise than the champion promises: {_gap(one)}, "
        f"{one.excess:.3f} worse (limit {one.limit:.3f}, {one.rows:,} outcomes)"
    )


def _expected_harm(one: Performance, shortage: str) -> str:
    return (
        f"for such leads a {_name(one)} of {one.value:.3f} is to be expected, {one.excess:.3f} "
        f"worse than on the reference (limit {one.limit:.3f}, {one.rows:,} leads); this is {BLIND}"
        f" ({shortage})"
    )


def _standing(realised: Performance | None, estimated: Performance | None, shortage: str) -> str:
    """Say how the champion does where it does well enough, or is not known to do badly."""
    if realised is not None:
        return (
            f"the champion keeps what it promises: {_gap(realised)}, {_side(realised)} and within "
            f"the band of {realised.limit:.3f} ({realised.rows:,} outcomes)"
        )
    if estimated is None:
        return f"how the champion does cannot be told: {shortage}"
    return (
        f"the champion's {_name(estimated)} is expected at {estimated.value:.3f}, "
        f"{_beside(estimated)} ({estimated.rows:,} leads); this is {BLIND} ({shortage})"
    )


def _beside(one: Performance) -> str:
    beyond = "beyond" if one.worse else "within"
    return f"{_side(one)} than on the reference and {beyond} the band of {one.limit:.3f}"


def _side(one: Performance) -> str:
    return f"{abs(one.excess):.3f} {'worse' if one.excess > 0 else 'better'}"


def _gap(one: Performance) -> str:
    return f"{_name(one)} {one.value:.3f} where {one.promised:.3f} was promised for them"


def _name(one: Performance) -> str:
    return _METRICS[one.metric]


def _too_few(found: Findings, realised: Performance | None) -> str:
    standing = "" if realised is None else f"; {_standing(realised, None, found.shortage)}"
    return (
        f"{_leads(found)} newer than the champion's reference of {found.rows_reference:,}, at "
        f"least {found.least:,} on either side are needed to compare{standing}"
    )


def _leads(found: Findings) -> str:
    count = "1 lead is" if found.rows == 1 else f"{found.rows:,} leads are"
    return "no lead is" if not found.rows else count


def _drift(drifted: Sequence[ColumnDrift], found: Findings, effects: EffectsConfig) -> str:
    """Say which columns drifted, the one that moved farthest first."""
    where = f"in {found.rows:,} leads{_when(found.created)}"
    if not drifted:
        return f"none of {len(found.columns)} columns drifted {where}"
    worst = sorted(drifted, key=lambda column: (-_distance(column), column.column))
    texts = [_column(column, effects) for column in worst]
    return f"{_listed(texts, ', ')} drifted {where}"


def _column(one: ColumnDrift, effects: EffectsConfig) -> str:
    sizes = []
    if one.mean_shift is not None and abs(one.mean_shift) >= effects.mean_shift:
        sizes.append(f"mean {one.mean_shift:+.2f} SD")
    elif one.psi >= effects.psi or not _missing_moved(one) >= effects.missing:
        sizes.append(f"PSI {one.psi:.2f}")
    if _missing_moved(one) >= effects.missing:
        sizes.append(f"missing {one.missing_current:.0%} instead of {one.missing_reference:.0%}")
    name = "what the champion promises" if one.column in {PROBABILITY, PREDICTION} else one.column
    return f"{name} ({', '.join(sizes)})"


def _distance(one: ColumnDrift) -> float:
    return max(one.psi, abs(one.mean_shift or 0.0), _missing_moved(one))


def _missing_moved(one: ColumnDrift) -> float:
    return abs(one.missing_current - one.missing_reference)


def _listed(texts: Sequence[str], between: str) -> str:
    more = len(texts) - MAX_NAMED
    named = [*texts[:MAX_NAMED], f"and {more} more"] if more > 0 else texts
    return between.join(named)


def _when(created: Span | None) -> str:
    if created is None:
        return ""
    first, last = (f"{moment:%Y-%m-%d}" for moment in created)
    return f" created on {first}" if first == last else f" created {first} to {last}"
