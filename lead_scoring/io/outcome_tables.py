"""Outcomes in the platform database: those of the source, and those a file brings back.

Of two outcomes of a lead that are the same, the earlier instant stands: it was known then. Of two
that differ, the one that became known later stands; of the same instant, the source's. A newer
load of the source always takes the place of an older one.
"""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from typing import Final

import pyarrow as pa
import sqlalchemy as sa

from lead_scoring.config.contract import Action
from lead_scoring.core.dispositions import MAX_EXAMPLES
from lead_scoring.core.outcomes_file import CONFLICT
from lead_scoring.core.outcomes_file import IN_A_LOAD
from lead_scoring.core.outcomes_file import NOT_YET_KNOWN
from lead_scoring.core.outcomes_file import UNKNOWN_LEAD
from lead_scoring.core.plain import instant
from lead_scoring.core.records import Finding
from lead_scoring.core.records import Load
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.records import Refusal
from lead_scoring.core.records import Settled
from lead_scoring.io.bulk import insert_batches
from lead_scoring.io.current_scores import close_leads
from lead_scoring.io.load_tables import PIECE_ROWS
from lead_scoring.io.load_tables import quarantine_row
from lead_scoring.io.statements import in_pieces
from lead_scoring.io.statements import insert_into
from lead_scoring.io.statements import upsert
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.tables import LOADS
from lead_scoring.io.tables import OUTCOMES
from lead_scoring.io.tables import QUARANTINE
from lead_scoring.io.tables import SCORES
from lead_scoring.io.transactions import Connected

Describe = Callable[[Mapping[int, Refusal]], Iterable[QuarantinedRow]]

_NAMES: Final = tuple(column.name for column in OUTCOMES.columns)
_STAGED: Final = sa.Table(
    "staged_outcomes",
    sa.MetaData(),
    sa.Column("row_number", sa.BigInteger),
    sa.Column(IN_A_LOAD, sa.Boolean),
    *(sa.Column(column.name, column.type) for column in OUTCOMES.columns),
    prefixes=["TEMPORARY"],
)


class OutcomeTables(Connected):
    """Implements the port ``OutcomeStore``."""

    def save_outcomes(
        self, use_case: str, load_id: str, outcomes: Iterable[pa.RecordBatch]
    ) -> int:
        """Write what a source says: ``lead_id``, ``outcome``, ``known_at``; return rows.

        Of several classes ``outcome_class`` comes too: what the class is called. All in one
        transaction, in which leads that are closed by them leave ``current_scores``.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        with self.writing(f"outcomes of {load_id}", lock=use_case) as connection:
            written = _stage(connection, use_case, load_id, outcomes)
            connection.execute(_take(connection, source=True))
            _STAGED.drop(connection, checkfirst=False)
            close_leads(connection, use_case)
        return written

    def settle_outcomes(
        self, load: Load, as_of: datetime, outcomes: Iterable[pa.RecordBatch], describe: Describe
    ) -> Settled:
        """Write what a file says, beside what is known already, in one transaction.

        Rows that cannot stand join the quarantine of the load, whose counts follow.

        Args:
            load: The load of the file.
            as_of: Instant, UTC; nothing that becomes known later is taken.
            outcomes: ``row_number``, ``lead_id``, ``outcome``, ``known_at``, ``in_a_load``,
                whether a load has the lead, and, of several classes, ``outcome_class``; each lead
                once.
            describe: Gives refused rows as they stand in quarantine.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        with self.writing(f"outcomes of {load.load_id}", lock=load.use_case) as connection:
            _stage(connection, load.use_case, load.load_id, outcomes)
            refused = _refusals(connection, load.use_case, as_of)
            rows = list(describe(refused))
            for piece in in_pieces(rows, PIECE_ROWS):
                values = [quarantine_row(load, row, None) for row in piece]
                upsert(connection, QUARANTINE, values)
            _note(connection, load, rows)
            for numbers in in_pieces(refused, PIECE_ROWS):
                gone = _STAGED.c.row_number.in_(numbers)
                connection.execute(sa.delete(_STAGED).where(gone))
            settled = _settled(connection, tuple(rows))
            connection.execute(_take(connection, source=False))
            _STAGED.drop(connection, checkfirst=False)
            close_leads(connection, load.use_case)
        return settled


def _stage(
    connection: sa.Connection, use_case: str, load_id: str, outcomes: Iterable[pa.RecordBatch]
) -> int:
    _STAGED.drop(connection, checkfirst=True)
    _STAGED.create(connection, checkfirst=False)
    staged = (_of_load(batch, use_case, load_id) for batch in outcomes)
    return insert_batches(connection, _STAGED, staged)


def _of_load(batch: pa.RecordBatch, use_case: str, load_id: str) -> pa.RecordBatch:
    values = {name: batch.column(name) for name in batch.schema.names}
    same = {"use_case": use_case, "load_id": load_id}
    repeated = {name: pa.repeat(value, batch.num_rows) for name, value in same.items()}
    return pa.RecordBatch.from_pydict(values | repeated)


def _take(connection: sa.Connection, *, source: bool) -> sa.Insert:
    """Return the statement that takes the staged outcomes that stand against those known."""
    staged = sa.select(*(_STAGED.c[name] for name in _NAMES)).where(sa.true())
    insert = insert_into(connection, OUTCOMES).from_select(list(_NAMES), staged)
    new, old = insert.excluded, OUTCOMES.c
    changed = {name: new[name] for name in _NAMES if name not in ("use_case", "lead_id")}
    stands = sa.or_(
        sa.and_(new.outcome == old.outcome, new.known_at < old.known_at),
        sa.and_(new.outcome != old.outcome, new.known_at >= old.known_at),
    )
    from_file = sa.exists().where(
        LOADS.c.load_id == old.load_id, LOADS.c.purpose == Purpose.OUTCOMES.value
    )
    return insert.on_conflict_do_update(
        index_elements=["use_case", "lead_id"],
        set_=changed,
        where=sa.or_(~from_file, stands) if source else stands,
    )


def _refusals(connection: sa.Connection, use_case: str, as_of: datetime) -> dict[int, Refusal]:
    """Return the staged rows that cannot stand, by row number, and why."""
    new, old = _STAGED.c, OUTCOMES.c
    scored = sa.exists().where(
        BATCHES.c.use_case == use_case,
        SCORES.c.batch_id == BATCHES.c.batch_id,
        SCORES.c.lead_id == new.lead_id,
    )
    listed = sa.exists().where(
        CURRENT_SCORES.c.use_case == use_case, CURRENT_SCORES.c.lead_id == new.lead_id
    )
    unknown = sa.and_(~new[IN_A_LOAD], old.lead_id.is_(None), ~listed, ~scored)
    conflict = sa.and_(old.outcome != new.outcome, new.known_at <= old.known_at)
    rule = sa.case(
        (new.known_at > as_of, NOT_YET_KNOWN),
        (unknown, UNKNOWN_LEAD),
        (conflict, CONFLICT),
    )
    rows = (
        sa.select(
            new.row_number, rule.label("rule"), new.lead_id, new.known_at, new.outcome,
            old.outcome.label("stands"), old.known_at.label("since"),
        )
        .select_from(_joined(use_case))
        .where(sa.or_(new.known_at > as_of, unknown, conflict))
        .order_by(new.row_number)
    )  # fmt: skip
    found = connection.execute(rows).mappings()
    return {row["row_number"]: _refusal(row, as_of) for row in map(dict, found)}


def _joined(use_case: str) -> sa.Join:
    same = sa.and_(OUTCOMES.c.use_case == use_case, OUTCOMES.c.lead_id == _STAGED.c.lead_id)
    return _STAGED.outerjoin(OUTCOMES, same)


def _refusal(row: Mapping[str, Any], as_of: datetime) -> Refusal:
    rule = row["rule"]
    if rule == NOT_YET_KNOWN:
        return Refusal(rule, "known_at", f"{instant(row['known_at'])}, after {instant(as_of)}")
    if rule == UNKNOWN_LEAD:
        return Refusal(rule, "lead_id", f"{row['lead_id']}, in no load and never scored")
    stands = f"{row['stands']:g} is known since {instant(row['since'])}"
    return Refusal(rule, "outcome", f"{row['outcome']:g}, but {stands}")


def _settled(connection: sa.Connection, refused: tuple[QuarantinedRow, ...]) -> Settled:
    """Count what the rows that are left change."""
    old = OUTCOMES.c
    same = old.outcome == _STAGED.c.outcome
    use_case = _STAGED.c.use_case
    matched = _STAGED.outerjoin(
        OUTCOMES, sa.and_(old.use_case == use_case, old.lead_id == _STAGED.c.lead_id)
    )
    counts = connection.execute(
        sa.select(
            *(
                sa.func.coalesce(sa.func.sum(sa.case((one, 1), else_=0)), 0)
                for one in (old.lead_id.is_(None), same, ~same)
            )
        ).select_from(matched)
    ).one()
    new, confirmed, corrected = (int(one) for one in counts)
    return Settled(new, confirmed, corrected, refused)


def _note(connection: sa.Connection, load: Load, refused: Sequence[QuarantinedRow]) -> None:
    """Let the counts and findings of a load follow what was refused."""
    if not refused:
        return
    findings = [asdict(one) for one in (*load.findings, *_findings(refused))]
    connection.execute(
        sa.update(LOADS)
        .where(LOADS.c.load_id == load.load_id)
        .values(
            rows_accepted=load.rows_accepted - len(refused),
            rows_quarantined=load.rows_quarantined + len(refused),
            findings=findings,
        )
    )


def _findings(refused: Sequence[QuarantinedRow]) -> Iterator[Finding]:
    counts = Counter((row.rule, row.column) for row in refused)
    for (rule, column), count in counts.items():
        own = [row for row in refused if (row.rule, row.column) == (rule, column)]
        examples = tuple(_example(row) for row in own[:MAX_EXAMPLES])
        yield Finding(rule, column, Action.QUARANTINE.value, count, examples)


def _example(row: QuarantinedRow) -> str:
    line = "" if row.line is None else f", line {row.line}"
    return f"row {row.row_number}{line}: {row.value}"
