"""What loading needs from outside, as small Protocols; ``io`` implements them."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import pyarrow as pa

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.dispositions import Tally
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.records import Snapshot
from lead_scoring.core.rows import RawRows


class LeadSource(Protocol):
    """Rows of one source, read once; see `RawRows`."""

    @property
    def name(self) -> str:
        """Where the rows come from, without secrets."""

    @property
    def digest(self) -> str:
        """Digest of the content, once all rows were read."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looked odd and is no fault, once all rows were read."""

    def batches(self) -> Iterator[RawRows]:
        """Yield the rows in order; at least one batch, which may be empty.

        Raises:
            SourceError: The source is not what it claims to be.
            SourceChangedError: It changed while it was read.
        """


class Stage(Protocol):
    """Where the rows of one load wait until all of them were seen."""

    @property
    def schema(self) -> pa.Schema:
        """Schema of the accepted rows."""

    def add(self, leads: pa.RecordBatch, raw: RawRows) -> None:
        """Stage rows that no rule refused so far, as leads and as they came."""

    def refuse(self, rows: Sequence[QuarantinedRow]) -> None:
        """Stage refused rows."""

    def settle(self, tally: Tally) -> None:
        """Find rows that stand more than once; counts of what is refused go to ``tally``."""

    def counts(self) -> dict[str, int]:
        """Return rows ``accepted``, ``quarantined`` and ``duplicate``, after `settle`."""

    def accepted(self) -> Iterator[pa.RecordBatch]:
        """Yield the accepted rows in row order, as often as asked."""

    def quarantined(self) -> Iterator[QuarantinedRow]:
        """Yield the refused rows in row order."""


class Staging(Protocol):
    """Opens stages."""

    def opened(self, use_case: UseCase) -> AbstractContextManager[Stage]:
        """Open an empty stage; it is gone when closed."""


class SnapshotWriter(Protocol):
    """Writes snapshots."""

    def write_snapshot(
        self,
        use_case: str,
        load_id: str,
        *,
        schema: pa.Schema,
        batches: Callable[[], Iterable[pa.RecordBatch]],
        counts: Mapping[str, int],
        on_step: Callable[[str], None],
    ) -> Snapshot:
        """Write the accepted rows of a load, whole or not at all; the same rows, the same bytes.

        ``on_step`` is called with the name of each durable action before it is done.
        """


class OutcomeStore(Protocol):
    """Outcomes in the platform database."""

    def save_outcomes(
        self, use_case: str, load_id: str, outcomes: Iterable[pa.RecordBatch]
    ) -> int:
        """Upsert ``lead_id``, ``outcome``, ``known_at`` in one transaction; return rows.

        Of several classes ``outcome_class`` comes too: what the class is called.
        """
