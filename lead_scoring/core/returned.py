"""Outcomes that files brought back, and which of them stand beside a source's own.

Of two outcomes of a lead that are the same, the earlier instant stands: it was known then. Of two
that differ, the one that became known later stands; of the same instant, the source's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lead_scoring.core.identity import digest
from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.records import Load
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import OUTCOME

PLACE: Final = "place"
"""Column of what files say about rows: which row, from 0."""
Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """The load of a file of outcomes.

    Attributes:
        load: The load; its snapshot is the file.
        refused: Numbers of the rows that could not stand beside what was known, ascending.
    """

    load: Load
    refused: tuple[int, ...] = ()

    @property
    def identity(self) -> str:
        """What tells it from others: the load's id, and a digest of the refused rows, if any."""
        if not self.refused:
            return self.load.load_id
        return f"{self.load.load_id}:{digest(list(self.refused))}"


@dataclass(frozen=True, slots=True)
class ReturnedOutcomes:
    """The files of outcomes that are known at an instant.

    Attributes:
        as_of: The instant, UTC; rows whose outcome becomes known later do not exist.
        files: Oldest first.
        window: Time after its creation in which a lead converts, or does not; ``None`` where
            outcomes have no window.
    """

    as_of: datetime
    files: tuple[ReturnedFile, ...] = ()
    window: timedelta | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """What a training depends on that learns from them."""
        return tuple(file.identity for file in self.files)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many outcomes of files stand.

    Attributes:
        filled: The source has none that is known.
        overruled: The source has another one, known earlier.
        contradicting: Outcomes that do not stand, because the source's other one is not older.
    """

    filled: int = 0
    overruled: int = 0
    contradicting: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        """Return the sums."""
        return Taken(*(one + two for one, two in zip(self, other, strict=True)))

    def __iter__(self) -> Iterator[int]:
        """Iterate over the counts."""
        return iter((self.filled, self.overruled, self.contradicting))


def with_returned(
    rows: pa.RecordBatch,
    returned: pa.RecordBatch,
    since: datetime,
    as_of: datetime,
    window: timedelta | None = None,
) -> tuple[pa.RecordBatch, Taken]:
    """Return rows of a snapshot with the outcomes that stand at ``as_of``.

    Args:
        rows: Rows with ``outcome`` and ``known_at``, and where there is a ``window`` with
            ``created_at``.
        returned: `PLACE` of a row, int64, and the ``outcome`` and ``known_at`` that a file has
            for it, at or before ``as_of``; each place once at most.
        since: When the snapshot was loaded, UTC: outcomes without an instant are known since.
        as_of: Instant, UTC.
        window: A conversion that becomes known later than so long after the creation is none; it
            is a 0 known then.
    """
    place = returned.column(PLACE).to_numpy()
    said, moment = _numbers(returned, OUTCOME), _instants(returned, KNOWN_AT)
    if window is not None:
        due = _instants(rows, CREATED_AT)[place] + np.timedelta64(window)
        late = moment > due
        said, moment = np.where(late, 0.0, said), np.where(late, due, moment)

    outcomes, instants = _numbers(rows, OUTCOME), _instants(rows, KNOWN_AT)
    own, known = outcomes[place], instants[place]
    there = ~np.isnan(own) & ~(known > _utc(as_of))
    same = own == said
    earlier = same & (moment < known)
    newer = moment > np.where(np.isnat(known), _utc(since), known)
    taken = earlier | ~there & ~same | there & ~same & newer
    outcomes[place[taken]], instants[place[taken]] = said[taken], moment[taken]
    counts = Taken(
        filled=int((taken & ~there).sum()),
        overruled=int((taken & there & ~same).sum()),
        contradicting=int((there & ~same & ~newer).sum()),
    )
    stands = {
        OUTCOME: pa.array(outcomes, pa.float64(), from_pandas=True),
        KNOWN_AT: pa.array(instants).cast(INSTANT),
    }
    arrays = [stands.get(name, rows.column(name)) for name in rows.schema.names]
    return pa.RecordBatch.from_arrays(arrays, schema=rows.schema), counts


def _numbers(rows: pa.RecordBatch, name: str) -> npt.NDArray[np.float64]:
    """Return a column as an array of its own, NaN where there is nothing."""
    return np.array(rows.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)


def _instants(rows: pa.RecordBatch, name: str) -> Instants:
    values = rows.column(name).cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return np.array(values, dtype="datetime64[us]")


def _utc(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")
