"""Finds rows that stand more than once: a set question over all rows, asked of the engine."""

from collections.abc import Sequence
from typing import Final

import duckdb
import pyarrow as pa

from lead_scoring.config.contract import Rule
from lead_scoring.core.dispositions import MAX_EXAMPLES
from lead_scoring.core.leads import OUTCOME_VALUE
from lead_scoring.core.schema import CONTENT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import ROW_NUMBER

DUPLICATE: Final = "duplicate"

# The content holds the id, where there is one. A row whose outcome is not known yet contradicts
# nothing: the row that knows it is kept.
_DUPLICATES: Final = """
    CREATE TABLE removed AS
    WITH repeated AS (
        SELECT content,
            coalesce(min(row_number) FILTER (outcome IS NOT NULL), min(row_number)) AS kept,
            coalesce(min(outcome) <> max(outcome), false) AS contradicting
        FROM keys GROUP BY content HAVING count(*) > 1
    )
    SELECT row_number, CASE WHEN contradicting THEN $contradicting ELSE $duplicate END AS rule,
        CASE WHEN contradicting THEN $outcome ELSE '' END AS place
    FROM keys JOIN repeated USING (content)
    WHERE contradicting OR row_number <> kept
"""
_OTHER_CONTENT: Final = """
    INSERT INTO removed
    SELECT row_number, $unique, $place FROM keys
    WHERE lead_id IN (
        SELECT lead_id FROM keys GROUP BY lead_id HAVING min(content) <> max(content)
    ) AND row_number NOT IN (SELECT row_number FROM removed)
"""
_REPEATED_VALUE: Final = """
    CREATE TABLE {table} AS
    SELECT row_number FROM keys
    WHERE row_number NOT IN (SELECT row_number FROM removed) AND {value} IN (
        SELECT {value} FROM keys
        WHERE row_number NOT IN (SELECT row_number FROM removed WHERE rule = $duplicate)
        GROUP BY {value} HAVING count(*) > 1
    )
"""


class Repeats:
    """Keys of all rows, and which of them must go.

    Args:
        engine: Keeps the keys and spills them to disk.
        id_column: Column of the lead's id; ``None`` where it is derived from the content.
        outcome_column: Column of the outcome.
        unique: Further columns whose values may stand only once.
    """

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        id_column: str | None,
        outcome_column: str,
        unique: Sequence[str],
    ) -> None:
        self._engine = engine
        self._id_column = id_column
        self._outcome_column = outcome_column
        self._unique = [column for column in unique if column != id_column]
        values = "".join(f", v{place} VARCHAR" for place in range(len(self._unique)))
        engine.execute(
            "CREATE TABLE keys"
            f" (row_number BIGINT, content VARCHAR, outcome VARCHAR, lead_id VARCHAR{values})"
        )

    def add(self, leads: pa.RecordBatch, texts: Sequence[pa.Array]) -> None:
        """Take in the keys of some rows.

        Args:
            leads: The rows as leads.
            texts: Values of the further unique columns as text, in their order.
        """
        derived = self._id_column is None
        lead_ids = pa.nulls(leads.num_rows, pa.string()) if derived else leads.column(LEAD_ID)
        columns = [leads.column(name) for name in (ROW_NUMBER, CONTENT, OUTCOME_VALUE)]
        names = ["row_number", "content", "outcome", "lead_id"]
        values = [f"v{place}" for place in range(len(texts))]
        incoming = pa.table([*columns, lead_ids, *texts], names=[*names, *values])
        self._engine.register("incoming", incoming)
        self._engine.execute("INSERT INTO keys SELECT * FROM incoming")
        self._engine.unregister("incoming")

    @property
    def unique_columns(self) -> list[str]:
        """The further unique columns, in the order their texts are given to `add`."""
        return self._unique

    def find(self) -> None:
        """Find duplicates, contradicting outcomes and ids with more than one content."""
        self._engine.execute(
            _DUPLICATES,
            {
                "contradicting": Rule.CONTRADICTING_OUTCOME.value,
                "duplicate": DUPLICATE,
                "outcome": self._outcome_column,
            },
        )
        if self._id_column is not None:
            self._engine.execute(
                _OTHER_CONTENT, {"unique": Rule.UNIQUE.value, "place": self._id_column}
            )

    def find_values(self, column: str, *, keep: bool) -> tuple[int, list[int]]:
        """Find rows whose value of a unique column stands more than once.

        Args:
            column: One of `unique_columns`.
            keep: The rows stay; they are only counted.

        Returns:
            How many rows there are, and the numbers of the first few.
        """
        place = self._unique.index(column)
        query = _REPEATED_VALUE.format(table=f"repeated_{place}", value=f"v{place}")
        self._engine.execute(query, {"duplicate": DUPLICATE})
        if not keep:
            self._engine.execute(
                f"INSERT INTO removed SELECT row_number, ?, ? FROM repeated_{place}",  # noqa: S608
                [Rule.UNIQUE.value, column],
            )
        rows = f"SELECT row_number FROM repeated_{place} ORDER BY 1"  # noqa: S608 our number
        first = self._engine.execute(f"{rows} LIMIT {MAX_EXAMPLES}").fetchall()
        count = self._engine.execute(f"SELECT count(*) FROM ({rows})").fetchall()  # noqa: S608
        return int(count[0][0]), [int(row) for (row,) in first]

    def removed(self, first: int, last: int) -> list[tuple[int, str, str]]:
        """Return row number, rule and column of the rows that go, ascending.

        Args:
            first: Smallest row number.
            last: Largest row number.
        """
        query = (
            "SELECT row_number, rule, place FROM removed"
            " WHERE row_number BETWEEN ? AND ? ORDER BY row_number"
        )
        return self._engine.execute(query, [first, last]).fetchall()

    def count(self, *, duplicates: bool) -> int:
        """Return how many rows go as duplicates, or for other reasons."""
        sign = "=" if duplicates else "<>"
        query = f"SELECT count(*) FROM removed WHERE rule {sign} ?"  # noqa: S608 one of two signs
        row = self._engine.execute(query, [DUPLICATE]).fetchone()
        return 0 if row is None else int(row[0])
