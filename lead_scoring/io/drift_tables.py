"""Drift checks in the platform database, and what came of those before."""

import math
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import fields
from datetime import datetime
from typing import Any
from typing import Final

import sqlalchemy as sa

from lead_scoring.core.approval import CROWNING
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import ColumnDrift
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Evidence
from lead_scoring.core.drift_records import Performance
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.governor import History
from lead_scoring.core.governor import PastCheck
from lead_scoring.core.governor import PastTraining
from lead_scoring.core.records import DecisionKind
from lead_scoring.io.statements import Row
from lead_scoring.io.statements import insert_new
from lead_scoring.io.tables import DECISIONS
from lead_scoring.io.tables import DRIFT_CHECKS
from lead_scoring.io.tables import DRIFT_COLUMNS
from lead_scoring.io.tables import LOADS
from lead_scoring.io.tables import MODELS
from lead_scoring.io.transactions import Connected

_NEWEST_FIRST: Final = (
    DRIFT_CHECKS.c.as_of.desc(),
    DRIFT_CHECKS.c.recorded_at.desc(),
    DRIFT_CHECKS.c.check_id,
)


class DriftTables(Connected):
    """Implements the port ``DriftStore``."""

    def save_check(self, check: DriftCheck) -> None:
        """Write a check and its columns; one that is there already, by id, is left as it is.

        Raises:
            ValueError: A number of it is not finite. Nothing was written.
            TransientError: The database is locked or down. Nothing was written.
        """
        for name, value in _numbers(check):
            if not math.isfinite(value):
                msg = f"drift check {check.check_id}: {name} is {value}; nothing was written"
                raise ValueError(msg)
        row = _check_row(check) | {"recorded_at": self._now()}
        with self.writing(f"drift check {check.check_id}", lock=check.use_case) as connection:
            there = sa.select(DRIFT_CHECKS.c.check_id).where(
                DRIFT_CHECKS.c.check_id == check.check_id
            )
            if connection.scalar(there) is None:
                insert_new(connection, DRIFT_CHECKS, [row])
                insert_new(connection, DRIFT_COLUMNS, _column_rows(check))

    def find_check(self, check_id: str) -> DriftCheck | None:
        """Return a check."""
        found = self._checks(sa.select(DRIFT_CHECKS).where(DRIFT_CHECKS.c.check_id == check_id))
        return found[0] if found else None

    def last_check(self, use_case: str) -> DriftCheck | None:
        """Return the newest check, by ``as_of`` and then by when it was recorded."""
        found = self.checks(use_case, 1)
        return found[0] if found else None

    def checks(self, use_case: str, limit: int | None = None) -> tuple[DriftCheck, ...]:
        """Return the newest checks, newest first."""
        own = sa.select(DRIFT_CHECKS).where(DRIFT_CHECKS.c.use_case == use_case)
        return self._checks(own.order_by(*_NEWEST_FIRST).limit(limit))

    def history(self, use_case: str, as_of: datetime) -> History:
        """Return the checks and trainings of instants before ``as_of``."""
        checks = (
            sa.select(*(DRIFT_CHECKS.c[field.name] for field in fields(PastCheck)))
            .where(DRIFT_CHECKS.c.use_case == use_case, DRIFT_CHECKS.c.as_of < as_of)
            .order_by(*_NEWEST_FIRST)
        )
        trainings = (
            sa.select(MODELS.c.as_of, _is_promoted(as_of).label("won"))
            .where(MODELS.c.use_case == use_case, MODELS.c.as_of < as_of)
            .order_by(MODELS.c.as_of.desc(), MODELS.c.version.desc())
        )
        newer = sa.select(sa.func.max(DRIFT_CHECKS.c.as_of)).where(
            DRIFT_CHECKS.c.use_case == use_case, DRIFT_CHECKS.c.as_of > as_of
        )
        with self.reading(f"drift checks of {use_case}") as connection:
            return History(
                checks=tuple(_past_check(row) for row in connection.execute(checks)),
                trainings=tuple(
                    PastTraining(row.as_of, won=bool(row.won))
                    for row in connection.execute(trainings)
                ),
                newer_check=connection.scalar(newer),
            )

    def is_accepted(self, load_id: str, as_of: datetime) -> bool:
        """Whether a person said at or before ``as_of`` that a load is right as it is."""
        accepted = sa.select(_acceptance(sa.literal(load_id), as_of).exists())
        with self.reading(f"decisions on {load_id}") as connection:
            return bool(connection.scalar(accepted))

    def save_report(self, check_id: str, url: str) -> None:
        """Note where the report of a check is kept, in place of what was noted.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        own = sa.update(DRIFT_CHECKS).where(DRIFT_CHECKS.c.check_id == check_id)
        with self.writing(f"report of {check_id}") as connection:
            connection.execute(own.values(report=url))

    def report_of(self, check_id: str) -> str | None:
        """Return where the report of a check is kept, if there is one."""
        noted = sa.select(DRIFT_CHECKS.c.report).where(DRIFT_CHECKS.c.check_id == check_id)
        with self.reading(f"report of {check_id}") as connection:
            url: str | None = connection.scalar(noted)
        return url

    def _checks(self, query: sa.Select[Any]) -> tuple[DriftCheck, ...]:
        chosen = query.with_only_columns(DRIFT_CHECKS.c.check_id).subquery()
        compared = (
            sa.select(DRIFT_COLUMNS)
            .join(chosen, chosen.c.check_id == DRIFT_COLUMNS.c.check_id)
            .order_by(DRIFT_COLUMNS.c.column_name)
        )
        columns: dict[str, list[ColumnDrift]] = {}
        with self.reading("drift checks") as connection:
            found = connection.execute(query).all()
            for one in connection.execute(compared):
                columns.setdefault(one.check_id, []).append(_column(one))
        return tuple(_check(row, columns.get(row.check_id, ())) for row in found)


def is_faulty(as_of: datetime) -> sa.ColumnElement[bool]:
    """Return the condition under which a row of ``loads`` is not to be used at an instant.

    Its newest check said data fault, and no person has accepted the load.
    """
    newest = (
        sa.select(DRIFT_CHECKS.c.verdict)
        .where(DRIFT_CHECKS.c.load_id == LOADS.c.load_id, DRIFT_CHECKS.c.as_of <= as_of)
        .order_by(*_NEWEST_FIRST)
        .limit(1)
        .correlate(LOADS)
        .scalar_subquery()
    )
    fault = sa.func.coalesce(newest, "") == Verdict.DATA_FAULT.value
    return fault & ~_acceptance(LOADS.c.load_id, as_of).correlate(LOADS).exists()


def _acceptance(load_id: sa.ColumnElement[str], as_of: datetime) -> sa.Select[Any]:
    return sa.select(DECISIONS.c.decision_id).where(
        DECISIONS.c.kind == DecisionKind.OVERRIDE.value,
        DECISIONS.c.subject == load_id,
        DECISIONS.c.as_of <= as_of,
    )


def _is_promoted(as_of: datetime) -> sa.ColumnElement[bool]:
    return (
        sa.select(DECISIONS.c.decision_id)
        .where(
            DECISIONS.c.use_case == MODELS.c.use_case,
            DECISIONS.c.kind.in_([kind.value for kind in CROWNING]),
            DECISIONS.c.subject == sa.cast(MODELS.c.version, sa.String(64)),
            DECISIONS.c.as_of <= as_of,
        )
        .correlate(MODELS)
        .exists()
    )


def _numbers(check: DriftCheck) -> Iterator[tuple[str, float]]:
    for column in check.columns:
        yield from _floats(column.column, asdict(column))
    for performance in check.performance:
        yield from _floats(performance.metric, asdict(performance))


def _floats(what: str, values: Row) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, float):
            yield f"{name} of {what}", value


def _check_row(check: DriftCheck) -> Row:
    row = asdict(check)
    del row["columns"]
    return row | {
        "verdict": check.verdict.value,
        "action": check.action.value,
        "faults": list(check.faults),
        "performance": [
            asdict(one) | {"evidence": one.evidence.value} for one in check.performance
        ],
    }


def _column_rows(check: DriftCheck) -> list[Row]:
    rows = []
    for column in check.columns:
        row = asdict(column)
        rows.append(row | {"check_id": check.check_id, "column_name": row.pop("column")})
    return rows


def _past_check(row: sa.Row[Any]) -> PastCheck:
    return PastCheck(row.as_of, row.model_version, Verdict(row.verdict), Action(row.action))


def _check(row: sa.Row[Any], columns: Sequence[ColumnDrift]) -> DriftCheck:
    values = {
        field.name: getattr(row, field.name)
        for field in fields(DriftCheck)
        if field.name != "columns"
    }
    judged = {
        "verdict": Verdict(row.verdict),
        "action": Action(row.action),
        "faults": tuple(row.faults),
        "performance": tuple(
            Performance(**one | {"evidence": Evidence(one["evidence"])}) for one in row.performance
        ),
        "columns": tuple(columns),
    }
    return DriftCheck(**values | judged)


def _column(row: sa.Row[Any]) -> ColumnDrift:
    """Read a column; what a check of an older version did not have is NaN."""

    def known(value: float | None) -> float:
        return math.nan if value is None else value

    return ColumnDrift(
        column=row.column_name,
        rows=row.rows or 0,
        statistic=row.statistic,
        value=row.value,
        p_value=known(row.p_value),
        q_value=known(row.q_value),
        psi=known(row.psi),
        mean_shift=row.mean_shift,
        missing_reference=known(row.missing_reference),
        missing_current=known(row.missing_current),
        drifted=row.drifted,
    )
