"""Writes the measured table into docs/BENCHMARKS.md, between its markers."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MARKER: Final = "measured"
FLAT: Final = 0.20
"""Peak memory may grow by this share from one to five million rows."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One measured stage.

    Attributes:
        name: ``load``, ``train`` or ``score``.
        rows: Rows it worked on.
        seconds: Time of the work, the start of the interpreter left out.
        peak_mib: Greatest resident memory of its process, MiB.
    """

    name: str
    rows: int
    seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All stages on one file.

    Attributes:
        origin: ``real`` or ``generated``.
        rows: Rows of the file.
        stages: Stages in the order they ran.
        naive: The same work done naively; None where it was not measured.
        status: What became of the batch.
        roc_auc: Of the champion, on its test window.
    """

    origin: str
    rows: int
    stages: tuple[Stage, ...]
    naive: Stage | None
    status: str
    roc_auc: float

    def stage(self, name: str) -> Stage:
        """Return one stage by its name."""
        return next(stage for stage in self.stages if stage.name == name)

    @property
    def ratio(self) -> float | None:
        """Time from file to scored leads, over the naive time; None where there is none."""
        if self.naive is None:
            return None
        ours = self.stage("load to score").seconds + self.stage("score").seconds
        return ours / self.naive.seconds


def render(measured: Sequence[Measured], command: str) -> str:
    """Return the section that lies between the markers."""
    lines = [
        f"Measured by `{command}` on {machine()}.",
        "",
        "| file | rows | stage | seconds | rows/s | peak memory (MiB) |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for file in measured:
        stages = file.stages if file.naive is None else (*file.stages, file.naive)
        lines += [_row(file, stage) for stage in stages]
    lines += ["", *_sentences(measured)]
    return "\n".join(lines)


def write(section: str, document: Path, marker: str = MARKER) -> None:
    """Replace what lies between the markers of a document.

    Raises:
        ValueError: The document lacks the markers.
    """
    first, last = f"<!-- {marker}: begin -->", f"<!-- {marker}: end -->"
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(first)
    _, end, after = rest.partition(last)
    if not (begin and end):
        msg = f"{document} needs the lines {first} and {last}"
        raise ValueError(msg)
    document.write_text(f"{before}{first}\n{section}\n{last}{after}", encoding="utf-8")


def growth(measured: Sequence[Measured], name: str) -> float | None:
    """Return by which share a stage's peak memory grew from one to five million rows."""
    peaks = {
        file.rows: file.stage(name).peak_mib for file in measured if file.origin == "generated"
    }
    if not {1_000_000, 5_000_000} <= peaks.keys():
        return None
    return peaks[5_000_000] / peaks[1_000_000] - 1


def _row(file: Measured, stage: Stage) -> str:
    speed = stage.rows / stage.seconds
    return (
        f"| {file.origin} | {file.rows:,} | {stage.name} | {stage.seconds:.1f} "
        f"| {speed:,.0f} | {stage.peak_mib:,.0f} |"
    )


def _sentences(measured: Sequence[Measured]) -> list[str]:
    lines = []
    for file in measured:
        if file.ratio is not None:
            lines.append(
                f"From file to scored leads in the database, {file.rows:,} rows take "
                f"{file.ratio:.2f} times as long as the naive way."
            )
        lines.append(
            f"The champion of the {file.origin} {file.rows:,} rows has ROC AUC "
            f"{file.roc_auc:.3f} on its test window; the batch was {file.status}."
        )
    for name in ("load", "score"):
        grown = growth(measured, name)
        if grown is not None:
            kept = "within" if grown <= FLAT else "beyond"
            lines.append(
                f"Peak memory of {name} grows by {grown:+.0%} from 1 to 5 million rows, "
                f"{kept} the limit of {FLAT:.0%}."
            )
    return lines


def machine() -> str:
    """Return what was measured on, in words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}"
    )
