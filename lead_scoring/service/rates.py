"""How often one key may ask."""

from math import ceil
from time import time

from limits import RateLimitItem
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from lead_scoring.errors import ConfigError


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
        """Count a request; return the seconds to wait before it may be made, 0 if it may now."""
        if self._limiter.hit(self._item, who):
            return 0
        reset = self._limiter.get_window_stats(self._item, who).reset_time
        return max(1, ceil(reset - time()))

    @property
    def words(self) -> str:
        """The limit in words."""
        return str(self._item)
