"""Grades by rank in a batch, and what a batch was graded by, so that one lead is graded alike.

Leads are ranked by score, then margin, the greatest first, then by ``lead_id``. A grade ends at
the lead that was the last to get it; whoever does not rank behind that lead has the grade or a
better one. So grades never contradict scores, and a lead of the batch gets its own grade again.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.inference import GradesConfig
from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.grading import grade
from lead_scoring.core.grading_records import CAPACITY
from lead_scoring.core.grading_records import CLASSES
from lead_scoring.core.grading_records import CUT_OFFS
from lead_scoring.core.grading_records import QUANTILES
from lead_scoring.core.grading_records import Cut
from lead_scoring.core.grading_records import Grading
from lead_scoring.core.schema import GRADES
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.schema import SCORE


def grading_of(rules: ScoringRules, leads: int, cuts: Sequence[Cut] = ()) -> Grading:
    """Return what a batch is graded by.

    Args:
        rules: How grades are made.
        leads: Leads in the batch.
        cuts: Their `cuts`, where grades go by rank.
    """
    if rules.task == "multiclass":
        return Grading(CLASSES, leads=leads)
    grades = rules.grades
    if grades.quantiles is not None:
        return Grading(QUANTILES, grades.quantiles.model_dump(), leads, tuple(cuts))
    if grades.capacity is not None:
        numbers = dict(zip(GRADES, grades.capacity.numbers, strict=False))
        return Grading(CAPACITY, numbers, leads, tuple(cuts))
    asked = grades.model_dump(include={"A", "B", "C"})
    return Grading(CUT_OFFS, asked, leads)


def ends(grades: GradesConfig, leads: int) -> tuple[int, ...]:
    """Return the rank of the last lead of A, of B and of C, from 1, as far as there are so many.

    Shares are rounded up, so that a small batch has a best lead too. A grade that takes all the
    rest of any batch, and one whose capacity is not used up, has no end.

    Args:
        grades: A rule that ranks.
        leads: Leads in the batch.

    >>> ends(GradesConfig.model_validate({"quantiles": {"A": 0.05, "B": 0.15, "C": 0.3}}), 110)
    (6, 22, 55)
    >>> ends(GradesConfig.model_validate({"capacity": {"A": 30, "B": 60}}), 100)
    (30, 90)
    """
    if grades.capacity is not None:
        until = np.cumsum(grades.capacity.numbers).tolist()
        return tuple(end for end in until if end <= leads)
    shares = [] if grades.quantiles is None else list(grades.quantiles.exact)
    totals = [sum(shares[: place + 1]) for place in range(len(shares))]
    return tuple(ceil(total * leads) for total in totals if total < 1) if leads else ()


def cuts(ranked: Iterable[tuple[str, float, float]], at: Sequence[int]) -> tuple[Cut, ...]:
    """Return the cuts at ranks of leads that come in order.

    Args:
        ranked: ``lead_id``, score and margin of each lead, the best first; read no farther than
            the last of the ranks.
        at: What `ends` gives.
    """
    found: dict[int, tuple[str, float, float]] = {}
    for rank, lead in enumerate(ranked, start=1):
        if rank in at:
            found[rank] = lead
        if rank == max(at, default=0):
            break
    return tuple(
        Cut(name, found[end][1], found[end][2], found[end][0])
        for name, end in zip(GRADES, at, strict=False)
    )


def grade_by(grading: Grading, scores: pd.DataFrame, rules: ScoringRules) -> npt.NDArray[np.str_]:
    """Grade leads as the leads of a batch were graded.

    Args:
        grading: What the batch was graded by.
        scores: What a `Kind` makes of margins, one row per lead; ``lead_id`` decides where score
            and margin are those of a cut, and a lead without one comes before all others.
        rules: Classes, or the range of a number.

    Returns:
        ``A`` to ``D``, shape (n_leads,).
    """
    if grading.by == CLASSES:
        order = [rules.classes.index(str(name)) for name in scores[PREDICTED_CLASS]]
        places = np.minimum(np.asarray(order, dtype=np.intp), len(GRADES) - 1)
    elif grading.by == CUT_OFFS:
        return grade(_place(scores, rules), GradesConfig.model_validate(dict(grading.asked)))
    else:
        return grade_ranked(grading.cuts, scores)
    return _named(places)


def grade_ranked(cuts_of_batch: Sequence[Cut], scores: pd.DataFrame) -> npt.NDArray[np.str_]:
    """Grade leads by where the grades of a batch ended.

    Args:
        cuts_of_batch: The last lead of A, of B and of C, as far as they are known.
        scores: ``score``, ``margin`` and, to tell leads of equal ones apart, ``lead_id``.
    """
    places = np.zeros(len(scores), dtype=np.intp)
    for cut in cuts_of_batch:
        places += _behind(scores, cut)
    return _named(places)


def rank_order(scores: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return the positions of leads, the best first: by score, margin and ``lead_id``."""
    return np.lexsort(
        (
            scores[LEAD_ID].to_numpy(dtype=object).astype(str),
            -scores[MARGIN].to_numpy(dtype=np.float64),
            -scores[SCORE].to_numpy(dtype=np.float64),
        )
    )


def _place(scores: pd.DataFrame, rules: ScoringRules) -> npt.NDArray[np.float64]:
    """Return what cut-offs cut: a probability, or the place of a number in its range."""
    if PREDICTION not in scores:
        return scores[PROBABILITY].to_numpy(dtype=np.float64)
    predictions = scores[PREDICTION].to_numpy(dtype=np.float64)
    place = (predictions - rules.minimum) / (rules.maximum - rules.minimum)
    return 1 - place if rules.call_first == "low" else place


def _behind(scores: pd.DataFrame, cut: Cut) -> npt.NDArray[np.bool_]:
    score = scores[SCORE].to_numpy(dtype=np.float64)
    margin = scores[MARGIN].to_numpy(dtype=np.float64)
    lead = scores[LEAD_ID].to_numpy(dtype=object) if LEAD_ID in scores else np.full(len(score), "")
    later = lead.astype(str) > cut.lead_id
    same = score == cut.score
    behind: npt.NDArray[np.bool_] = np.where(
        same, (margin < cut.margin) | ((margin == cut.margin) & later), score < cut.score
    )
    return behind


def _named(places: npt.NDArray[np.intp]) -> npt.NDArray[np.str_]:
    grades: npt.NDArray[np.str_] = np.asarray(GRADES)[places]
    return grades
