"""Writes frames as an Excel workbook, row by row, so that memory does not grow with them."""

from collections.abc import Callable
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from typing import BinaryIO
from typing import Final

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from lead_scoring.errors import SourceError

MOST_ROWS: Final = 1_048_575
"""Rows below the header that a sheet of Excel holds."""

_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 Excel knows no time zones
"""When every workbook says it was made, so that the same leads are the same bytes."""
_WIDTH: Final = 18
"""Width of a column in characters."""


def write_workbook(frames: Iterable[pd.DataFrame], stream: BinaryIO) -> int:
    """Write frames of the same columns into one sheet; return the rows.

    Text is written as text, whatever it begins with: no cell becomes a formula, a link or a
    number. Instants are dates in UTC.

    Args:
        frames: At least one frame, which may be empty; their index is not written.
        stream: Where to; it stays open.

    Raises:
        SourceError: There are more rows than a sheet holds.
    """
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    rows = 0
    with xlsxwriter.Workbook(stream, options) as workbook:
        workbook.set_properties({"created": _MADE})
        sheet = workbook.add_worksheet("Leads")
        sheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        for frame in frames:
            if not rows:
                sheet.set_column(0, len(frame.columns) - 1, _WIDTH)
                for place, name in enumerate(frame.columns):
                    sheet.write_string(0, place, str(name), bold)
            if rows + len(frame) > MOST_ROWS:
                msg = (
                    f"more than {MOST_ROWS:,} leads, which is all a sheet of Excel holds; ask for "
                    "fewer, or write .csv or .parquet"
                )
                raise SourceError(msg)
            rows += _write_rows(sheet, frame, rows + 1)
    return rows


def _write_rows(sheet: Worksheet, frame: pd.DataFrame, first: int) -> int:
    writers = [_writer(frame[name]) for name in frame.columns]
    missing = frame.isna().to_numpy()
    for number, row in enumerate(frame.itertuples(index=False, name=None)):
        for place, value in enumerate(row):
            if not missing[number, place]:
                writers[place](sheet, first + number, place, value)
    return len(frame)


def _writer(column: pd.Series) -> Callable[[Worksheet, int, int, Any], None]:
    if pd.api.types.is_numeric_dtype(column):
        return _number
    if pd.api.types.is_datetime64_any_dtype(column):
        return _instant
    return _text


def _number(sheet: Worksheet, row: int, place: int, value: Any) -> None:
    sheet.write_number(row, place, value)


def _instant(sheet: Worksheet, row: int, place: int, value: Any) -> None:
    sheet.write_datetime(row, place, value.tz_localize(None).to_pydatetime())


def _text(sheet: Worksheet, row: int, place: int, value: Any) -> None:
    sheet.write_string(row, place, str(value))
