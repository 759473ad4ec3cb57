"""Who is told when a drift check needs a person."""

from typing import Annotated
from typing import Literal

from pydantic import Field
from pydantic import StringConstraints

from lead_scoring.config.base import Model
from lead_scoring.config.base import in_words

AlertKind = Literal["data_fault", "harmful_drift", "breaker"]
EmailAddress = Annotated[
    str,
    StringConstraints(pattern=r"^[\w.+-]+@[\w-]+(\.[\w-]+)*$"),
    in_words("an address such as sales@example.com"),
]


class AlertsConfig(Model):
    """Who is told, by which way, about what.

    How to reach the servers stands in the scheduler's connections ``lead_scoring_smtp`` and
    ``lead_scoring_slack``, never here.

    Attributes:
        email: Addresses that get a message each.
        slack: Whether the webhook of the connection ``lead_scoring_slack`` is called.
        on: What is told: a load that looks broken, a champion that got worse, a training that
            waits for a person because the last ones won nothing.
    """

    email: tuple[EmailAddress, ...] = ()
    slack: bool = False
    on: Annotated[tuple[AlertKind, ...], Field(min_length=1)] = (
        "data_fault",
        "harmful_drift",
        "breaker",
    )

    @property
    def ways(self) -> tuple[Literal["email", "slack"], ...]:
        """The ways people are told by."""
        return (*(("email",) if self.email else ()), *(("slack",) if self.slack else ()))
