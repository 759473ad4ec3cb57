"""The weekly summary: gathered from the database, written once, read as a page or as a mail."""

from typing import TYPE_CHECKING

from lead_scoring.tasks.instants import parse_optional
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.core.document import Document


def weekly_summary(use_case: str, week_of: str | None = None) -> "Document":
    """Write the summary of a week, Monday to Sunday in UTC.

    Args:
        use_case: Name of the use case.
        week_of: An instant or day of the week; the week of the newest batch if not given.

    Raises:
        ConfigError: It is no instant.
    """
    from lead_scoring.core.week_page import week_page
    from lead_scoring.io import clock
    from lead_scoring.pipelines.week import gather_week

    moment = parse_optional(week_of, "week_of")
    with opened(use_case) as work:
        return week_page(gather_week(work.use_case, moment, clock.now(), week=work.database))


def summary_html(use_case: str, week_of: str | None = None) -> str:
    """Return the summary as one HTML page that needs nothing beside it; see `weekly_summary`."""
    from lead_scoring.io.pages import to_html

    return to_html(weekly_summary(use_case, week_of), {})


def mailed_summary(use_case: str, week_of: str | None = None) -> tuple[str, str]:
    """Return subject and page of a summary to send; see `weekly_summary`."""
    from lead_scoring.io.pages import to_html

    document = weekly_summary(use_case, week_of)
    return document.title, to_html(document, {})
