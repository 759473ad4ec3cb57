"""Who is told when something needs a person."""

from datetime import timedelta
from typing import Annotated
from typing import Literal
from typing import Self

from pydantic import Field
from pydantic import StringConstraints
from pydantic import model_validator

from lead_scoring.config.base import Duration
from lead_scoring.config.base import Model
from lead_scoring.config.base import in_words

AlertKind = Literal["data_fault", "harmful_drift", "breaker", "approval"]
EmailAddress = Annotated[
    str,
    StringConstraints(pattern=r"^[\w.+-]+@[\w-]+(\.[\w-]+)*$"),
    in_words("an address such as sales@example.com"),
]

LongEnough = Annotated[Duration, Field(ge=timedelta(minutes=1))]


class AlertsConfig(Model):
    """Who is told, by which way, about what.

    How to reach the servers stands in the scheduler's connections ``lead_scoring_smtp`` and
    ``lead_scoring_slack``, never here.

    Attributes:
        email: Addresses that get a message each.
        slack: Whether the webhook of the connection ``lead_scoring_slack`` is called.
        stale_after: How long a run of the data pipeline or of the inference pipeline may take from
            when it was queued; then people are told that scores are stale. Nobody is if absent.
        on: What is told: a load that looks broken, a champion that got worse, a training that
            waits for a person because the last ones won nothing, a version that waits for a
            person's approval.
    """

    email: tuple[EmailAddress, ...] = ()
    slack: bool = False
    stale_after: LongEnough | None = None
    on: Annotated[tuple[AlertKind, ...], Field(min_length=1)] = (
        "data_fault",
        "harmful_drift",
        "breaker",
        "approval",
    )

    @model_validator(mode="after")
    def _somebody_is_told(self) -> Self:
        if self.stale_after is not None and not self.ways:
            msg = "stale_after: nobody would be told; name email addresses, or say slack: true"
            raise ValueError(msg)
        return self

    @property
    def ways(self) -> tuple[Literal["email", "slack"], ...]:
        """The ways people are told by."""
        return (*(("email",) if self.email else ()), *(("slack",) if self.slack else ()))
