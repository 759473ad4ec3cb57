"""What a new champion would change for the people who call: grades, and who is at the top.

Leads are ordered as everywhere: by grade, score, margin and id.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.approval import ChurnConfig
from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.ranking import cuts
from lead_scoring.core.ranking import ends
from lead_scoring.core.ranking import grade_ranked
from lead_scoring.core.ranking import rank_order
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import GRADES
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.core.schema import SCORE

BEFORE: Final = "_before"
AFTER: Final = "_after"
_COMPARED: Final = (GRADE, SCORE, MARGIN)


@dataclass(frozen=True, slots=True)
class Scene:
    """What was scored by whom.

    Attributes:
        load_id: The newest load known at ``as_of``; ``None`` where there was none.
        champion: Version that scores now.
        challenger: Version that would score.
    """

    load_id: str | None
    as_of: datetime
    champion: int
    challenger: int


@dataclass(frozen=True, slots=True)
class Transition:
    """How many leads go from one grade to another; most stay where they are."""

    before: str
    after: str
    leads: int


@dataclass(frozen=True, slots=True)
class Mover:
    """A lead that moved, with its places among the leads compared; 1 is the best."""

    lead_id: str
    grade_before: str
    grade_after: str
    place_before: int
    place_after: int


@dataclass(frozen=True, slots=True)
class Churn:
    """What changes for the open leads if the challenger scores them.

    Attributes:
        open_leads: Leads that are open in the load.
        compared: Leads that were compared: all of them, or a sample where they are too many.
        top: Leads at the top of those compared.
        grade_changes: Leads that get another grade.
        top_leavers: Leads at the top by the champion and not by the challenger.
        transitions: Leads by both grades, in order of grade; pairs without a lead are left out.
        movers: Leads that change their place most, the farthest first.
    """

    scene: Scene
    open_leads: int
    compared: int
    top: int = 0
    grade_changes: int = 0
    top_leavers: int = 0
    transitions: tuple[Transition, ...] = ()
    movers: tuple[Mover, ...] = ()

    @property
    def grade_share(self) -> float:
        """Share of the leads compared that get another grade, in [0, 1]; 0 without any."""
        return self.grade_changes / self.compared if self.compared else 0.0

    @property
    def top_share(self) -> float:
        """Share of the leads at the top that leave it, in [0, 1]; 0 without any."""
        return self.top_leavers / self.top if self.top else 0.0

    @property
    def sampled(self) -> bool:
        """Whether only a sample of the open leads was compared."""
        return self.compared < self.open_leads


def side_by_side(leads: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Put two scores of the same leads side by side.

    Args:
        leads: Frame with ``row_number`` and ``lead_id``.
        before: Scores by the champion, with ``score``, ``margin`` and, unless by rank, ``grade``;
            same index.
        after: Scores by the challenger, likewise.

    Returns:
        ``row_number``, ``lead_id`` and these columns of either, with `BEFORE` and `AFTER`.
    """
    pair = {name + BEFORE: before[name] for name in _COMPARED if name in before}
    pair |= {name + AFTER: after[name] for name in _COMPARED if name in after}
    return pd.DataFrame({ROW_NUMBER: leads[ROW_NUMBER], LEAD_ID: leads[LEAD_ID], **pair})


def graded_pairs(pairs: pd.DataFrame, grades: GradesConfig, open_leads: int) -> pd.DataFrame:
    """Return leads side by side with grades on both sides.

    Args:
        pairs: As `side_by_side` gives them: all open leads, or a sample of them.
        grades: How grades are made; where they go by rank, those of a sample are as good as the
            sample's share of the leads.
        open_leads: Leads that are open.
    """
    if not grades.ranked or pairs.empty:
        return pairs
    share = len(pairs) / open_leads
    at = [max(1, round(end * share)) for end in ends(grades, open_leads)]
    graded = {}
    for side in (BEFORE, AFTER):
        scores = pairs[[LEAD_ID, SCORE + side, MARGIN + side]].set_axis(
            [LEAD_ID, SCORE, MARGIN], axis=1
        )
        best = scores.iloc[rank_order(scores)]
        graded[GRADE + side] = grade_ranked(cuts(best.itertuples(index=False), at), scores)
    return pairs.assign(**graded)


def measure_churn(
    pairs: pd.DataFrame, scene: Scene, open_leads: int, config: ChurnConfig
) -> Churn:
    """Count what changes.

    Args:
        pairs: Leads side by side, each once, in any order.
        scene: What was scored by whom.
        open_leads: Leads that are open, of which ``pairs`` may be a sample.
        config: How large the top is, and how many movers are listed.
    """
    compared = len(pairs)
    if not compared:
        return Churn(scene, open_leads, 0)
    before, after = _places(pairs, BEFORE), _places(pairs, AFTER)
    top = math.ceil(config.top_share * compared)
    grades = pairs[[GRADE + BEFORE, GRADE + AFTER]].astype("str")
    changed = (grades[GRADE + BEFORE] != grades[GRADE + AFTER]).to_numpy()
    return Churn(
        scene,
        open_leads,
        compared,
        top=top,
        grade_changes=int(changed.sum()),
        top_leavers=int(((before <= top) & (after > top)).sum()),
        transitions=_transitions(grades),
        movers=_movers(pairs, before, after, config.movers),
    )


def churn_from(evidence: Mapping[str, Any]) -> Churn | None:
    """Return the churn a decision rests on, as it was kept; ``None`` if it rests on none.

    Args:
        evidence: Evidence of a decision, as JSON can say it.
    """
    kept = evidence.get("churn")
    if kept is None:
        return None
    scene = kept["scene"] | {"as_of": datetime.fromisoformat(kept["scene"]["as_of"])}
    lists = {
        "transitions": tuple(Transition(**one) for one in kept["transitions"]),
        "movers": tuple(Mover(**one) for one in kept["movers"]),
    }
    return Churn(**kept | lists | {"scene": Scene(**scene)})


def over_budget(churn: Churn, config: ChurnConfig) -> tuple[str, ...]:
    """Return why a challenger changes more than is allowed; empty if it does not.

    A share that is no number is over budget.
    """
    if churn.compared < config.min_leads:
        return ()
    shares = (
        ("open leads change grade", churn.grade_changes, churn.compared, churn.grade_share,
         config.max_grade_changes),
        ("leads at the top leave it", churn.top_leavers, churn.top, churn.top_share,
         config.max_top_leavers),
    )  # fmt: skip
    return tuple(
        f"{count:,} of {of:,} {what}: {share:.1%} (at most {most:.1%})"
        for what, count, of, share, most in shares
        if not share <= most
    )


def _places(pairs: pd.DataFrame, side: str) -> npt.NDArray[np.int64]:
    """Return the place of each lead, shape (n_leads,), from 1."""
    order = np.lexsort(
        (
            pairs[LEAD_ID].to_numpy(dtype=np.str_),
            -pairs[MARGIN + side].to_numpy(dtype=np.float64),
            -pairs[SCORE + side].to_numpy(dtype=np.float64),
            pairs[GRADE + side].to_numpy(dtype=np.str_),
        )
    )
    places = np.empty(len(pairs), dtype=np.int64)
    places[order] = np.arange(1, len(pairs) + 1)
    return places


def _transitions(grades: pd.DataFrame) -> tuple[Transition, ...]:
    pairs = zip(grades[GRADE + BEFORE], grades[GRADE + AFTER], strict=True)
    found = Counter(pairs)
    return tuple(
        Transition(before, after, found[before, after])
        for before in GRADES
        for after in GRADES
        if (before, after) in found
    )


def _movers(
    pairs: pd.DataFrame, before: npt.NDArray[np.int64], after: npt.NDArray[np.int64], most: int
) -> tuple[Mover, ...]:
    moved = np.abs(after - before)
    order = np.lexsort((pairs[LEAD_ID].to_numpy(dtype=np.str_), -moved))[:most]
    return tuple(
        Mover(
            str(pairs[LEAD_ID].iloc[row]),
            str(pairs[GRADE + BEFORE].iloc[row]),
            str(pairs[GRADE + AFTER].iloc[row]),
            int(before[row]),
            int(after[row]),
        )
        for row in order
        if moved[row]
    )
