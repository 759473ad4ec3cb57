"""What calling so many leads would bring."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.pipelines.capacity import CapacityTable
    from lead_scoring.pipelines.capacity import GradeOutlook


def capacity(
    use_case: str, per_day: int, days: int = 1, others: Sequence[int] = ()
) -> "CapacityTable":
    """Return what calling the best leads would bring, by grade and by capacity.

    Args:
        use_case: Name of the use case.
        per_day: Leads that can be called in a day, at least 1.
        days: Days of calling, at least 1.
        others: Other capacities a day to compare with; half and twice as many if there are none.

    Raises:
        GateError: A number is less than 1. Nothing was computed.
    """
    from lead_scoring.pipelines.capacity import capacity_table

    with opened(use_case) as work:
        return capacity_table(work.use_case, per_day, days, others, store=work.database)


def grades(use_case: str) -> "tuple[GradeOutlook, ...]":
    """Return what is to be expected of the current leads of each grade that has any, A first."""
    from lead_scoring.pipelines.capacity import grade_outlooks

    with opened(use_case) as work:
        return grade_outlooks(work.use_case, store=work.database)
