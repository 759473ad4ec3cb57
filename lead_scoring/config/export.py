"""Where scores are put for other systems after each published batch."""

from typing import Annotated
from typing import Literal

from pydantic import Field

from lead_scoring.config.base import Model


class ExportConfig(Model):
    """Files for other systems: one for each published batch, whole or not there.

    A file holds the open leads in the order to call them. It is named by the batch, so that a
    repeated run writes the same file again.

    Attributes:
        location: Folder or fsspec URL; a relative one is below the platform's ``storage``. Files
            lie in a folder of the use case below it.
        format: How they are written; text in CSV and Excel never becomes a formula.
        only_changed: Write only leads that are new or whose score, grade or prediction differs
            from what was exported last; else all open leads.
    """

    location: Annotated[str, Field(min_length=1)]
    format: Literal["csv", "parquet", "xlsx", "json"] = "csv"
    only_changed: bool = True
