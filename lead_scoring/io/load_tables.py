"""Loads and their quarantine in the platform database."""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from typing import Final

import sqlalchemy as sa

from lead_scoring.core.records import Finding
from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.records import Window
from lead_scoring.io.drift_tables import is_faulty
from lead_scoring.io.statements import Row
from lead_scoring.io.statements import in_pieces
from lead_scoring.io.statements import upsert
from lead_scoring.io.tables import LOADS
from lead_scoring.io.tables import QUARANTINE
from lead_scoring.io.transactions import Connected

PIECE_ROWS: Final = 5_000


class LoadTables(Connected):
    """Implements the port ``LoadStore``."""

    def find_load(self, load_id: str) -> Load | None:
        """Return a complete load."""
        with self.reading(f"load {load_id}") as connection:
            found = connection.execute(sa.select(LOADS).where(LOADS.c.load_id == load_id)).first()
        return None if found is None else read_load(found)

    def save_load(self, load: Load, quarantine: Iterable[QuarantinedRow]) -> None:
        """Write a load and replace its quarantine in one transaction.

        A load that is there keeps the earlier of the two ``as_of``, and its quarantined rows keep
        the note in which load they were accepted.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        with self.writing(f"load {load.load_id}", lock=load.use_case) as connection:
            first = connection.scalar(
                sa.select(LOADS.c.as_of).where(LOADS.c.load_id == load.load_id)
            )
            row = _load_row(load) | self._run()
            row["as_of"] = load.as_of if first is None else min(first, load.as_of)
            upsert(connection, LOADS, [row])
            _replace_quarantine(connection, load, quarantine)

    def loads(
        self, use_case: str, as_of: datetime, purpose: Purpose, *, faulty: bool = False
    ) -> tuple[Load, ...]:
        """Return the loads known at ``as_of``, oldest first (by ``as_of``, then id).

        A load whose newest check at ``as_of`` said data fault is left out, unless a person
        accepted it by then.

        Args:
            use_case: Name of the use case.
            as_of: Loads, checks and decisions of later instants do not exist.
            purpose: What the loads may be used for.
            faulty: Return faulty loads too.
        """
        of_purpose = LOADS.c.purpose == purpose.value
        usable = sa.true() if faulty else ~is_faulty(as_of)
        return self._known_loads(use_case, as_of, of_purpose, usable)

    def faulty_loads(self, use_case: str, as_of: datetime) -> tuple[Load, ...]:
        """Return the loads that `loads` leaves out, oldest first."""
        return self._known_loads(use_case, as_of, is_faulty(as_of))

    def quarantined(self, load_id: str) -> Iterator[QuarantinedRow]:
        """Iterate over the rows of a load's quarantine that were not replayed yet."""
        last = 0
        while rows := self._quarantined_after(load_id, last):
            yield from rows
            last = rows[-1].row_number

    def mark_replayed(self, load_id: str, row_numbers: Iterable[int], replayed_in: str) -> int:
        """Note in which load rows were accepted after a replay; return how many."""
        marked = 0
        with self.writing(f"replay of {load_id}") as connection:
            for piece in in_pieces(row_numbers, PIECE_ROWS):
                marked += connection.execute(
                    sa.update(QUARANTINE)
                    .where(QUARANTINE.c.load_id == load_id, QUARANTINE.c.row_number.in_(piece))
                    .values(replayed_in=replayed_in)
                ).rowcount
        return marked

    def _known_loads(
        self, use_case: str, as_of: datetime, *conditions: sa.ColumnElement[bool]
    ) -> tuple[Load, ...]:
        known = (
            sa.select(LOADS)
            .where(LOADS.c.use_case == use_case, LOADS.c.as_of <= as_of, *conditions)
            .order_by(LOADS.c.as_of, LOADS.c.load_id)
        )
        with self.reading(f"loads of {use_case}") as connection:
            return tuple(read_load(row) for row in connection.execute(known))

    def _quarantined_after(self, load_id: str, row_number: int) -> list[QuarantinedRow]:
        waiting = (
            sa.select(QUARANTINE)
            .where(
                QUARANTINE.c.load_id == load_id,
                QUARANTINE.c.row_number > row_number,
                QUARANTINE.c.replayed_in.is_(None),
            )
            .order_by(QUARANTINE.c.row_number)
            .limit(PIECE_ROWS)
        )
        with self.reading(f"quarantine of {load_id}") as connection:
            return [read_quarantined(row) for row in connection.execute(waiting)]

    def _run(self) -> Row:
        return {
            "run_id": self._run_id,
            "started_at": self._opened_at,
            "finished_at": self._now(),
        }


def _replace_quarantine(
    connection: sa.Connection, load: Load, quarantine: Iterable[QuarantinedRow]
) -> None:
    own = QUARANTINE.c.load_id == load.load_id
    noted = connection.execute(
        sa.select(QUARANTINE.c.row_number, QUARANTINE.c.replayed_in).where(
            own, QUARANTINE.c.replayed_in.is_not(None)
        )
    )
    replayed = {row.row_number: row.replayed_in for row in noted}
    connection.execute(sa.delete(QUARANTINE).where(own))
    for piece in in_pieces(quarantine, PIECE_ROWS):
        connection.execute(
            sa.insert(QUARANTINE),
            [quarantine_row(load, row, replayed.get(row.row_number)) for row in piece],
        )


def _load_row(load: Load) -> Row:
    row = asdict(load)
    window: dict[str, datetime | None] = row.pop("window")
    return row | {
        "purpose": load.purpose.value,
        "window_from": window["start"],
        "window_to": window["end"],
        "findings": [asdict(finding) for finding in load.findings],
    }


def read_load(row: sa.Row[Any]) -> Load:
    """Return the load a row of ``loads`` is."""
    values = dict(row._mapping)  # noqa: SLF001 public in SQLAlchemy, underscored against clashes
    for name in ("run_id", "started_at", "finished_at"):
        del values[name]
    findings = tuple(
        Finding(**(finding | {"examples": tuple(finding["examples"])}))
        for finding in values.pop("findings")
    )
    window = Window(values.pop("window_from"), values.pop("window_to"))
    purpose = Purpose(values.pop("purpose"))
    return Load(**values, purpose=purpose, window=window, findings=findings)


def quarantine_row(load: Load, row: QuarantinedRow, replayed_in: str | None) -> Row:
    """Return a refused row as its table has it."""
    values = asdict(row)
    values["column_name"] = values.pop("column")
    values["findings"] = list(row.findings)
    return values | {
        "load_id": load.load_id,
        "use_case": load.use_case,
        "replayed_in": replayed_in,
    }


def read_quarantined(row: sa.Row[Any]) -> QuarantinedRow:
    """Return the refused row a row of ``quarantine`` is."""
    return QuarantinedRow(
        row_number=row.row_number,
        line=row.line,
        column=row.column_name,
        rule=row.rule,
        value=row.value,
        findings=tuple(row.findings),
        raw_row=row.raw_row,
    )
