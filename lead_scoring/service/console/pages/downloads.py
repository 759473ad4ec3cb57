"""Leads as a file: CSV and Excel, safe to open in a spreadsheet."""

import os
import tempfile
from pathlib import Path
from typing import Final
from typing import Literal

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import FileResponse
from starlette.responses import Response

from lead_scoring.service.console.lead_list import read_asked
from lead_scoring.service.console.visit import Reader

router = APIRouter()

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/{use_case}/leads.{ending}", name="download")
def download(visit: Reader, ending: Literal["csv", "xlsx"], which: str = "today") -> Response:
    """Send today's leads, or with ``which=all`` every lead that the filters leave.

    They are written to a file first, in pieces, so that memory does not grow with their number.
    """
    from lead_scoring.io.lead_files import Format  # noqa: PLC0415 brings Arrow
    from lead_scoring.io.lead_files import write_frames  # noqa: PLC0415 brings Arrow

    asked = read_asked(visit.request.query_params, visit.use_case)
    name = visit.use_case.use_case
    top = None if which == "all" else asked.per_day
    handle, path = tempfile.mkstemp(prefix="lead-scoring-", suffix=f".{ending}")
    try:
        with os.fdopen(handle, "wb") as stream:
            frames = visit.database.lead_frames(name, top, asked.only)
            write_frames(frames, stream, Format(ending))
    except BaseException:
        Path(path).unlink()
        raise
    return FileResponse(
        path,
        media_type=_TYPES[ending],
        filename=f"{name}_{'all' if top is None else 'today'}.{ending}",
        background=BackgroundTask(Path(path).unlink),
    )
