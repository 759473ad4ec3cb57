"""What a service opens when it is first needed, and keeps open until it ends."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextlib import ExitStack
from threading import Lock
from typing import Generic
from typing import TypeVar

Kept = TypeVar("Kept")


class Lazily(Generic[Kept]):
    """Opens something once, whichever thread asks first; opened anew after the stack was closed.

    Args:
        stack: Closes it.
        opens: Opens it.
    """

    def __init__(
        self, stack: ExitStack, opens: Callable[[], AbstractContextManager[Kept]]
    ) -> None:
        self._stack = stack
        self._opens = opens
        self._turn = Lock()
        self._kept: Kept | None = None

    def __call__(self) -> Kept:
        """Return it, opened."""
        with self._turn:
            if self._kept is None:
                self._kept = self._stack.enter_context(self._opens())
                self._stack.callback(self._forget)
            return self._kept

    def _forget(self) -> None:
        with self._turn:
            self._kept = None
