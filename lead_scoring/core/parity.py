"""Whether leads that come one by one as JSON get the scores they have in a batch."""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.same_scores import TOLERANCE
from lead_scoring.core.same_scores import find_differences
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.scorer import Scorer
from lead_scoring.core.submission import EMPTY

SAMPLED: Final = 50
"""Leads of a batch that are scored once more, at most."""
_KEY_DIGITS: Final = 16


class ParitySample:
    """Some leads of a batch and their scores: the same ones however the batch is cut in chunks.

    Args:
        seed: What the choice depends on beside the ids, such as the id of the batch.
    """

    def __init__(self, seed: str) -> None:
        self._key = hashlib.sha256(seed.encode()).hexdigest()[:_KEY_DIGITS]
        self._order = np.empty(0, dtype=np.uint64)
        self.leads = pd.DataFrame()
        self.scores = pd.DataFrame()

    def add(self, leads: pd.DataFrame, scores: pd.DataFrame) -> None:
        """Take in the leads of a chunk with their scores, in the same order."""
        ids = leads[LEAD_ID].to_numpy(dtype=object)
        order = pd.util.hash_array(ids, hash_key=self._key, categorize=False)
        chosen = np.sort(np.argsort(order, kind="stable")[:SAMPLED])
        merged = np.concatenate([self._order, order[chosen]])
        kept = np.argsort(merged, kind="stable")[:SAMPLED]
        parts = (self.leads, leads.iloc[chosen]), (self.scores, scores.iloc[chosen])
        self.leads, self.scores = (
            new.iloc[kept] if old.empty else pd.concat([old, new]).iloc[kept] for old, new in parts
        )
        self._order = merged[kept]


def find_disparity(sample: ParitySample, scorer: Scorer, *, same_contract: bool) -> str:
    """Score leads of a batch once more as JSON; return the first difference in words.

    Args:
        sample: Some leads of the batch.
        scorer: The same model for leads that come one by one, without a grading by rank.
        same_contract: Whether the batch was loaded by the contract of today. A lead that only the
            contract of today refuses is not compared, and neither is one without any value.

    Returns:
        Empty if there is none.
    """
    given = [_as_json(row) for _, row in sample.leads[list(scorer.fields)].iterrows()]
    ids = sample.leads[LEAD_ID].tolist()
    found: dict[int, Mapping[str, object]] = {}
    for place, (lead_id, row) in enumerate(zip(ids, scorer.score(given), strict=True)):
        if row.score is not None:
            found[place] = row.score
        elif same_contract and {one.rule for one in row.findings} != {EMPTY}:
            said = "; ".join(f"{one.field} {one.value!r}: {one.rule}" for one in row.findings)
            return f"lead {lead_id} has a score in the batch, and alone it is refused ({said})"
    if not found:
        return ""
    alone = pd.DataFrame(list(found.values()), index=[ids[place] for place in found])
    batch = sample.scores.iloc[list(found)].set_axis(alone.index)
    different = find_differences(batch, alone, kind_of(scorer.use_case).columns)
    if not different:
        return ""
    one = different[0]
    return (
        f"{one.column} of lead {one.lead_id} is {one.one!r} in the batch and {one.other!r} alone;"
        f" {len(different)} figures of {len(alone)} leads differ by more than {TOLERANCE:.0e}"
    )


def _as_json(row: pd.Series) -> dict[str, object]:
    """Return a lead as a client would send it; what is missing is left out."""
    values = {str(name): _plain(value) for name, value in row.items() if not pd.isna(value)}
    sent: dict[str, object] = json.loads(json.dumps(values))
    return sent


def _plain(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value
