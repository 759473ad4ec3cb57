"""How a service is set up; nothing heavy is imported here, so that help comes at once."""

from dataclasses import dataclass
from dataclasses import field
from typing import Final

RATE: Final = "200/second"
MOST_ROWS: Final = 1_000
MOST_BYTES: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """What a request may ask for.

    Attributes:
        rate: Requests of one key, such as ``200/second`` or ``6000/minute``.
        most_rows: Leads of one request.
        most_bytes: Bytes of its body.
    """

    rate: str = RATE
    most_rows: int = MOST_ROWS
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True, slots=True)
class Settings:
    """How a service is set up.

    Attributes:
        limits: What one request, and one key, may ask for.
        interval: Seconds between two looks at who is champion.
    """

    limits: ServiceLimits = field(default_factory=ServiceLimits)
    interval: float = 2.0
