"""The process a policy runs in: its platform is told by the environment, so it has one alone."""

import logging
import os
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from multiprocessing import parent_process
from typing import TYPE_CHECKING
from typing import Final

from lead_scoring.core.backtest import Step
from lead_scoring.io.journal import locked
from lead_scoring.tasks import upkeep
from lead_scoring.tasks.backtests.steps import Order
from lead_scoring.tasks.backtests.steps import do_step

if TYPE_CHECKING:
    from lead_scoring.io.backtest_files import PolicyFolder

_HELD: Final = ExitStack()
_LOG: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def begin(environment: Mapping[str, str | None], folder: "PolicyFolder") -> None:
    """Make this process the one that works on a policy.

    It ends when the process that started it does, however that ends; who comes after it waits
    until it is gone.

    Args:
        environment: Settings of the policy's platform; ``None`` takes a setting away.
        folder: The policy's folder.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for name, value in environment.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    _HELD.enter_context(locked(folder.lock, wait=True))
    logging.basicConfig(filename=folder.log, level=logging.INFO, format=_LOG)
    upkeep.migrate()


def work(order: Order) -> Step:
    """Do a step."""
    return do_step(order)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
