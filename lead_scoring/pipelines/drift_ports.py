"""What the drift check needs from outside, as small Protocols; ``io`` implements them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import pandas as pd

from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.governor import History


class DriftStore(Protocol):
    """Drift checks in the platform database."""

    def save_check(self, check: DriftCheck) -> None:
        """Write a check and its columns; one that is there already, by id, is left as it is.

        Raises:
            ValueError: A number of it is not finite. Nothing was written.
        """

    def find_check(self, check_id: str) -> DriftCheck | None:
        """Return a check."""

    def history(self, use_case: str, as_of: datetime) -> History:
        """Return the checks and trainings of instants before ``as_of``.

        A training for ``as_of`` itself is not there: a check that is run again must not be held
        back by the training it asked for.
        """

    def is_accepted(self, load_id: str, as_of: datetime) -> bool:
        """Whether a person said at or before ``as_of`` that a load is right as it is."""

    def save_report(self, check_id: str, url: str) -> None:
        """Note where the report of a check is kept, in place of what was noted."""


class DriftMonitor(Protocol):
    """Renders reports on drift for people; it decides nothing."""

    def report(
        self,
        reference: pd.DataFrame,
        current: pd.DataFrame,
        numeric: Sequence[str],
        probability: str | None,
        notes: Sequence[str] = (),
    ) -> tuple[str, str]:
        """Show the columns of ``current`` beside those of ``reference``.

        Args:
            reference: Rows to compare with.
            current: New rows, same columns.
            numeric: The columns of numbers; all others are text.
            probability: The column of the champion's probabilities, if there is one.
            notes: Sentences that stand above everything else.

        Returns:
            The report as an HTML page and as JSON.
        """


class CheckReports(Protocol):
    """Where reports on drift checks are kept for people."""

    def log_check(self, check: DriftCheck, page: str, content: str) -> str:
        """Keep the report of a check with its numbers, in place of what was kept.

        Args:
            check: The check.
            page: The report as HTML.
            content: The report as JSON.

        Returns:
            The address people open the report at.
        """
