"""Scores that are kept, to be compared with others."""

from collections.abc import Sequence
from typing import Any
from typing import Final

import pandas as pd
import sqlalchemy as sa

from lead_scoring.io.score_tables import ScoreTables
from lead_scoring.io.tables import SCORES

AT_ONCE: Final = 5_000
"""Leads that are asked for in one statement."""


class StoredScores(ScoreTables):
    """Implements the port ``StoredScores``."""

    def scores_of(self, batch_id: str, lead_ids: Sequence[str]) -> pd.DataFrame:
        """Return the scores of leads in a batch, with the columns of the table.

        Returns:
            In the order of the ids; a lead without a score is left out.
        """
        found: list[sa.Row[Any]] = []
        with self.reading(f"scores of batch {batch_id}") as connection:
            for start in range(0, len(lead_ids), AT_ONCE):
                wanted = sa.select(SCORES).where(
                    SCORES.c.batch_id == batch_id,
                    SCORES.c.lead_id.in_(lead_ids[start : start + AT_ONCE]),
                )
                found += connection.execute(wanted).all()
        columns = [column.name for column in SCORES.columns]
        scores = pd.DataFrame.from_records(found, columns=columns, index="lead_id")
        return scores.reindex([one for one in lead_ids if one in scores.index])

    def count_scores(self, batch_id: str) -> int:
        """Return how many scores of a batch are kept."""
        count = sa.select(sa.func.count()).select_from(SCORES).where(SCORES.c.batch_id == batch_id)
        with self.reading(f"scores of batch {batch_id}") as connection:
            return int(connection.scalar(count) or 0)
