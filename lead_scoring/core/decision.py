"""Whether a challenger becomes champion. The core decides, the pipelines act."""

import math
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass

from lead_scoring.config.training import GateConfig
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.records import ModelVersion


@dataclass(frozen=True, slots=True)
class HeadToHead:
    """Challenger and champion on the same rows, which neither was fitted on.

    Attributes:
        challenger: Gate metric of the challenger, ``None`` if too few rows can be compared.
        champion: Gate metric of the champion, likewise.
        shortage: Why nothing was compared; empty if it was.
    """

    rows: int
    challenger: float | None
    champion: float | None
    shortage: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to promote, with every reason: those against, or else those in favour."""

    promote: bool
    reasons: tuple[str, ...]


def judge(
    challenger: ModelVersion,
    champion: ModelVersion | None,
    head_to_head: HeadToHead | None,
    gate: GateConfig,
    metric: Metric,
) -> Judgement:
    """Hold a challenger against every gate.

    Args:
        challenger: With its metrics on the test window and the baseline's of the gate.
        champion: The model that scores now; ``None`` if there is none.
        head_to_head: Both on the same rows; needed where there is a champion with another digest.
        gate: Limits. A figure that is missing or not finite passes none.
        metric: What is compared.

    Returns:
        All reasons; a challenger is promoted only if none speaks against it.
    """
    if champion is not None and champion.model_digest == challenger.model_digest:
        reason = f"same model: version {champion.version} has the same digest and is champion"
        return Judgement(promote=False, reasons=(reason,))
    checks = [*_finite(challenger.metrics), *_own_merit(challenger.metrics, gate, metric)]
    if champion is not None:
        checks += _against(champion, head_to_head, gate, metric)
    against = tuple(reason for passed, reason in checks if not passed)
    if against:
        return Judgement(promote=False, reasons=against)
    reasons = tuple(reason for _, reason in checks)
    if champion is None:
        reasons += ("there was no champion",)
    return Judgement(promote=True, reasons=reasons)


def _finite(metrics: Mapping[str, float]) -> Iterator[tuple[bool, str]]:
    broken = sorted(name for name, value in metrics.items() if not math.isfinite(value))
    if broken:
        yield False, f"metrics are not finite: {', '.join(broken)}"


def _own_merit(
    metrics: Mapping[str, float], gate: GateConfig, metric: Metric
) -> Iterator[tuple[bool, str]]:
    value = metrics.get(metric.name, math.nan)
    baseline = metrics.get(f"baseline_{metric.name}", math.nan)
    gain, least = metric.gain(value, baseline), gate.min_gain_over_baseline
    passed = gain > 0 and gain >= least
    said = "hardly" if gain > 0 else "no"
    words = "" if passed else f"the model is {said} better than guessing by the base rate: "
    figures = f"{metric.words} {value:.4f}, base rate {baseline:.4f}: {metric.say(gain)}"
    yield passed, f"{words}{figures} (at least {metric.say(least)})"
    error = metrics.get("calibration_error", math.nan)
    yield (
        error <= gate.max_calibration_error,
        f"calibration error {error:.4f} (at most {gate.max_calibration_error:.4f})",
    )


def _against(
    champion: ModelVersion, head_to_head: HeadToHead | None, gate: GateConfig, metric: Metric
) -> Iterator[tuple[bool, str]]:
    if head_to_head is None or head_to_head.challenger is None or head_to_head.champion is None:
        shortage = head_to_head.shortage if head_to_head else "nothing was compared"
        yield False, f"champion version {champion.version} is kept: {shortage}"
        return
    gain = metric.gain(head_to_head.challenger, head_to_head.champion)
    least = gate.min_gain_over_champion
    reason = (
        f"{metric.words} on the same {head_to_head.rows} rows {head_to_head.challenger:.4f},"
        f" champion version {champion.version} {head_to_head.champion:.4f}: {metric.say(gain)}"
        f" (more than 0 and at least {metric.say(least)})"
    )
    yield gain > 0 and gain >= least, reason
