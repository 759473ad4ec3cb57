"""The platform database: every store of the pipelines on one engine."""

from pathlib import Path
from typing import Self

from lead_scoring.io.export_tables import ExportTables
from lead_scoring.io.key_tables import KeyTables
from lead_scoring.io.lead_pages import LeadPages
from lead_scoring.io.outcome_tables import OutcomeTables
from lead_scoring.io.outlook_queries import OutlookQueries
from lead_scoring.io.realised_queries import RealisedQueries
from lead_scoring.io.review_queries import ReviewQueries
from lead_scoring.io.stored_scores import StoredScores
from lead_scoring.io.transactions import make_engine
from lead_scoring.io.week_queries import WeekQueries


class Database(
    LeadPages,
    OutlookQueries,
    RealisedQueries,
    ReviewQueries,
    StoredScores,
    OutcomeTables,
    ExportTables,
    KeyTables,
    WeekQueries,
):
    """Implements all stores of ``pipelines.ports``, and the questions people ask.

    >>> with Database.open("sqlite:///database/lead_scoring.db", home) as database:
    ...     database.leads("codepro_leads", top=10)  # doctest: +SKIP
    """

    @classmethod
    def open(cls, url: str, home: Path, run_id: str | None = None) -> Self:
        """Open a database that `lead_scoring.io.migrations.migrate` made.

        Args:
            url: SQLAlchemy URL with its driver.
            home: Folder a relative SQLite path is below.
            run_id: Run that writes, as its scheduler calls it; kept for people only.

        Raises:
            ConfigError: The URL names no database this platform runs on.
        """
        return cls(make_engine(url, home), run_id=run_id)
