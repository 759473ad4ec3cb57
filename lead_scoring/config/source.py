"""Where leads come from: a file, several joined files or a SQL query."""

from typing import Annotated
from typing import Literal

from pydantic import Field

from lead_scoring.config.base import Model
from lead_scoring.config.base import Name
from lead_scoring.config.data_file import DataFile
from lead_scoring.config.joins import JoinedSource


class FileSource(DataFile):
    """A CSV or Parquet file, or a folder of Parquet files; each row is one lead.

    Attributes:
        window: ``whole`` reads everything; ``interval`` keeps rows whose event time is in the
            run's window ``[from, to)``.
    """

    window: Literal["whole", "interval"] = "whole"

    @property
    def locations(self) -> tuple[str, ...]:
        """Where its files lie."""
        return (self.location,)


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


Source = Annotated[FileSource | JoinedSource | SqlSource, Field(discriminator="kind")]
