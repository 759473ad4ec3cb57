"""Who gets the weekly summary, and when."""

from typing import Annotated

from pydantic import Field

from lead_scoring.config.alerts import EmailAddress
from lead_scoring.config.base import Model
from lead_scoring.config.cron import Cron


class SummaryConfig(Model):
    """A mail in business words about the seven days before, Monday to Sunday in UTC.

    It is sent by the scheduler's connection ``lead_scoring_smtp``.

    Attributes:
        schedule: Cron expression, UTC.
        email: Addresses that get it.
    """

    schedule: Cron = "0 6 * * 1"
    email: Annotated[tuple[EmailAddress, ...], Field(min_length=1)]
