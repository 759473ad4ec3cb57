"""Whether a challenger becomes champion. The core decides, the pipelines act."""

import math
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lead_scoring.config.gate import GateConfig
from lead_scoring.core.bootstrap import Gain
from lead_scoring.core.comparison import Comparison
from lead_scoring.core.explanation import EXPLANATION_GAP
from lead_scoring.core.explanation import MAX_GAP
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.records import ModelVersion

_NAMED: Final = 5
"""Slices a reason names at most."""

Check = tuple[bool, str]
"""Whether a gate is passed, and the reason in words."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to promote, with every reason: those against, or else those in favour."""

    promote: bool
    reasons: tuple[str, ...]


def judge(
    challenger: ModelVersion,
    champion: ModelVersion | None,
    comparison: Comparison | None,
    gate: GateConfig,
    metric: Metric,
    *,
    reasons_required: bool = False,
) -> Judgement:
    """Hold a challenger against every gate.

    Args:
        challenger: With its metrics on the test window and its gain over the baseline there, see
            `lead_scoring.core.training.Trained`.
        champion: The model that scores now; ``None`` if there is none.
        comparison: Both on the same rows; needed where there is a champion with another digest.
        gate: Limits. A figure that is missing or not finite passes none.
        metric: What is compared.
        reasons_required: Whether a model has to explain its scores exactly.

    Returns:
        All reasons; a challenger is promoted only if none speaks against it.
    """
    if champion is not None and champion.model_digest == challenger.model_digest:
        reason = f"same model: version {champion.version} has the same digest and is champion"
        return Judgement(promote=False, reasons=(reason,))
    checks = [*_finite(challenger.metrics), *_own_merit(challenger.metrics, gate, metric)]
    if reasons_required:
        checks.append(_explains(challenger))
    if champion is not None:
        checks += _against(champion, comparison, gate, metric)
    against = tuple(reason for passed, reason in checks if not passed)
    if against:
        return Judgement(promote=False, reasons=against)
    reasons = tuple(reason for _, reason in checks)
    if champion is None:
        reasons += ("there was no champion",)
    return Judgement(promote=True, reasons=reasons)


def _finite(metrics: Mapping[str, float]) -> Iterator[Check]:
    broken = sorted(name for name, value in metrics.items() if not math.isfinite(value))
    if broken:
        yield False, f"metrics are not finite: {', '.join(broken)}"


def _own_merit(metrics: Mapping[str, float], gate: GateConfig, metric: Metric) -> Iterator[Check]:
    value = metrics.get(metric.name, math.nan)
    baseline = metrics.get(f"baseline_{metric.name}", math.nan)
    low = metrics.get("gain_over_baseline_low", math.nan)
    high = metrics.get("gain_over_baseline_high", math.nan)
    gain, least = metric.gain(value, baseline), gate.min_gain_over_baseline
    passed = gain >= least and low > 0
    figures = (
        f"{metric.words} {value:.4f}, by the {metric.baseline} {baseline:.4f}: {metric.say(gain)}"
        f" (95 % interval {metric.amount(low)} to {metric.amount(high)};"
        f" at least {metric.amount(least)}, beyond chance)"
    )
    yield passed, figures if passed else f"{_unskilled(gain, least, metric.baseline)}: {figures}"
    error = metrics.get("calibration_error", math.nan)
    yield (
        error <= gate.max_calibration_error,
        f"calibration error {error:.4f} (at most {gate.max_calibration_error:.4f})",
    )


def _explains(challenger: ModelVersion) -> Check:
    found = challenger.metrics.get(EXPLANATION_GAP, math.nan)
    if found <= MAX_GAP:
        return (
            True,
            f"scores are explained exactly (reasons add up to the margin, {found:.0e} off)",
        )
    off = "it was never measured" if math.isnan(found) else f"they are {found:.3g} off"
    return False, (
        f"reasons are required (inference.reasons.required), and those of {challenger.family} do"
        f" not add up to its margins: {off}, at most {MAX_GAP:.0e} is allowed"
    )


def _unskilled(gain: float, least: float, guess: str) -> str:
    if gain >= least and gain > 0:
        return f"chance alone may make the model better than guessing by the {guess}"
    said = "hardly" if gain > 0 else "no"
    return f"the model is {said} better than guessing by the {guess}"


def _against(
    champion: ModelVersion, comparison: Comparison | None, gate: GateConfig, metric: Metric
) -> Iterator[Check]:
    kept = f"champion version {champion.version} is kept"
    if comparison is None or comparison.gain is None:
        yield False, f"{kept}: {comparison.shortage if comparison else 'nothing was compared'}"
        return
    yield _gains(comparison.gain, champion, gate.min_gain_over_champion, metric)
    if comparison.calibration is not None:
        yield _stays_calibrated(comparison.calibration, gate.max_calibration_loss)
    if gate.slices:
        yield from _keeps_slices(comparison, gate, metric)


def _gains(gain: Gain, champion: ModelVersion, least: float, metric: Metric) -> Check:
    figures = (
        f"gain in {metric.words} {_shown(gain, metric)} over champion version {champion.version}"
        f" on {gain.rows:,} leads neither was fitted on ({gain.new:.4f} against {gain.old:.4f})"
    )
    if gain.sure and gain.value >= least:
        return True, figures
    if gain.value >= least and gain.value > 0:
        why = "which may be chance"
    elif gain.value > 0:
        why = f"less than the {metric.amount(least)} asked for"
    else:
        why = "which is none"
    return False, f"champion version {champion.version} is kept: {figures}, {why}"


def _stays_calibrated(saved: Gain, tolerance: float) -> Check:
    figures = (
        f"calibration error {saved.new:.4f} against the champion's {saved.old:.4f} on the same"
        f" leads (may rise by {tolerance:.4f}, and by chance)"
    )
    passed = saved.value >= -tolerance or not saved.surely_lost
    passed = passed and math.isfinite(saved.value)
    return passed, figures if passed else f"calibration is worse than the champion's: {figures}"


def _keeps_slices(comparison: Comparison, gate: GateConfig, metric: Metric) -> Iterator[Check]:
    fallen = [
        (name, gain)
        for name, gain in comparison.slices
        if gain.surely_lost and gain.value < -gate.max_slice_loss
    ]
    for name, gain in fallen:
        yield (
            False,
            (
                f"{metric.words} falls where {name}: {_shown(gain, metric)} on {gain.rows:,} leads"
                f" ({gain.new:.4f} against the champion's {gain.old:.4f}; may fall by"
                f" {metric.amount(gate.max_slice_loss).lstrip('+')}, and by chance)"
            ),
        )
    if not fallen:
        yield True, _slices_kept(comparison, metric)


def _slices_kept(comparison: Comparison, metric: Metric) -> str:
    said = "no slice was large enough to be judged"
    if comparison.slices:
        name, least = min(comparison.slices, key=lambda one: one[1].value)
        said = (
            f"{len(comparison.slices)} slice{'s' * (len(comparison.slices) > 1)} judged and none"
            f" falls: the least gain is {metric.say(least.value)}"
            f" where {name} ({least.rows:,} leads)"
        )
    return f"{said}{_unjudged(comparison.unjudged, 'too small to judge')}"


def _unjudged(small: Sequence[tuple[str, int]], why: str) -> str:
    if not small:
        return ""
    named = ", ".join(f"{name} ({rows:,})" for name, rows in small[:_NAMED])
    more = f" and {len(small) - _NAMED} more" if len(small) > _NAMED else ""
    return f"; {why}: {named}{more}"


def _shown(gain: Gain, metric: Metric) -> str:
    return (
        f"{metric.say(gain.value)} ({100 * gain.confidence:.4g} % interval"
        f" {metric.amount(gain.low)} to {metric.amount(gain.high)})"
    )
