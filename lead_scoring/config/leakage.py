"""What counts as leakage: a column that knows the outcome before it is known."""

from typing import Annotated
from typing import Self

from pydantic import Field
from pydantic import StringConstraints
from pydantic import model_validator

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Model

Skill = Annotated[float, Field(gt=0.5, le=1)]
"""A ROC AUC better than chance."""


class AllowedColumn(Model):
    """A column that may give the outcome away, and why that is right.

    Attributes:
        column: Column of the contract, or a feature.
        reason: Why it is known before the outcome; kept with every model that reads it.
    """

    column: ColumnName
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class LeakageConfig(Model):
    """Limits of the leakage check; what reaches one is not registered.

    Attributes:
        candidate_auc: ROC AUC of the whole candidate on the test window that nothing honest has.
        column_auc: ROC AUC of one column alone.
        presence_auc: ROC AUC of whether one column is missing or present.
        presence_share: Share of one outcome among the rows where a column is missing, or present,
            both outcomes weighing the same.
        order_auc: ROC AUC of the order of an id, or of the order of the rows.
        chance: A share is evidence if chance gives it with no more than this probability.
        sample_rows: Rows the check looks at.
        allow: Columns that may reach a limit.
    """

    candidate_auc: Skill = 0.995
    column_auc: Skill = 0.98
    presence_auc: Skill = 0.95
    presence_share: Skill = 0.99
    order_auc: Skill = 0.8
    chance: Annotated[float, Field(gt=0, lt=0.01)] = 1e-9
    sample_rows: Annotated[int, Field(ge=1000, le=20_000)] = 20_000
    allow: tuple[AllowedColumn, ...] = ()

    @model_validator(mode="after")
    def _one_reason_per_column(self) -> Self:
        columns = [allowed.column for allowed in self.allow]
        twice = sorted({column for column in columns if columns.count(column) > 1})
        if twice:
            msg = f"allow: {twice} stands there twice; give one reason per column"
            raise ValueError(msg)
        return self

    def reason(self, column: str) -> str:
        """Return why a column is allowed; empty if it is not."""
        return next((one.reason for one in self.allow if one.column == column), "")
