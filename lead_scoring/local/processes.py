"""Starts processes in sessions of their own, knows them again, and stops exactly those.

A process is ours if it carries our folder in its environment; a record file names the first
process of each service. A process id alone is never believed: ids are used again.
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from lead_scoring.local.credentials import write_private
from lead_scoring.local.environment import MARKER

CLOCK_SLACK: Final = 0.5
"""Seconds by which two readings of a process's birth may differ."""
PATIENCE: Final = 20.0
"""Seconds a service is given to end by itself; a task that is cut off is simply run again."""
LAST_PATIENCE: Final = 10.0
"""Seconds a process is given after it was told for the second time, and after it was killed."""
_STARTED: Final[list[subprocess.Popen[bytes]]] = []
"""Handles of what this process started and nobody stopped; they may outlive it."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of a service that was started.

    Attributes:
        pid: Its first process, leader of its session.
        born: When that process began, seconds since the epoch.
        settings: Digest of the environment it was started with.
    """

    pid: int
    born: float
    settings: str


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    folder: Path,
    log: Path,
    record: Path,
    settings: str,
) -> Record:
    """Start a process in a session of its own and write its record.

    Args:
        command: Program and arguments.
        environment: Its whole environment.
        folder: Its working directory.
        log: File its output is added to.
        record: File to remember it by.
        settings: Digest of what it was started with.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 our own programs
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _STARTED.append(process)
    made = Record(process.pid, psutil.Process(process.pid).create_time(), settings)
    write_private(record, json.dumps(asdict(made)))
    return made


def running(record: Path) -> Record | None:
    """Return the record of a service whose process is alive; ``None`` otherwise."""
    if not record.exists():
        return None
    remembered = Record(**json.loads(record.read_text(encoding="utf-8")))
    return remembered if _find(remembered) else None


def _find(record: Record) -> psutil.Process | None:
    try:
        process = psutil.Process(record.pid)
        same = abs(process.create_time() - record.born) < CLOCK_SLACK
        alive = same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if alive else None


def ours(services: Path) -> list[psutil.Process]:
    """Return every living process that carries our folder in its environment."""
    return [process for process in psutil.process_iter() if _carries(process, str(services))]


def _carries(process: psutil.Process, services: str) -> bool:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get(MARKER) == services
    except (psutil.Error, OSError):  # gone meanwhile, or another user's
        return False


def stop(records: Iterable[Path], services: Path, say: Callable[[str], None]) -> int:
    """Stop the recorded services, then whatever they left behind, and wait until all are gone.

    Args:
        records: Record files; removed once nothing is left.
        services: The folder our processes carry.
        say: Told what happens.

    Returns:
        How many processes were there.
    """
    files = list(records)
    found = {process.pid: process for process in ours(services)}
    leaders = {record.pid for record in map(running, files) if record is not None}
    first = [process for pid, process in found.items() if pid in leaders]
    _signal(first, signal.SIGTERM)
    psutil.wait_procs(first, timeout=PATIENCE)
    for number in (signal.SIGTERM, signal.SIGKILL):
        left = ours(services)
        if not left:
            break
        found |= {process.pid: process for process in left}
        say(f"{len(left)} processes are left behind; sending {number.name}")
        _signal(left, number)
        psutil.wait_procs(left, timeout=LAST_PATIENCE)
    _STARTED[:] = [process for process in _STARTED if process.poll() is None]
    for file in files:
        file.unlink(missing_ok=True)
    return len(found)


def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
