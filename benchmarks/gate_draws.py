"""Challengers and champions trained on made-up leads: who is promoted over whom."""

import sys
from collections.abc import Callable
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.gate_world import BOOSTED
from benchmarks.gate_world import LINEAR
from benchmarks.gate_world import draw_leads
from benchmarks.gate_world import use_case
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.bootstrap import Draws
from lead_scoring.core.bootstrap import paired_gain
from lead_scoring.core.bootstrap import training_luck
from lead_scoring.core.candidates.families import configured
from lead_scoring.core.comparison import compare_models
from lead_scoring.core.fitting import fit_calibrated
from lead_scoring.core.fitting import pick
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.profile import Profile
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.scoring import score_leads
from lead_scoring.core.split import Split
from lead_scoring.core.split import split_leads

SEED: Final = 20
TEST_SHARE: Final = 0.15
RECIPES: Final = {
    "logistic regression": LINEAR,
    "LightGBM": BOOSTED,
    "both, the better one": {**LINEAR, **BOOSTED},
}
TWINS: Final = (
    ("logistic regression", 1_000),
    ("logistic regression", 6_000),
    ("LightGBM", 3_000),
    ("both, the better one", 3_000),
)
"""Recipe and leads that either model is fitted and judged on."""
POWER_ROWS: Final = (1_000, 6_000, 20_000)
TURNS: Final = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8)
"""By how much the rule has turned since the champion learned it, in radians."""
FITTED: Final = 40_000
POOL: Final = 200_000
_NEARLY_ALL: Final = 0.95
_POWER_DRAWS: Final = 500


@dataclass(frozen=True, slots=True)
class Twins:
    """Decisions on a challenger whose champion is the same recipe on other leads like its own.

    Attributes:
        recipe: What either was trained by.
        leads: Mature leads of either training, those to judge on included.
        decisions: How many were made.
        promoted: How many found a gain beyond chance. The other gates can only refuse some.
        ahead: How many had a gain at all, sure or not: what a gate without intervals promotes.
        unwidened: How many would be sure were the luck of the training left out.
    """

    recipe: str
    leads: int
    decisions: int
    promoted: int
    ahead: int
    unwidened: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share promoted, after C. J. Clopper and E. S. Pearson."""
        limits = stats.binomtest(self.promoted, self.decisions).proportion_ci(0.95, "exact")
        return float(limits.low), float(limits.high)


@dataclass(frozen=True, slots=True)
class Power:
    """How often a challenger that is better for real is promoted.

    Attributes:
        rows: Leads both are compared on.
        gain: True gain in ROC AUC, on 200,000 leads.
        decisions: How many comparisons were made.
        sure: How many found the gain beyond chance.
    """

    rows: int
    gain: float
    decisions: int
    sure: int

    @property
    def share(self) -> float:
        """Share of the comparisons that found it."""
        return self.sure / self.decisions


def twins(
    repeats: int, cases: Sequence[tuple[str, int]] = TWINS, processes: int = 1
) -> tuple[Twins, ...]:
    """Promote models over others trained on independent draws of the same population."""
    return tuple(
        _tallied(recipe, leads, _map(partial(_decide, recipe, leads), repeats, processes))
        for recipe, leads in cases
    )


def power(
    repeats: int, rows: Sequence[int] = POWER_ROWS, turns: Sequence[float] = TURNS
) -> tuple[Power, ...]:
    """Compare a model that learned the rule of today with one that learned it before it turned.

    For each number of rows the rule turns further until nearly every gain is found.
    """
    _, champion = _learned(0.0, 0)
    found: dict[int, list[Power]] = {size: [] for size in rows}
    for number, turned in enumerate(turns, start=1):
        sizes = [size for size in rows if not found[size] or found[size][-1].share < _NEARLY_ALL]
        if not sizes:
            break
        pool = draw_leads(POOL, np.random.default_rng([SEED, number]), turned)
        case, challenger = _learned(turned, number)
        scores = [score_leads(one, pool, case.scoring) for one in (challenger, champion)]
        for size in sizes:
            found[size].append(_found(case, pool, scores, size, repeats))
            _tell(f"{found[size][-1]}\n")
    return tuple(one for size in rows for one in found[size])


def gain_found(points: Sequence[Power], share: float) -> float:
    """Return the true gain that is found so often, between the measured ones; NaN if none is."""
    gains = np.array([one.gain for one in points])
    shares = np.maximum.accumulate([one.share for one in points])
    if not len(points) or shares[-1] < share:
        return float("nan")
    return float(np.interp(share, [0.0, *shares], [0.0, *gains]))


def _decide(recipe: str, leads: int, number: int) -> tuple[bool, bool, bool]:
    case = use_case(RECIPES[recipe], test_share=TEST_SHARE, min_positives=20, min_negatives=20)
    champion, challenger = (
        split_leads(
            draw_leads(leads, np.random.default_rng([SEED, leads, number, side])), TEST_SHARE, SEED
        )
        for side in (0, 1)
    )
    found = compare_models(
        case,
        challenger.test,
        _fitted(case, challenger),
        _fitted(case, champion),
        fitted=len(champion.fit),
        seed=[number],
    )
    gain = found.gain
    if gain is None:
        return False, False, False
    unwidened = gain.value - (gain.value - gain.low) / training_luck(gain.rows, len(champion.fit))
    return gain.sure, gain.value > 0, unwidened > 0


def _fitted(case: UseCase, split: Split) -> ScoringModel:
    """Fit every family, take the best out of fold: what a training does, without its reports."""
    families = dict(configured(case.training.candidates, case.task))
    candidates = {name: fit_calibrated(case, one, split) for name, one in families.items()}
    best = candidates[pick(candidates, list(candidates))]
    return ScoringModel(
        best.preparation, best.estimator, best.calibration, Profile(len(split.fit))
    )


def _learned(turned: float, number: int) -> tuple[UseCase, ScoringModel]:
    case = use_case(LINEAR, test_share=TEST_SHARE)
    leads = draw_leads(FITTED, np.random.default_rng([SEED, FITTED, number]), turned)
    return case, _fitted(case, split_leads(leads, TEST_SHARE, SEED))


def _found(
    case: UseCase, pool: pd.DataFrame, scores: Sequence[pd.DataFrame], rows: int, repeats: int
) -> Power:
    metric, outcomes = gate_metric(case), pool[OUTCOME].to_numpy(dtype=np.float64)
    widening = training_luck(rows, int(FITTED * (1 - TEST_SHARE)))
    sure = 0
    for number in range(repeats):
        chosen = np.random.default_rng([SEED, rows, number]).choice(POOL, rows, replace=False)
        new, old = (one.iloc[chosen] for one in scores)
        draws = Draws((rows, number), _POWER_DRAWS, case.training.gate.confidence, widening)
        sure += paired_gain(metric, outcomes[chosen], new, old, draws).sure
    truth = metric.gain(*(metric.of(outcomes, one) for one in scores))
    return Power(rows, truth, repeats, sure)


def _tallied(recipe: str, leads: int, decided: Sequence[tuple[bool, bool, bool]]) -> Twins:
    promoted, ahead, unwidened = (sum(column) for column in zip(*decided, strict=True))
    return Twins(recipe, leads, len(decided), promoted, ahead, unwidened)


def _map(
    decide: Callable[[int], tuple[bool, bool, bool]], repeats: int, processes: int
) -> Sequence[tuple[bool, bool, bool]]:
    if processes == 1:
        return [decide(number) for number in range(repeats)]
    done = []
    with ProcessPoolExecutor(processes) as pool:
        for one in pool.map(decide, range(repeats)):
            done.append(one)
            _tell(f"{len(done)} of {repeats}")
    return done


def _tell(text: str) -> None:
    print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
