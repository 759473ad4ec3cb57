"""A file of a source, by itself or as one of several."""

from typing import Annotated
from typing import Literal

from pydantic import Field

from lead_scoring.config.base import Model


class DataFile(Model):
    """A CSV or Parquet file, or a folder of Parquet files.

    Attributes:
        location: Path below the data folder of the platform, an absolute path or an fsspec URL.
        delimiter: CSV only.
        encoding: CSV only; the file is refused where it is not in this encoding.
    """

    kind: Literal["csv", "parquet"]
    location: Annotated[str, Field(min_length=1)]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "latin-1", "cp1252", "utf-16"] = "utf-8"
