"""What somebody who misspelt a name may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

LIKENESS: Final = 0.6
"""Names less alike than this are not proposed; difflib's ratio, in [0, 1]."""


def did_you_mean(given: object, known: Iterable[object]) -> str:
    """Return a question that proposes the name most like ``given``; empty if none is.

    >>> did_you_mean("schedul", ["schedule", "sample"])
    "; did you mean 'schedule'?"
    >>> did_you_mean("colour", ["schedule", "sample"])
    ''
    """
    names = {str(name).lower(): str(name) for name in known}
    found = get_close_matches(str(given).lower(), names, n=1, cutoff=LIKENESS)
    return f"; did you mean {names[found[0]]!r}?" if found else ""
