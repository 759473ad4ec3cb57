"""Measures how far the promotion gate can be trusted: ``python -m benchmarks.gate_proof``.

How often a model is promoted over one that is as good, and how large a gain must be to be found.
The tables go into docs/GATE.md, between their markers. Options: ``--repeats N``, ``--only twins``
(again for more), ``--processes N``, ``--dry`` to leave the document as it is.
"""

import argparse
import sys
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.drift_proof import write
from benchmarks.gate_draws import Power
from benchmarks.gate_draws import Twins
from benchmarks.gate_draws import gain_found
from benchmarks.gate_draws import power
from benchmarks.gate_draws import twins
from lead_scoring.config.loading import home

REPEATS: Final = 200
MOST_PROMOTED: Final = 0.05
"""Largest share of models promoted over others of the same population and recipe."""
FOUND: Final = 0.80
DOCUMENT: Final = Path("docs/GATE.md")

Section = tuple[str, bool]
"""A table as Markdown, and whether what was promised holds."""


def tell_twins(tallies: Sequence[Twins]) -> Section:
    """Return the table of models promoted over equals; they are as rare as promised."""
    lines = [
        f"| {one.recipe} | {one.leads:,} | {one.decisions} | {one.ahead / one.decisions:.1%} |"
        f" {one.unwidened / one.decisions:.1%} | {one.promoted}"
        f" ({one.promoted / one.decisions:.1%}; {one.interval[0]:.1%} to {one.interval[1]:.1%}) |"
        for one in tallies
    ]
    header = (
        "| recipe | leads | decisions | ahead at all | sure without training luck | promoted |\n"
        "|---|---:|---:|---:|---:|---:|"
    )
    holds = all(one.promoted <= MOST_PROMOTED * one.decisions for one in tallies)
    return "\n".join([header, *lines]), holds


def tell_power(points: Sequence[Power]) -> Section:
    """Return the table of gains that are found; nothing is promised."""
    lines = []
    for rows in dict.fromkeys(one.rows for one in points):
        mine = [one for one in points if one.rows == rows]
        measured = ", ".join(f"{one.gain:+.4f}: {one.share:.0%}" for one in mine)
        lines.append(
            f"| {rows:,} | {mine[0].decisions} | {gain_found(mine, FOUND):+.4f} | {measured} |"
        )
    header = (
        f"| leads compared on | comparisons each | gain in ROC AUC found in {FOUND:.0%} |"
        " true gains and how often each was found |\n|---:|---:|---:|---|"
    )
    return "\n".join([header, *lines]), True


def main() -> int:
    """Measure, print every table, write it into the document; 0 if all that is promised holds."""
    options = _options()
    proofs: Mapping[str, Callable[[], Section]] = {
        "twins": lambda: tell_twins(twins(options.repeats, processes=options.processes)),
        "power": lambda: tell_power(power(options.repeats)),
    }
    held = True
    for name in options.only or PROOFS:
        section, holds = proofs[name]()
        held = held and holds
        print(f"\n## {name}: {'holds' if holds else 'BROKEN'}\n\n{section}\n", flush=True)
        if not options.dry:
            write(name, section, home() / DOCUMENT)
    return 0 if held else 1


PROOFS: Final = ("twins", "power")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate_proof", description=__doc__)
    add = parser.add_argument
    add("--repeats", type=int, default=REPEATS, help="decisions per figure (%(default)s)")
    add("--only", action="append", choices=PROOFS, help="make this table only")
    add("--processes", type=int, default=2, help="processes that decide (%(default)s)")
    add("--dry", action="store_true", help="leave the document as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
