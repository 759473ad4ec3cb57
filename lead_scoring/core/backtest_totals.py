"""Policies beside each other: means over windows, regret, gain, and how sure they are."""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.backtest import Backtest
from lead_scoring.core.backtest import Estimate
from lead_scoring.core.backtest import Step
from lead_scoring.core.backtest import Totals
from lead_scoring.core.backtest import Window
from lead_scoring.core.policies import PolicyKind
from lead_scoring.core.resampling import METRICS
from lead_scoring.core.resampling import interval
from lead_scoring.core.resampling import observed
from lead_scoring.core.resampling import paired_draws
from lead_scoring.core.schema import LEAD_ID

FloatArray = npt.NDArray[np.float64]

NEVER: Final = PolicyKind.NEVER.value
ALWAYS: Final = PolicyKind.ALWAYS.value
DRAWS: Final = 300
_WINDOW_DRAWS: Final = 2000
_AUC: Final = METRICS.index("roc_auc")
_LOSSES: Final = frozenset({"brier", "log_loss"})


def summarise(
    steps: Mapping[str, Sequence[Step]],
    leads: Mapping[str, Sequence[pd.DataFrame]],
    *,
    use_case: str,
    every: timedelta,
    seed: int,
    draws: int = DRAWS,
) -> Backtest:
    """Put policies beside each other.

    Args:
        steps: By policy, one per instant, oldest first.
        leads: By policy, one frame per instant but the first: the window's leads as they were
            scored, see `lead_scoring.core.resampling.Judged`; without rows where none were.
        use_case: Name of the use case.
        every: Time between two instants.
        seed: Of the draws for the intervals.
        draws: How many.
    """
    policies = tuple(steps)
    paired = [_same_leads([leads[name][place] for name in policies]) for place in _places(leads)]
    values = np.array([[observed(frame) for frame in window] for window in paired])
    kept = [
        place for place, window in enumerate(values) if window.size and np.isfinite(window).all()
    ]
    drawn = [paired_draws(paired[place], draws, [seed, place]) for place in kept]
    sampled = np.stack(drawn) if drawn else np.full((1, len(policies), 1, len(METRICS)), np.nan)
    seen = values[kept] if kept else np.full((1, len(policies), len(METRICS)), np.nan)
    sums = _Sums(policies, seen, sampled, seed)
    first = next(iter(steps.values()))
    return Backtest(
        use_case=use_case,
        start=first[0].as_of,
        end=first[-1].as_of,
        every=every,
        windows={name: _windows(steps[name], leads[name]) for name in policies},
        compared=len(kept),
        totals=tuple(_totals(name, steps[name], sums) for name in policies),
        gains=sums.gains,
    )


class _Sums:
    """Means over windows and their spread.

    Args:
        policies: Names.
        seen: Metrics, shape (n_windows, n_policies, 4).
        drawn: The same for draws of leads, shape (n_windows, n_policies, n_draws, 4).
        seed: Of the draws of windows.
    """

    def __init__(
        self, policies: Sequence[str], seen: FloatArray, drawn: FloatArray, seed: int
    ) -> None:
        count = len(seen)
        picks = np.random.default_rng([seed, count]).integers(count, size=(_WINDOW_DRAWS, count))
        self._policies = list(policies)
        self._means = seen.mean(axis=0)
        self._leads = drawn.mean(axis=0)
        self._windows = seen[picks].mean(axis=1).transpose(1, 0, 2)

    @property
    def gains(self) -> bool | None:
        """Whether always beats never by more than chance among leads."""
        gain = self.difference(ALWAYS, NEVER)
        return None if gain is None else bool(gain.leads[0] > 0)

    def mean(self, policy: str, metric: int) -> Estimate:
        """Return one metric of one policy."""
        place = self._policies.index(policy)
        return Estimate(
            float(self._means[place, metric]),
            interval(self._leads[place, :, metric]),
            interval(self._windows[place, :, metric]),
        )

    def difference(self, policy: str, other: str) -> Estimate | None:
        """Return by how much the ROC AUC of a policy is greater; ``None`` if one did not run."""
        parts = self._gaps(policy, other)
        if parts is None:
            return None
        value, leads, windows = parts
        return Estimate(float(value), interval(leads), interval(windows))

    def shares(self, policy: str) -> Mapping[str, Estimate]:
        """Return the share of the gain of always over never that a policy keeps, per metric."""
        found = {}
        for place, metric in enumerate(METRICS):
            own, whole = self._gaps(policy, NEVER, place), self._gaps(ALWAYS, NEVER, place)
            if own is None or whole is None or not _is_gain(metric, whole[1]):
                continue
            found[metric] = Estimate(
                float(own[0] / whole[0]),
                interval(_ratios(own[1], whole[1])),
                interval(_ratios(own[2], whole[2])),
            )
        return found

    def _gaps(
        self, policy: str, other: str, metric: int = _AUC
    ) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        if policy not in self._policies or other not in self._policies:
            return None
        one, two = self._policies.index(policy), self._policies.index(other)
        return (
            np.asarray(self._means[one, metric] - self._means[two, metric]),
            self._leads[one, :, metric] - self._leads[two, :, metric],
            self._windows[one, :, metric] - self._windows[two, :, metric],
        )


def _ratios(parts: FloatArray, wholes: FloatArray) -> FloatArray:
    """Return parts of wholes; a draw without a gain has no share and is left out."""
    there = wholes != 0
    return np.asarray(parts[there] / wholes[there])


def _is_gain(metric: str, leads: FloatArray) -> bool:
    """Return whether a difference is for the better, by more than chance among leads."""
    low, high = interval(leads)
    return high < 0 if metric in _LOSSES else low > 0


def _totals(policy: str, steps: Sequence[Step], sums: _Sums) -> Totals:
    later = steps[1:]
    return Totals(
        policy=policy,
        trainings=sum(step.trained is not None for step in later),
        promotions=sum(step.promoted for step in later),
        metrics={name: sums.mean(policy, place) for place, name in enumerate(METRICS)},
        regret=sums.difference(ALWAYS, policy),
        gain=sums.difference(policy, NEVER),
        shares=sums.shares(policy),
    )


def _windows(steps: Sequence[Step], leads: Sequence[pd.DataFrame]) -> tuple[Window, ...]:
    return tuple(
        Window(
            before.as_of,
            step,
            dict(zip(METRICS, map(float, observed(frame)), strict=True)),
        )
        for before, step, frame in zip(steps[:-1], steps[1:], leads, strict=True)
    )


def _places(leads: Mapping[str, Sequence[pd.DataFrame]]) -> range:
    return range(len(next(iter(leads.values()))))


def _same_leads(frames: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Return the leads that all frames have, in the same order."""
    common = set.intersection(*(set(frame[LEAD_ID]) for frame in frames))
    return [
        frame[frame[LEAD_ID].isin(common)].sort_values(LEAD_ID, ignore_index=True)
        for frame in frames
    ]
