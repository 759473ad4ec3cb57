"""Where the rows of a load wait, on disk, until all of them were seen."""

import json
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.contract import Action
from lead_scoring.config.contract import Rule
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.dispositions import MAX_EXAMPLES
from lead_scoring.core.dispositions import Tally
from lead_scoring.core.dispositions import describe
from lead_scoring.core.dispositions import quarantine
from lead_scoring.core.leads import OUTCOME_VALUE
from lead_scoring.core.leads import lead_schema
from lead_scoring.core.parsing import as_text
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.rows import RawRows
from lead_scoring.core.schema import CONTENT
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.io.engine import opened_engine
from lead_scoring.io.repeats import DUPLICATE
from lead_scoring.io.repeats import Repeats
from lead_scoring.io.scratch import scratch_folder
from lead_scoring.io.spool import Spool

ENGINE_MEMORY: Final = 96
"""MiB the engine gets for a load, at most: it spills rather than grow with the rows."""
_FETCHED: Final = 1_000


class Staging:
    """Opens stages, one per load.

    Args:
        engine_memory: Limit of the engine, MiB.
        folder: Where stages lie while they are open; the system's temporary folder if absent.
    """

    def __init__(self, engine_memory: int = ENGINE_MEMORY, folder: str | None = None) -> None:
        self._engine_memory = min(engine_memory, ENGINE_MEMORY)
        self._folder = folder

    @contextmanager
    def opened(self, use_case: UseCase) -> Iterator["Stage"]:
        """Open an empty stage; it is gone when closed."""
        with (
            scratch_folder(self._folder) as folder,
            opened_engine(self._engine_memory, str(folder)) as engine,
        ):
            stage = Stage(use_case, folder, engine)
            try:
                yield stage
            finally:
                stage.close()


class Stage:
    """Rows of one load: those that may stay, as leads and as they came, and the refused ones."""

    def __init__(self, use_case: UseCase, folder: Path, engine: duckdb.DuckDBPyConnection) -> None:
        contract = use_case.contract
        self._contract = contract
        self._engine = engine
        self._leads = Spool(folder / "leads.arrow")
        self._raw = Spool(folder / "raw.arrow")
        self._ranges: list[tuple[int, int]] = []
        unique = [name for name, column in contract.columns.items() if column.unique]
        id_column = use_case.lead.id_column
        self._repeats = Repeats(engine, id_column, use_case.outcome.column, unique)
        self._schema = lead_schema(use_case)
        engine.execute(
            "CREATE TABLE refused (row_number BIGINT, line BIGINT, place VARCHAR, rule VARCHAR,"
            " value VARCHAR, findings VARCHAR, raw_row VARCHAR)"
        )
        self._staged = 0
        self._refused = 0

    @property
    def schema(self) -> pa.Schema:
        """Schema of the accepted rows."""
        return pa.schema([field for field in self._schema if field.name != OUTCOME_VALUE])

    def add(self, leads: pa.RecordBatch, raw: RawRows) -> None:
        """Stage rows that no rule refused so far.

        Args:
            leads: The rows as leads.
            raw: The same rows as they came.
        """
        if not leads.num_rows:
            return
        texts = [_text_of(raw, column) for column in self._repeats.unique_columns]
        self._repeats.add(leads, texts)
        self._leads.append(leads)
        self._raw.append(_pack(raw))
        self._ranges.append((int(raw.row_numbers[0]), int(raw.row_numbers[-1])))
        self._staged += leads.num_rows

    def refuse(self, rows: Sequence[QuarantinedRow]) -> None:
        """Stage refused rows."""
        if not rows:
            return
        values = [asdict(row) for row in rows]
        incoming = pa.table(
            {
                "row_number": pa.array([row["row_number"] for row in values], pa.int64()),
                "line": pa.array([row["line"] for row in values], pa.int64()),
                "place": pa.array([row["column"] for row in values], pa.string()),
                "rule": pa.array([str(row["rule"]) for row in values], pa.string()),
                "value": pa.array([row["value"] for row in values], pa.string()),
                "findings": pa.array([json.dumps(row["findings"]) for row in values]),
                "raw_row": pa.array([row["raw_row"] for row in values], pa.string()),
            }
        )
        self._engine.register("incoming", incoming)
        self._engine.execute("INSERT INTO refused SELECT * FROM incoming")
        self._engine.unregister("incoming")
        self._refused += len(rows)

    def settle(self, tally: Tally) -> None:
        """Find rows that stand more than once and set apart those that contradict each other.

        Args:
            tally: Counts of what is found are added here.
        """
        self._leads.close()
        self._raw.close()
        self._repeats.find()
        for column in self._repeats.unique_columns:
            keep = self._contract.rule(Rule.UNIQUE, column).action is Action.WARN
            count, first = self._repeats.find_values(column, keep=keep)
            if keep and count:
                tally.add(Rule.UNIQUE, column, count, [f"row {row}" for row in first])
        if self._repeats.count(duplicates=False):
            self._refuse_repeats(tally)

    def counts(self) -> dict[str, int]:
        """Return rows accepted, quarantined and duplicate, after `settle`."""
        duplicate = self._repeats.count(duplicates=True)
        others = self._repeats.count(duplicates=False)
        return {
            "accepted": self._staged - duplicate - others,
            "quarantined": self._refused,
            "duplicate": duplicate,
        }

    def accepted(self) -> Iterator[pa.RecordBatch]:
        """Yield the accepted rows in row order, with the columns of `schema`."""
        for (first, last), leads in zip(self._ranges, self._leads.batches(), strict=True):
            gone = [row for row, _, _ in self._repeats.removed(first, last)]
            numbers = leads.column(ROW_NUMBER).to_numpy()
            left = leads.filter(pa.array(~np.isin(numbers, gone))) if gone else leads
            outcome = pc.fill_null(left.column(OUTCOME_VALUE), "")
            content = pc.binary_join_element_wise(left.column(CONTENT), outcome, ":")
            columns = {name: left.column(name) for name in self.schema.names}
            columns[CONTENT] = content
            yield pa.record_batch(list(columns.values()), schema=self.schema)

    def quarantined(self) -> Iterator[QuarantinedRow]:
        """Yield the refused rows in row order."""
        cursor = self._engine.cursor().execute("SELECT * FROM refused ORDER BY row_number")
        while rows := cursor.fetchmany(_FETCHED):
            for number, line, column, rule, value, findings, raw_row in rows:
                broken = tuple(json.loads(findings))
                yield QuarantinedRow(number, line, column, rule, value, broken, raw_row)

    def close(self) -> None:
        """Close the files."""
        self._leads.close()
        self._raw.close()

    def _refuse_repeats(self, tally: Tally) -> None:
        for (first, last), packed in zip(self._ranges, self._raw.batches(), strict=True):
            gone = [
                (row, Rule(rule), column)
                for row, rule, column in self._repeats.removed(first, last)
                if rule != DUPLICATE
            ]
            if not gone:
                continue
            raw = _unpack(packed)
            rows = np.array([row for row, _, _ in gone], dtype=np.int64)
            chosen = raw.take(np.searchsorted(raw.row_numbers, rows))
            reasons = [(rule, column) for _, rule, column in gone]
            self.refuse(list(quarantine(chosen, [[reason] for reason in reasons])))
            for reason in sorted(set(reasons)):
                places = [at for at, found in enumerate(reasons) if found == reason]
                examples = [describe(chosen, at, reason[1]) for at in places[:MAX_EXAMPLES]]
                tally.add(*reason, len(places), examples)


def _pack(raw: RawRows) -> pa.RecordBatch:
    """Return raw rows as one batch of text, with numbers and lines in front, by position."""
    lines = pa.nulls(len(raw), pa.int64()) if raw.lines is None else pa.array(raw.lines)
    columns = [as_text(column) for column in raw.table.columns]
    names = ["row", "line", *raw.table.column_names]
    return pa.RecordBatch.from_arrays([pa.array(raw.row_numbers), lines, *columns], names=names)


def _unpack(packed: pa.RecordBatch) -> RawRows:
    numbers, lines, *columns = packed.columns
    table = pa.Table.from_arrays(columns, names=packed.schema.names[2:])
    known = None if lines.null_count else lines.to_numpy()
    return RawRows(table, numbers.to_numpy(), known)


def _text_of(raw: RawRows, column: str) -> pa.Array:
    if column not in raw.table.column_names:
        return pa.nulls(len(raw), pa.string())
    text = as_text(raw.table.column(column))
    return pc.replace_with_mask(text, pc.equal(text, ""), pa.scalar(None, pa.string()))
