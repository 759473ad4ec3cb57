"""Copies a CSV without some columns, row by row, so that memory stays small."""

import csv
from pathlib import Path
from typing import Final

OUTCOME: Final = "app_complete_flag"


def without_outcome(source: Path, target: Path) -> int:
    """Copy CodePro leads without their outcome; return the rows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with (
        source.open(newline="", encoding="utf-8") as lines,
        target.open("w", newline="", encoding="utf-8") as copy,
    ):
        reader, writer = csv.reader(lines), csv.writer(copy, lineterminator="\n")
        header = next(reader)
        outcome = header.index(OUTCOME)
        writer.writerow(header[:outcome] + header[outcome + 1 :])
        for row in reader:
            writer.writerow(row[:outcome] + row[outcome + 1 :])
            rows += 1
    return rows
