"""Every id and digest that is derived from content; their one home.

An id is made of what goes in and nothing else, so that a repeated run has the same one.
"""

import hashlib
import json
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from typing import Final

import pyarrow as pa

from lead_scoring.config.joins import JoinedSource
from lead_scoring.config.source import Source
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import Purpose
from lead_scoring.core.records import Window

ID_DIGITS: Final = 16
READING_RULES: Final = 1
"""Number of the rules by which text becomes values; raise it when their meaning changes."""

Part = str | int | float | bool | None | Sequence["Part"] | Mapping[str, "Part"]


def canonical(value: Part) -> str:
    """Return a value as JSON with sorted keys and no spaces: equal values, equal text.

    Raises:
        ValueError: The value holds a NaN or an infinity.

    >>> canonical({"b": 1, "a": [None, "x"]})
    '{"a":[null,"x"],"b":1}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(value: Part) -> str:
    """Return the SHA-256 of a value's canonical text, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def instant(moment: datetime | None) -> str | None:
    """Return an instant as ISO 8601 text in UTC, whatever offset it came with.

    Raises:
        ValueError: The instant has no time zone.
    """
    if moment is None:
        return None
    if moment.tzinfo is None:
        msg = f"instant without a time zone: {moment}"
        raise ValueError(msg)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def contract_digest(use_case: UseCase) -> str:
    """Return the digest of everything that decides how a source's rows are read.

    Where the source lies plays no part: the digest of its content stands for it. Nor does when
    a column is known, which changes no row.
    """
    return digest(
        {
            "rules": READING_RULES,
            "source": _reading(use_case.source),
            "lead": use_case.lead.model_dump(mode="json"),
            "outcome": use_case.outcome.model_dump(mode="json", exclude_none=True),
            "contract": use_case.contract.model_dump(
                mode="json",
                exclude={
                    "columns": {
                        name: {"known"} if column.written else {"known", "written"}
                        for name, column in use_case.contract.columns.items()
                    }
                },
            ),
        }
    )


def _reading(source: Source) -> Part:
    """Return how a source is read, without where it lies."""
    content = source.model_dump(mode="json")
    if isinstance(source, JoinedSource):
        return _without_locations(content)
    return {key: content.get(key) for key in ("kind", "delimiter", "encoding", "window")}


def _without_locations(content: Part) -> Part:
    if isinstance(content, Mapping):
        left = {key: value for key, value in content.items() if key != "location"}
        return {key: _without_locations(value) for key, value in left.items()}
    if isinstance(content, list):
        return [_without_locations(value) for value in content]
    return content


def load_id(use_case: str, purpose: Purpose, contract: str, source: str, window: Window) -> str:
    """Return the id of a load.

    Args:
        use_case: Name of the use case.
        purpose: What the load may be used for.
        contract: Digest of the contract.
        source: Digest of the source's content.
        window: Part of the source that was asked for.
    """
    bounds = [instant(window.start), instant(window.end)]
    return _id("load", [use_case, str(purpose), contract, source, bounds])


def batch_id(use_case: str, load: str, as_of: datetime, model_digest: str) -> str:
    """Return the id of a batch: one load scored at one instant by one model."""
    return _id("batch", [use_case, load, instant(as_of), model_digest])


def training_id(
    use_case: str,
    as_of: datetime,
    loads: Iterable[str],
    config: str,
    outcomes: Iterable[str] = (),
) -> str:
    """Return the id of a training; the order of the loads plays no part.

    Args:
        use_case: Name of the use case.
        as_of: Instant the training computes for.
        loads: Ids of the loads it reads.
        config: Digest of the part of the config it depends on.
        outcomes: What tells the files of outcomes it learns from apart.
    """
    parts: list[Part] = [use_case, instant(as_of), sorted(loads), config]
    files = sorted(outcomes)
    return _id("train", [*parts, files] if files else parts)


def decision_id(
    use_case: str, kind: DecisionKind, subject: str, as_of: datetime, *details: str
) -> str:
    """Return the id of a decision on ``subject``: a model version, a batch, a check or a load.

    Args:
        use_case: Name of the use case.
        kind: What was decided.
        subject: Version of the model, or id of what was decided on.
        as_of: Instant it was decided for.
        details: What else tells two decisions apart, such as who decided.
    """
    return _id("decision", [use_case, str(kind), subject, instant(as_of), list(details)])


def check_id(
    use_case: str,
    load: str,
    model_version: int | None,
    as_of: datetime,
    overrides: Iterable[OverrideKind] = (),
) -> str:
    """Return the id of a drift check of one load against one model version.

    Args:
        use_case: Name of the use case.
        load: Id of the load.
        model_version: The champion; ``None`` where there is none.
        as_of: Instant of the check.
        overrides: What people say against the verdict, in any order.
    """
    parts: list[Part] = [use_case, load, model_version, instant(as_of)]
    said = sorted(str(kind) for kind in overrides)
    return _id("check", [*parts, said] if said else parts)


def seed_of(load: str) -> int:
    """Return the seed of everything that is drawn when a load is checked, in [0, 2**64).

    Args:
        load: Id of the load.
    """
    return int(digest(load)[:16], 16)


class ContentDigest:
    """Digest of a snapshot's rows, fed batch by batch; how they are cut plays no part."""

    def __init__(self) -> None:
        self._numbers = hashlib.sha256()
        self._contents = hashlib.sha256()

    def update(self, row_numbers: pa.Array, contents: pa.Array) -> None:
        """Take in the next rows.

        Args:
            row_numbers: int64, shape (n_rows,), without missing values.
            contents: Digest of each row as text of fixed length, shape (n_rows,).
        """
        self._numbers.update(row_numbers.to_numpy(zero_copy_only=False).astype("<i8").tobytes())
        self._contents.update("".join(contents.to_pylist()).encode())

    def hexdigest(self) -> str:
        """Return the digest of all rows taken in so far, 64 hexadecimal digits."""
        return digest([self._numbers.hexdigest(), self._contents.hexdigest()])


def _id(kind: str, parts: Part) -> str:
    return f"{kind}_{digest(parts)[:ID_DIGITS]}"
