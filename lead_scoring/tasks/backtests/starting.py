"""When a backtest may begin at the earliest."""

import bisect
from collections.abc import Sequence
from datetime import datetime

from lead_scoring.tasks.instants import as_text
from lead_scoring.tasks.progress import Silent
from lead_scoring.tasks.wiring import opened


def too_early(use_case: str, moments: Sequence[datetime], why: str) -> str:
    """Return what is wrong with the first instant, and which one would do.

    Args:
        use_case: Name of the use case; its first load is there.
        moments: Instants of the backtest.
        why: What is missing at the first.
    """
    later = _first_possible(use_case, moments)
    if later is None:
        way_out = f"no instant up to {as_text(moments[-1])} has enough; check the data"
    else:
        way_out = f"begin at {as_text(later)} or later (--start)"
    return f"the first instant is too early to train: {why}. To go on, {way_out}"


def _first_possible(use_case: str, moments: Sequence[datetime]) -> datetime | None:
    """Return the first instant of the backtest that has enough mature leads, by bisection."""
    from lead_scoring.core.records import Purpose
    from lead_scoring.core.returned import ReturnedOutcomes
    from lead_scoring.core.training import shortage
    from lead_scoring.pipelines.training import split_mature

    with opened(use_case, Silent()) as work:
        loads = work.database.loads(use_case, moments[-1], Purpose.TRAIN_AND_SCORE)

        def suffices(moment: datetime) -> bool:
            nothing = ReturnedOutcomes(moment)
            split = split_mature(work.use_case, moment, loads, work.snapshots, nothing)
            return not shortage(split, work.use_case)

        place = bisect.bisect_left(moments, x=True, key=suffices) if loads else len(moments)
    return moments[place] if place < len(moments) else None
