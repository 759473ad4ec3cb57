"""What all pages of one console share."""

from collections.abc import Sequence
from contextlib import ExitStack
from contextlib import nullcontext
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lead_scoring.config.loading import configs_folder
from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.config.loading import use_case_names
from lead_scoring.config.use_case import UseCase
from lead_scoring.errors import ConfigError
from lead_scoring.errors import LeadScoringError
from lead_scoring.errors import UnknownIdError
from lead_scoring.service.console.access import Entrance
from lead_scoring.service.console.access import Permission
from lead_scoring.service.console.rendering import prepare_templates
from lead_scoring.service.console.tokens import Tokens
from lead_scoring.service.lazily import Lazily
from lead_scoring.tasks.scoring import Champions
from lead_scoring.tasks.wiring import opened_database

if TYPE_CHECKING:
    from lead_scoring.io.database import Database


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a use case that the navigation leads to.

    Attributes:
        route: Name of its route, whose path has ``{use_case}`` and nothing else.
        words: What it is called.
        permission: Who sees it.
    """

    route: str
    words: str
    permission: Permission = Permission.READ


class Console:
    """Collaborators of the pages; what is heavy is opened when a page first needs it.

    Args:
        entrance: How people come in.
        tabs: Pages of a use case, in the order of the navigation.
        champions: The models that score; opened by the console itself if absent.
    """

    def __init__(
        self, entrance: Entrance, tabs: Sequence[Tab], champions: Champions | None = None
    ) -> None:
        self.entrance = entrance
        self.tabs = tuple(tabs)
        self.tokens = Tokens(entrance.secret)
        self._opened = ExitStack()
        self._database = Lazily(self._opened, opened_database)
        self._champions = Lazily(
            self._opened, lambda: Champions() if champions is None else nullcontext(champions)
        )

    @property
    def database(self) -> "Database":
        """The platform database; it stays open and is not closed by a page.

        Raises:
            ConfigError: A setting is wrong, or the tables are not there or not up to date.
            TransientError: The database is locked or down.
        """
        return self._database()

    @property
    def champions(self) -> Champions:
        """The models that score leads typed in."""
        return self._champions()

    @property
    def as_of(self) -> datetime | None:
        """The instant the platform computes for, where it is fixed."""
        return load_platform().as_of

    def use_case_names(self) -> tuple[str, ...]:
        """Return the names of all use cases, sorted; their files need not be valid."""
        return use_case_names()

    def use_case(self, name: str) -> UseCase:
        """Return the config of a use case as its file says now.

        Raises:
            UnknownIdError: There is no such use case.
            ConfigError: Its file is wrong.
        """
        names = use_case_names()
        if name not in names:
            msg = f"there is no use case {name!r}; there are: {', '.join(names)}"
            raise UnknownIdError(msg)
        return _read(name, configs_folder())

    def titles(self) -> dict[str, str]:
        """Return what each use case is called by people, by its name; broken files by name."""
        folder = configs_folder()
        titles = {}
        for name in use_case_names(folder):
            try:
                titles[name] = _read(name, folder).title
            except ConfigError:
                titles[name] = name
        return titles

    def prepare(self) -> None:
        """Do once what the first page would wait for; what is not there yet is left to it."""
        prepare_templates()
        self.titles()
        with suppress(LeadScoringError):
            _ = self.database

    def close(self) -> None:
        """Close what was opened."""
        self._opened.close()


def _read(name: str, folder: Path) -> UseCase:
    return _loaded(name, folder, (folder / f"{name}.yaml").stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _loaded(name: str, folder: Path, changed_at: int) -> UseCase:
    """Read a config once for each time its file was changed."""
    del changed_at
    return load_use_case(name, folder)
