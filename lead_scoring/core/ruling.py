"""A verdict with its numbers, before it is known what follows from it."""

from dataclasses import dataclass

from lead_scoring.config.use_case import UseCase
from lead_scoring.core import verdict
from lead_scoring.core.assessment import assess_estimated
from lead_scoring.core.assessment import assess_realised
from lead_scoring.core.assessment import find_shortage
from lead_scoring.core.drift import compare_columns
from lead_scoring.core.drift import count_tests
from lead_scoring.core.drift import least_rows
from lead_scoring.core.drift_records import ColumnDrift
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.new_leads import NewLeads
from lead_scoring.core.reference import Reference
from lead_scoring.core.verdict import Findings


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with its numbers; see `DriftCheck`, which says what follows too."""

    verdict: Verdict
    summary: str
    rows_reference: int = 0
    rows_current: int = 0
    faults: tuple[str, ...] = ()
    performance: tuple[Performance, ...] = ()
    columns: tuple[ColumnDrift, ...] = ()


def rule(
    use_case: UseCase, reference: Reference, new: NewLeads, faults: tuple[str, ...]
) -> Ruling:
    """Hold new leads against the reference of the champion.

    Args:
        use_case: Says what counts as drift.
        reference: The rows the champion was judged on.
        new: Leads that are newer.
        faults: What looks broken, and nobody accepted.
    """
    config = use_case.drift
    performance, shortage = _assess(use_case, reference, new)
    found = Findings(
        rows=new.observation.rows,
        rows_reference=reference.rows,
        least=least_rows(count_tests(reference), config),
        created=new.created,
        faults=faults,
        columns=compare_columns(reference, new.observation, new.scores, config),
        performance=performance,
        mature_created=new.mature_created,
        shortage=shortage,
    )
    given, summary = verdict.judge(found, config.effects)
    return Ruling(
        verdict=given,
        summary=summary,
        rows_reference=reference.rows,
        rows_current=found.rows,
        faults=faults,
        performance=performance,
        columns=tuple(sorted(found.columns, key=lambda column: column.column)),
    )


def _assess(
    use_case: UseCase, reference: Reference, new: NewLeads
) -> tuple[tuple[Performance, ...], str]:
    """Return how the champion does, by outcomes and by its own promises, as far as either can say.

    And why outcomes cannot, which is empty if they can.
    """
    config, kind = use_case.drift, kind_of(use_case)
    limits, metric = config.performance, config.metric(use_case.task)
    too_few = kind.few_outcomes(new.outcomes, limits.min_outcomes)
    shortage = find_shortage(reference.chunks, too_few, metric)
    by_outcomes = by_promises = None
    if not shortage:
        turned_out = kind.measure(new.outcomes, new.mature_scores)
        by_outcomes = assess_realised(reference.chunks, turned_out, metric, limits.band)
    if len(new.scores):
        promised = kind.promise(new.scores)
        by_promises = assess_estimated(
            reference.chunks, promised, len(new.scores), metric, limits.band
        )
    return tuple(one for one in (by_outcomes, by_promises) if one is not None), shortage
