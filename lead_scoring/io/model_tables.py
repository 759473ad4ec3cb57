"""Models and decisions in the platform database."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import ModelVersion
from lead_scoring.errors import IntegrityError
from lead_scoring.io.statements import Row
from lead_scoring.io.statements import insert_new
from lead_scoring.io.tables import DECISIONS
from lead_scoring.io.tables import MODELS
from lead_scoring.io.transactions import Connected


class ModelTables(Connected):
    """Implements the ports ``ModelStore`` and ``DecisionStore``."""

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
                _refuse_another(read_version(other), version, what)
            if not found:
                connection.execute(sa.insert(MODELS), [row])

    def find_model(self, use_case: str, version: int) -> ModelVersion | None:
        """Return a registered version."""
        return self._find_model(MODELS.c.use_case == use_case, MODELS.c.version == version)

    def models(self, use_case: str) -> tuple[ModelVersion, ...]:
        """Return all versions of a use case, oldest first."""
        own = sa.select(MODELS).where(MODELS.c.use_case == use_case).order_by(MODELS.c.version)
        with self.reading(f"models of {use_case}") as connection:
            return tuple(read_version(row) for row in connection.execute(own))

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
            return tuple(read_decision(row) for row in connection.execute(own))

    def _find_model(self, *conditions: sa.ColumnElement[bool]) -> ModelVersion | None:
        with self.reading("models") as connection:
            found = connection.execute(sa.select(MODELS).where(*conditions)).first()
        return None if found is None else read_version(found)

    def _decision_row(self, decision: Decision) -> Row:
        return asdict(decision) | {
            "kind": decision.kind.value,
            "reasons": list(decision.reasons),
            "evidence": dict(decision.evidence),
            "recorded_at": self._now(),
        }


def read_version(row: sa.Row[Any]) -> ModelVersion:
    """Return the version a row of ``models`` is."""
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


def read_decision(row: sa.Row[Any]) -> Decision:
    """Return the decision a row of ``decisions`` is."""
    return Decision(
        decision_id=row.decision_id,
        use_case=row.use_case,
        kind=DecisionKind(row.kind),
        subject=row.subject,
        champion=row.champion,
        reasons=tuple(row.reasons),
        decided_by=row.decided_by,
        as_of=row.as_of,
        about=row.about,
        evidence=row.evidence,
    )
