"""Which files pytest opens, and which tests come first."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "lead_scoring"
LONG = {"dags", "e2e", "faults"}
"""Folders whose tests start whole programs: files of minutes."""
ALL_SLOW = re.compile(r"^pytestmark = pytest\.mark\.slow$", re.MULTILINE)


class Collection:
    """Opens no file in vain, and puts the longest first."""

    def pytest_ignore_collect(self, collection_path: Path, config: pytest.Config) -> bool | None:
        """Leave out modules without examples, and slow files where no slow test is wanted.

        To open a file is to import what it imports, which is seconds of libraries in every
        process. A file that was named on the command line is always opened.
        """
        if collection_path.suffix != ".py":
            return None
        text = collection_path.read_text(encoding="utf-8")
        if collection_path.is_relative_to(PACKAGE):
            return ">>> " not in text or None
        unwanted = "not slow" in config.getoption("markexpr")
        return (unwanted and ALL_SLOW.search(text) is not None) or None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Begin with what takes minutes, so that no process is left alone with it in the end."""
        items.sort(key=lambda item: not LONG & set(item.path.parts))
