"""Where leads come from: files or a SQL query."""

from typing import Annotated
from typing import Literal

from pydantic import Field

from lead_scoring.config.base import Model
from lead_scoring.config.base import Name


class FileSource(Model):
    """A CSV or Parquet file, or a folder of Parquet files.

    Attributes:
        location: Path below the data folder of the platform, an absolute path or an fsspec URL.
        delimiter: CSV only.
        encoding: CSV only; the file is refused where it is not in this encoding.
        window: ``whole`` reads everything; ``interval`` keeps rows whose event time is in the
            run's window ``[from, to)``.
    """

    kind: Literal["csv", "parquet"]
    location: Annotated[str, Field(min_length=1)]
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "latin-1", "cp1252", "utf-16"] = "utf-8"
    window: Literal["whole", "interval"] = "whole"


class SqlSource(Model):
    """A SQL query; ``:window_from`` and ``:window_to`` are bound to the run's window.

    Attributes:
        connection: Name of a connection; its URL comes from ``LEAD_SCORING_CONNECTION_<NAME>``.
        query: A single SELECT. Values are bound, never formatted into the text.
        parameters: Further bound values.
        window: ``interval`` binds the run's window; ``whole`` binds nothing.
    """

    kind: Literal["sql"]
    connection: Name
    query: Annotated[str, Field(min_length=1)]
    parameters: dict[Name, str | int | float | bool | None] = Field(default_factory=dict)
    window: Literal["whole", "interval"] = "whole"


Source = Annotated[FileSource | SqlSource, Field(discriminator="kind")]
