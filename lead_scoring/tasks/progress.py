"""Who watches a run by default."""

import logging
from typing import Final

log: Final = logging.getLogger(__name__)


class Silent:
    """Watches and says nothing."""

    def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
        """Let a step begin."""

    def advance(self, rows: int) -> None:
        """Let rows be done."""


class Logged:
    """Logs a line when a step begins, with the rows the step before it worked on."""

    def __init__(self) -> None:
        self._rows = 0
        self._unit = "rows"

    def step(self, name: str, total: int | None = None, unit: str = "rows") -> None:
        """Log the step."""
        if self._rows:
            log.info("%d %s done", self._rows, self._unit)
        self._rows, self._unit = 0, unit
        if total is None:
            log.info("%s", name)
        else:
            log.info("%s: %d %s", name, total, unit)

    def advance(self, rows: int) -> None:
        """Count rows for the next line."""
        self._rows += rows
