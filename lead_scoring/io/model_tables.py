"""Models, decisions and drift checks in the platform database."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from lead_scoring.core.records import ColumnDrift
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import DriftCheck
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Verdict
from lead_scoring.errors import IntegrityError
from lead_scoring.io.statements import Row
from lead_scoring.io.statements import insert_new
from lead_scoring.io.tables import DECISIONS
from lead_scoring.io.tables import DRIFT_CHECKS
from lead_scoring.io.tables import DRIFT_COLUMNS
from lead_scoring.io.tables import MODELS
from lead_scoring.io.transactions import Connected


class ModelTables(Connected):
    """Implements the ports ``ModelStore``, ``DecisionStore`` and ``DriftStore``."""

    def save_model(self, version: ModelVersion) -> None:
        """Insert a version; one that is there already, by use case and version, is left as it is.

        Raises:
            IntegrityError: It is there with another digest or another ``training_id``. Nothing
                was written.
            TransientError: The database is locked or down. Nothing was written.
        """
        row = asdict(version) | {
            "artifacts": dict(version.artifacts),
            "metrics": dict(version.metrics),
            "recorded_at": self._now(),
        }
        same_version = (MODELS.c.use_case == version.use_case) & (
            MODELS.c.version == version.version
        )
        same_training = MODELS.c.training_id == version.training_id
        what = f"{version.use_case} version {version.version}"
        with self.writing(f"model {what}", lock=version.use_case) as connection:
            found = connection.execute(sa.select(MODELS).where(same_version | same_training)).all()
            for other in found:
                _refuse_another(_version(other), version, what)
            if not found:
                connection.execute(sa.insert(MODELS), [row])

    def find_model(self, use_case: str, version: int) -> ModelVersion | None:
        """Return a registered version."""
        return self._find_model(MODELS.c.use_case == use_case, MODELS.c.version == version)

    def find_training(self, training_id: str) -> ModelVersion | None:
        """Return the version a training made."""
        return self._find_model(MODELS.c.training_id == training_id)

    def save_decision(self, decision: Decision) -> None:
        """Append a decision; one that is there already, by id, is left as it is.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        with self.writing(f"decision {decision.decision_id}") as connection:
            insert_new(connection, DECISIONS, [self._decision_row(decision)])

    def decisions(self, use_case: str) -> tuple[Decision, ...]:
        """Return all decisions, oldest first."""
        own = (
            sa.select(DECISIONS)
            .where(DECISIONS.c.use_case == use_case)
            .order_by(DECISIONS.c.recorded_at, DECISIONS.c.as_of, DECISIONS.c.decision_id)
        )
        with self.reading(f"decisions of {use_case}") as connection:
            return tuple(_decision(row) for row in connection.execute(own))

    def save_check(self, check: DriftCheck) -> None:
        """Write a check and its columns; one that is there already, by id, is left as it is.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        row = asdict(check) | {"verdict": check.verdict.value, "recorded_at": self._now()}
        del row["columns"]
        with self.writing(f"drift check {check.check_id}") as connection:
            insert_new(connection, DRIFT_CHECKS, [row])
            insert_new(connection, DRIFT_COLUMNS, _column_rows(check))

    def last_check(self, use_case: str) -> DriftCheck | None:
        """Return the newest check, by ``as_of`` and then by when it was recorded."""
        newest = (
            sa.select(DRIFT_CHECKS)
            .where(DRIFT_CHECKS.c.use_case == use_case)
            .order_by(DRIFT_CHECKS.c.as_of.desc(), DRIFT_CHECKS.c.recorded_at.desc())
            .limit(1)
        )
        with self.reading(f"drift checks of {use_case}") as connection:
            found = connection.execute(newest).first()
            if found is None:
                return None
            columns = connection.execute(
                sa.select(DRIFT_COLUMNS)
                .where(DRIFT_COLUMNS.c.check_id == found.check_id)
                .order_by(DRIFT_COLUMNS.c.column_name)
            ).all()
        return _check(found, columns)

    def _find_model(self, *conditions: sa.ColumnElement[bool]) -> ModelVersion | None:
        with self.reading("models") as connection:
            found = connection.execute(sa.select(MODELS).where(*conditions)).first()
        return None if found is None else _version(found)

    def _decision_row(self, decision: Decision) -> Row:
        return asdict(decision) | {
            "kind": decision.kind.value,
            "reasons": list(decision.reasons),
            "recorded_at": self._now(),
        }


def _version(row: sa.Row[Any]) -> ModelVersion:
    values = dict(row._mapping)  # noqa: SLF001 public in SQLAlchemy, despite the underscore
    del values["recorded_at"]
    return ModelVersion(**values)


def _refuse_another(there: ModelVersion, given: ModelVersion, what: str) -> None:
    for name in ("version", "training_id", "model_digest", "artifacts"):
        if getattr(there, name) != getattr(given, name):
            msg = (
                f"{what} is recorded with {name} {getattr(there, name)}, "
                f"not {getattr(given, name)}; nothing was written"
            )
            raise IntegrityError(msg)


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(
        decision_id=row.decision_id,
        use_case=row.use_case,
        kind=DecisionKind(row.kind),
        subject=row.subject,
        champion=row.champion,
        reasons=tuple(row.reasons),
        decided_by=row.decided_by,
        as_of=row.as_of,
    )


def _column_rows(check: DriftCheck) -> list[Row]:
    return [
        {
            "check_id": check.check_id,
            "column_name": column.column,
            "statistic": column.statistic,
            "value": column.value,
            "limit_value": column.limit,
            "drifted": column.drifted,
        }
        for column in check.columns
    ]


def _check(row: sa.Row[Any], columns: Sequence[sa.Row[Any]]) -> DriftCheck:
    values = dict(row._mapping)  # noqa: SLF001 public in SQLAlchemy, despite the underscore
    del values["recorded_at"]
    drifts = tuple(
        ColumnDrift(one.column_name, one.statistic, one.value, one.limit_value, one.drifted)
        for one in columns
    )
    return DriftCheck(**values | {"verdict": Verdict(row.verdict), "columns": drifts})
