"""Leads page by page: a page costs the same however many leads there are and wherever it lies.

A page is found by the place of the lead before it, not by its number; see
https://use-the-index-luke.com/no-offset
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from typing import Any
from typing import Final

import sqlalchemy as sa

from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.lead_queries import LeadFilter
from lead_scoring.io.lead_queries import LeadQueries
from lead_scoring.io.lead_queries import best_first
from lead_scoring.io.lead_queries import conditions
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.tables import OUTCOMES
from lead_scoring.io.tables import SCORES

Lead = dict[str, Any]
_KEY: Final = ("grade", "score", "margin", "lead_id")


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Some leads in order.

    Attributes:
        leads: Rows of ``current_scores``, best first.
        following: Where the next page begins, as text to hand back; empty if nothing follows.
    """

    leads: tuple[Lead, ...]
    following: str


@dataclass(frozen=True, slots=True)
class GradeShare:
    """Leads of one grade among the best.

    Attributes:
        leads: How many.
        conversions: Sum of their probabilities; None where a number is predicted.
        prediction: Mean of their predictions; None where none is a number.
    """

    grade: str
    leads: int
    conversions: float | None
    prediction: float | None


class LeadPages(LeadQueries):
    """Questions of pages that show leads."""

    def lead_page(
        self, use_case: str, size: int, only: LeadFilter | None = None, after: str = ""
    ) -> LeadPage:
        """Return a page of the leads of ``current_scores``, best first.

        Args:
            use_case: Name of the use case.
            size: Leads of a page.
            only: Which leads are asked for.
            after: What the page before said follows it; empty for the first page.

        Raises:
            UnknownIdError: ``after`` was not said by a page.
            TransientError: The database is locked or down.
        """
        own = (CURRENT_SCORES.c.use_case == use_case, *conditions(only or LeadFilter()))
        found: list[Lead] = []
        with self.reading(f"leads of {use_case}") as connection:
            for part in _parts_after(_key_of(after)) if after else [sa.true()]:
                wanted = (
                    sa.select(CURRENT_SCORES)
                    .where(*own, part)
                    .order_by(*best_first(CURRENT_SCORES))
                    .limit(size + 1 - len(found))
                )
                found += map(dict, connection.execute(wanted).mappings())
                if len(found) > size:
                    break
        more = len(found) > size
        return LeadPage(tuple(found[:size]), _cursor_of(found[size - 1]) if more else "")

    def best_by_grade(
        self, use_case: str, top: int, only: LeadFilter | None = None
    ) -> tuple[GradeShare, ...]:
        """Return the grades of the best leads, A first; a grade without a lead is left out."""
        best = (
            sa.select(
                CURRENT_SCORES.c.grade,
                CURRENT_SCORES.c.probability,
                CURRENT_SCORES.c.prediction,
            )
            .where(CURRENT_SCORES.c.use_case == use_case, *conditions(only or LeadFilter()))
            .order_by(*best_first(CURRENT_SCORES))
            .limit(top)
            .subquery()
        )
        shares = (
            sa.select(
                best.c.grade,
                sa.func.count(),
                sa.func.sum(best.c.probability),
                sa.func.avg(best.c.prediction),
            )
            .group_by(best.c.grade)
            .order_by(best.c.grade)
        )
        with self.reading(f"leads of {use_case}") as connection:
            return tuple(GradeShare(*row) for row in connection.execute(shares))

    def newest_published(self, use_case: str) -> Batch | None:
        """Return the published batch with the greatest ``as_of``."""
        newest = (
            sa.select(BATCHES.c.batch_id)
            .where(
                BATCHES.c.use_case == use_case,
                BATCHES.c.status == BatchStatus.PUBLISHED.value,
            )
            .order_by(BATCHES.c.as_of.desc(), BATCHES.c.finished_at.desc())
            .limit(1)
        )
        with self.reading(f"batches of {use_case}") as connection:
            batch_id = connection.scalar(newest)
        return None if batch_id is None else self.find_batch(batch_id)

    def lead(self, use_case: str, lead_id: str) -> Lead | None:
        """Return a lead's row of ``current_scores``; ``None`` if it has none."""
        only = LeadFilter(lead_ids=[lead_id])
        return next(iter(self.lead_page(use_case, 1, only).leads), None)

    def lead_history(self, use_case: str, lead_id: str) -> tuple[Lead, ...]:
        """Return every score of a lead with what is known of its batch, oldest first."""
        scores = (
            sa.select(
                *(column for column in SCORES.columns if column.name != "batch_id"),
                BATCHES.c.batch_id,
                BATCHES.c.load_id,
                BATCHES.c.as_of,
                BATCHES.c.status,
                BATCHES.c.model_version,
                BATCHES.c.model_digest,
            )
            .join(BATCHES, BATCHES.c.batch_id == SCORES.c.batch_id)
            .where(BATCHES.c.use_case == use_case, SCORES.c.lead_id == lead_id)
            .order_by(BATCHES.c.as_of, BATCHES.c.batch_id)
        )
        with self.reading(f"scores of lead {lead_id}") as connection:
            return tuple(map(dict, connection.execute(scores).mappings()))

    def outcome_of(self, use_case: str, lead_id: str) -> tuple[float | str, datetime] | None:
        """Return what happened to a lead, a class by its name, and when it was known."""
        known = sa.select(OUTCOMES.c.outcome, OUTCOMES.c.outcome_class, OUTCOMES.c.known_at).where(
            OUTCOMES.c.use_case == use_case, OUTCOMES.c.lead_id == lead_id
        )
        with self.reading(f"outcome of lead {lead_id}") as connection:
            found = connection.execute(known).first()
        return None if found is None else (found.outcome_class or found.outcome, found.known_at)


def beginning_with(only: LeadFilter, start: str) -> LeadFilter:
    """Return a filter that also asks for ids that begin with a text; an empty one asks nothing."""
    return replace(only, lead_id_start=start) if start else only


def _parts_after(key: Lead) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what comes after a lead as ranges of the index, one after the other in order."""
    grade, score = CURRENT_SCORES.c.grade, CURRENT_SCORES.c.score
    margin, lead_id = CURRENT_SCORES.c.margin, CURRENT_SCORES.c.lead_id
    same_grade = grade == key["grade"]
    same_score = sa.and_(same_grade, score == key["score"])
    same_margin = sa.and_(same_score, margin == key["margin"])
    yield sa.and_(same_margin, lead_id > key["lead_id"])
    yield sa.and_(same_score, margin < key["margin"])
    yield sa.and_(same_grade, score < key["score"])
    yield grade > key["grade"]


def _cursor_of(lead: Lead) -> str:
    text = json.dumps([lead[name] for name in _KEY], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _key_of(cursor: str) -> Lead:
    """Return the key of the lead a page comes after.

    Raises:
        UnknownIdError: The text is not one of ours.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
        grade, score, margin, lead_id = values
        return {
            "grade": str(grade),
            "score": float(score),
            "margin": float(margin),
            "lead_id": str(lead_id),
        }
    except (binascii.Error, ValueError, TypeError) as error:
        msg = "no page begins there; start again from the first page"
        raise UnknownIdError(msg) from error
