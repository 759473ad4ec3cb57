"""Files of leads for other systems, on a disk or in a bucket."""

from collections.abc import Iterable
from typing import BinaryIO
from typing import Final
from typing import cast

import pandas as pd

from lead_scoring.core.records import Batch
from lead_scoring.core.records import Export
from lead_scoring.io.lead_files import Format
from lead_scoring.io.lead_files import write_frames
from lead_scoring.io.storage import Folder
from lead_scoring.io.storage import HashingFile

_INSTANT: Final = "%Y%m%dT%H%M%SZ"


class ExportFiles:
    """Writes one file after each batch, all or nothing.

    Args:
        location: Folder or fsspec URL.
        form: How files are written.
    """

    def __init__(self, location: str, form: Format) -> None:
        self._location = Folder(location)
        self._form = form

    def write(self, batch: Batch, leads: Iterable[pd.DataFrame]) -> Export:
        """Write the file of a batch in place of one that is there.

        Names sort by the instant the batch was computed for.
        """
        folder = self._location.child(batch.use_case)
        name = f"{batch.as_of.strftime(_INSTANT)}_{batch.batch_id}.{self._form.value}"
        with folder.writing(name) as file:
            hashed = HashingFile(file)
            rows = write_frames(leads, cast("BinaryIO", hashed), self._form)
        return Export(
            batch_id=batch.batch_id,
            use_case=batch.use_case,
            file=f"{folder.url}/{name}",
            rows=rows,
            digest=hashed.hexdigest(),
        )
