"""How much one key may ask for at a time, and how often."""

from dataclasses import dataclass
from math import ceil
from time import time
from typing import Final

from limits import RateLimitItem
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from lead_scoring.errors import ConfigError

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


class RateLimits:
    """Counts the requests of each key in this process.

    Args:
        rate: Requests a key may make, in the words of ``limits``.

    Raises:
        ConfigError: It is no rate.
    """

    def __init__(self, rate: str) -> None:
        try:
            self._item: RateLimitItem = parse(rate)
        except ValueError as error:
            msg = f"rate: {rate!r} is none; write 200/second or 6000/minute"
            raise ConfigError(msg) from error
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def wait(self, who: str) -> int:
        """Count a request; return how many seconds to wait before the next, 0 if it may be made."""
        if self._limiter.hit(self._item, who):
            return 0
        reset = self._limiter.get_window_stats(self._item, who).reset_time
        return max(1, ceil(reset - time()))

    @property
    def words(self) -> str:
        """The limit in words."""
        return str(self._item)
