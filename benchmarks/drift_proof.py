"""Measures how far drift checks can be trusted: ``python -m benchmarks.drift_proof``.

False alarms, power, planted faults, Evidently's default on the same draws, and cost. The tables go
into docs/DRIFT.md, between their markers. Options: ``--repeats N``, ``--only false_alarms`` (again
for more), ``--processes N``, ``--dry`` to leave the document as it is.
"""

import argparse
import sys
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.drift_draws import Tally
from benchmarks.drift_draws import false_alarms
from benchmarks.drift_draws import faults
from benchmarks.drift_draws import power
from benchmarks.drift_evidently import Cost
from benchmarks.drift_evidently import cost
from benchmarks.drift_evidently import evidently_default
from lead_scoring.config.loading import home

REPEATS: Final = 2_000
MOST_EVIDENTLY: Final = 100
MOST_FAULTS: Final = 200
MOST_ALARMS: Final = 0.01
"""Largest share of false alarms; the upper limit of its interval may be twice that."""
LEAST_FOUND: Final = 0.80
LEAST_SPEED: Final = 20.0
MOST_GROWTH: Final = 0.20
"""Largest growth of the check's memory on five times the rows."""
DOCUMENT: Final = Path("docs/DRIFT.md")

Section = tuple[str, bool]
"""A table as Markdown, and whether what was promised holds."""


def tell_false_alarms(tallies: Sequence[Tally]) -> Section:
    """Return the table of false alarms; they are as rare as promised."""
    lines = [_row(one, f"{one.found}") for one in tallies]
    holds = all(one.share <= MOST_ALARMS and one.interval[1] <= 2 * MOST_ALARMS for one in tallies)
    return _table("rows | columns | checks | untested | false alarms", lines), holds


def tell_evidently(tallies: Sequence[Tally]) -> Section:
    """Return the table of checks in which Evidently flags a column; nothing is promised."""
    lines = [_row(one, f"{one.found}") for one in tallies]
    return _table("rows | columns | checks | untested | checks that flag a column", lines), True


def tell_power(tallies: Sequence[Tally]) -> Section:
    """Return the table of what is found; 80 % of small shifts and all large ones."""
    lines = [f"| {one.what} {_row(one, f'{one.found}')}" for one in tallies]
    holds = all(
        one.share >= (1.0 if "0.5 SD" in one.what else LEAST_FOUND)
        for one in tallies
        if "0.5 SD" in one.what or one.rows >= _ENOUGH
    )
    return _table("change | rows | columns | checks | untested | found", lines), holds


def tell_faults(tallies: Sequence[Tally]) -> Section:
    """Return the table of faults that are called; each is, and nothing else is."""
    lines = [
        f"| {one.what} | {one.rows:,} | {one.columns} | {one.checks:,} | {one.found:,} |"
        for one in tallies
    ]
    holds = all(one.found == (one.checks if one.planted else 0) for one in tallies)
    return _table("what | rows | columns | checks | called a fault", lines), holds


def tell_cost(costs: Sequence[Cost]) -> Section:
    """Return the table of cost; the check is as fast and its memory as flat as promised.

    Args:
        costs: Of the check, of Evidently's preset, and of the check on a longer frame.
    """
    lines = [
        f"| {one.what} | {one.rows:,} | {one.seconds:.1f} | {one.peak_mib:,.0f} |" for one in costs
    ]
    ours, theirs, long = costs
    faster, growth = theirs.seconds / ours.seconds, long.peak_mib / ours.peak_mib - 1
    told = (
        f"\n\nThe check is {faster:.0f} times faster;"
        f" {long.rows // ours.rows} times the rows take {growth:+.0%} of its memory."
    )
    table = _table("what | rows | seconds | peak memory of the process (MiB)", lines)
    return table + told, faster >= LEAST_SPEED and growth <= MOST_GROWTH


def main() -> int:
    """Measure, print every table, write it into the document; 0 if all that is promised holds."""
    options = _options()
    repeats, processes = options.repeats, options.processes
    proofs: Mapping[str, Callable[[], Section]] = {
        "false_alarms": lambda: tell_false_alarms(false_alarms(repeats, processes=processes)),
        "power": lambda: tell_power(power(repeats, processes=processes)),
        "faults": lambda: tell_faults(faults(min(repeats, MOST_FAULTS), processes=processes)),
        "evidently": lambda: tell_evidently(
            evidently_default(min(repeats, MOST_EVIDENTLY), processes=processes)
        ),
        "cost": lambda: tell_cost(cost()),
    }
    held = True
    for name in options.only or PROOFS:
        section, holds = proofs[name]()
        held = held and holds
        print(f"\n## {name}: {'holds' if holds else 'BROKEN'}\n\n{section}\n", flush=True)
        if not options.dry:
            write(name, section, home() / DOCUMENT)
    return 0 if held else 1


def write(name: str, section: str, document: Path) -> None:
    """Replace what lies between the markers of one table.

    Raises:
        ValueError: The document lacks the markers.
    """
    first, last = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, begin, rest = document.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    if not (begin and end):
        msg = f"{document} needs the lines {first} and {last}"
        raise ValueError(msg)
    document.write_text(f"{before}{first}\n{section}\n{last}{after}", encoding="utf-8")


PROOFS: Final = ("false_alarms", "power", "faults", "evidently", "cost")
_ENOUGH: Final = 5_000


def _row(one: Tally, found: str) -> str:
    low, high = one.interval
    return (
        f"| {one.rows:,} | {one.columns} | {one.checks:,} | {one.untested:,} | {found}"
        f" ({one.share:.2%}; {low:.2%} to {high:.2%}) |"
    )


def _table(header: str, lines: Sequence[str]) -> str:
    names = header.split(" | ")
    kinds = ["---" if name in {"what", "change"} else "---:" for name in names]
    return "\n".join([f"| {header} |", f"|{'|'.join(kinds)}|", *lines])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift_proof", description=__doc__)
    add = parser.add_argument
    add("--repeats", type=int, default=REPEATS, help="draws per figure (%(default)s)")
    add("--only", action="append", choices=PROOFS, help="make this table only")
    add("--processes", type=int, default=2, help="processes that work (%(default)s)")
    add("--dry", action="store_true", help="leave the document as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
