"""What a service keeps open is opened once and closed with everything else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from contextlib import contextmanager

import pytest

from lead_scoring.errors import TransientError
from lead_scoring.service.lazily import Lazily


class Door:
    """Counts how often it is opened and closed; the first time it may be stuck."""

    def __init__(self, *, stuck: bool = False) -> None:
        self.stuck = stuck
        self.opened = 0
        self.closed = 0

    @contextmanager
    def enter(self) -> Iterator[int]:
        """Open it."""
        if self.stuck:
            self.stuck = False
            msg = "locked"
            raise TransientError(msg)
        self.opened += 1
        yield self.opened
        self.closed += 1


def test_it_is_opened_once_however_many_threads_ask():
    """Nobody asks, nothing is opened; then all get the same one."""
    door, stack = Door(), ExitStack()
    kept = Lazily(stack, door.enter)
    assert door.opened == 0

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: kept(), range(20)))

    assert (found, door.opened, door.closed) == ({1}, 1, 0)


def test_it_is_closed_with_the_stack_and_opened_anew():
    """A service that was closed and is asked again does not use what is closed."""
    door, stack = Door(), ExitStack()
    kept = Lazily(stack, door.enter)
    kept()
    stack.close()
    assert door.closed == 1

    assert kept() == 2


def test_what_could_not_be_opened_is_tried_again():
    """A database that was locked is no reason to fail for ever."""
    kept = Lazily(ExitStack(), Door(stuck=True).enter)

    with pytest.raises(TransientError, match="locked"):
        kept()
    assert kept() == 1
