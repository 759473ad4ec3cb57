"""Scoring of leads as they come: the champion of each use case, swapped when it changes."""

import logging
import threading
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from typing import TYPE_CHECKING
from typing import Final
from typing import Self

from lead_scoring.config.loading import use_case_names
from lead_scoring.errors import LeadScoringError
from lead_scoring.errors import NoChampionError
from lead_scoring.errors import UnknownIdError
from lead_scoring.tasks.wiring import Workspace
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.core.scorer import Scorer

log = logging.getLogger(__name__)

INTERVAL: Final = 2.0
"""Seconds between two looks at who is champion."""


def open_scorer(use_case: str) -> "Scorer":
    """Open the champion of a use case, as it is now.

    Raises:
        NoChampionError: There is none.
        IntegrityError: A file of it is not the file that was recorded.
        ConfigError: The config is wrong, or has not the columns the model reads.
        TransientError: The registry or the database does not answer.
    """
    with opened(use_case) as work:
        return _scorer(work)


class Champions:
    """The champion of each use case, ready to score; replaced as a whole when it changes.

    Whoever has taken a scorer goes on with it, so no request is lost in between. A model that
    cannot be opened leaves the one before in its place.

    Args:
        names: Use cases it may be asked for; all of the platform if absent.
    """

    def __init__(self, names: Iterable[str] | None = None) -> None:
        self.names: tuple[str, ...] = tuple(use_case_names() if names is None else names)
        self._stack = ExitStack()
        self._work: dict[str, Workspace] = {}
        self._scorers: dict[str, Scorer] = {}
        self._problems: dict[str, str] = {}
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def problems(self) -> dict[str, str]:
        """Why a use case has no champion, or not its newest, by use case."""
        return dict(self._problems)

    def ready(self, use_case: str) -> "Scorer | None":
        """Return the scorer of a use case if one is open, without opening any."""
        return self._scorers.get(use_case)

    def scorer(self, use_case: str) -> "Scorer":
        """Return the scorer of a use case; it is opened where none is.

        Raises:
            UnknownIdError: There is no such use case.
            NoChampionError: It has no champion.
            IntegrityError: A file of the champion is not the file that was recorded.
            ConfigError: The config is wrong, or has not the columns the model reads.
            TransientError: The registry or the database does not answer.
        """
        self._known(use_case)
        found = self._scorers.get(use_case)
        return found or self._renewed(use_case)

    def newest(self, use_case: str) -> "Scorer":
        """Return the scorer of who is champion now, also where nobody watches; see `scorer`."""
        self._known(use_case)
        return self._renewed(use_case)

    def refresh(self) -> None:
        """Put the champions of now in place of those of before; faults are kept as `problems`."""
        for name in self.names:
            try:
                self._renewed(name)
            except LeadScoringError as error:
                if self._problems.get(name) != str(error):
                    log.warning("%s", error)
                self._problems[name] = str(error)

    @contextmanager
    def watching(self, interval: float = INTERVAL) -> Iterator[Self]:
        """Refresh in the background, every ``interval`` seconds, as long as this is open."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(interval):
                self.refresh()

        watcher = threading.Thread(target=watch, name="champions", daemon=True)
        watcher.start()
        try:
            yield self
        finally:
            done.set()
            watcher.join()

    def _known(self, use_case: str) -> None:
        if use_case not in self.names:
            msg = f"there is no use case {use_case!r}; there are: {', '.join(self.names)}"
            raise UnknownIdError(msg)

    def _renewed(self, use_case: str) -> "Scorer":
        with self._turn:
            if use_case not in self._work:
                self._work[use_case] = self._stack.enter_context(opened(use_case))
            found = _scorer(self._work[use_case], self._scorers.get(use_case))
            if found is not self._scorers.get(use_case):
                log.info("%s: version %d scores", use_case, found.version.version)
            self._scorers[use_case] = found
            self._problems.pop(use_case, None)
            return found


def _scorer(work: Workspace, known: "Scorer | None" = None) -> "Scorer":
    """Return the scorer of the champion and the newest batch: the known one if that is it."""
    from lead_scoring.core.scorer import Scorer

    name = work.use_case.use_case
    champion = work.registry.champion(name)
    if champion is None:
        msg = f"{name}: no champion to score with; run `lead-scoring train {name}` first"
        raise NoChampionError(msg)
    grading = work.database.current_grading(name)
    if known is not None and (known.version, known.grading) == (champion, grading):
        return known
    return Scorer(work.use_case, champion, work.registry.load_model(champion), grading)
