"""Outcomes that come back in a file."""

from typing import TYPE_CHECKING

from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.config.use_case import UseCase
    from lead_scoring.pipelines.data_ports import LeadSource
    from lead_scoring.pipelines.outcomes import Returned
    from lead_scoring.pipelines.ports import Progress


def load_outcomes(
    use_case: str, location: str, as_of: str, progress: "Progress | None" = None
) -> "Returned":
    """Load a file of outcomes beside those of the source.

    Args:
        use_case: Name of the use case.
        location: CSV or Parquet with ``lead_id``, ``outcome`` and ``known_at``.
        as_of: Instant; what becomes known later is refused.
        progress: Who watches.

    Raises:
        SourceError: The file is not what it claims to be. Nothing was kept.
        ContractError: Columns are wrong or there are no rows. Nothing was kept.
    """
    from lead_scoring.core.records import Window
    from lead_scoring.io.sources import open_source
    from lead_scoring.pipelines.outcomes import load_outcomes as load

    with opened(use_case, progress) as work:

        def source(file: "UseCase") -> "LeadSource":
            return open_source(
                file,
                work.data,
                window=Window(),
                batch_rows=work.platform.batch_rows,
                location=location,
            )

        return load(
            work.use_case,
            location,
            parse(as_of),
            sources=source,
            staging=work.staging,
            snapshots=work.snapshot_files,
            reader=work.snapshots,
            loads=work.database,
            outcomes=work.database,
            progress=work.progress,
        )
