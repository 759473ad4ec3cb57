"""Names of the columns that every frame shares; their one home."""

from typing import Final

ROW_NUMBER: Final = "row_number"
LEAD_ID: Final = "lead_id"
CREATED_AT: Final = "created_at"
OUTCOME: Final = "outcome"
KNOWN_AT: Final = "known_at"

CONTENT: Final = "content"
"""Digest of a row while it is loaded; not kept in snapshots."""

PROBABILITY: Final = "probability"
SCORE: Final = "score"
MARGIN: Final = "margin"
GRADE: Final = "grade"
GRADES: Final = ("A", "B", "C", "D")
