"""The files of a snapshot: Parquet parts with page checksums and a manifest, written last."""

import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from lead_scoring.core.identity import ContentDigest
from lead_scoring.core.records import Snapshot
from lead_scoring.core.schema import CONTENT
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.errors import IntegrityError
from lead_scoring.io.storage import UNFINISHED
from lead_scoring.io.storage import Folder
from lead_scoring.io.storage import HashingFile

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
ROWS_PER_GROUP: Final = 32_768
ROWS_PER_PART: Final = 32 * ROWS_PER_GROUP


@dataclass(frozen=True, slots=True)
class PartFile:
    """A Parquet file of a snapshot and the digest that guards it."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds; the snapshot is complete once its manifest is there.

    Attributes:
        rows: Rows of all parts together.
        counts: Rows read, accepted, quarantined and duplicate.
        columns: Name and Arrow type of each column.
        content_digest: Digest of the rows, whatever the files' layout.
    """

    use_case: str
    load_id: str
    rows: int
    counts: Mapping[str, int]
    columns: tuple[tuple[str, str], ...]
    content_digest: str
    files: tuple[PartFile, ...]
    format: int = FORMAT


def read_manifest(folder: Folder) -> Manifest | None:
    """Return a snapshot's manifest, or ``None`` where there is no complete snapshot.

    Raises:
        IntegrityError: The manifest is there and cannot be understood.
    """
    try:
        content = json.loads(folder.read_bytes(MANIFEST))
        files = tuple(PartFile(**file) for file in content.pop("files"))
        columns = tuple((name, kind) for name, kind in content.pop("columns"))
        return Manifest(**content, files=files, columns=columns)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as error:
        msg = f"{folder.url}/{MANIFEST} is damaged ({error}); restore it or load the source again"
        raise IntegrityError(msg) from error


class SnapshotFiles:
    """Writes snapshots below a storage folder."""

    def __init__(self, storage: str) -> None:
        self._storage = Folder(storage)

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
        """Write the accepted rows of a load; the same rows give the same bytes.

        Args:
            use_case: Name of the use case.
            load_id: The load.
            schema: Schema of the batches, with the column ``content`` that is not kept.
            batches: Gives the rows in row order, cut anyhow; may be called twice.
            counts: Rows read, accepted, quarantined and duplicate, for the manifest.
            on_step: Called with the name of each durable action before it is done.

        Raises:
            IntegrityError: A snapshot of this load is there with other content; it is left as is.
        """
        folder = self._storage.child(use_case, "snapshots", load_id)
        there = read_manifest(folder)
        if there is not None:
            _check_same(folder, there, batches())
            if all(_is_whole(folder, part) for part in there.files):
                _remove_strays(folder, there.files)
                return Snapshot(folder.url, there.rows, there.content_digest)
        digest = ContentDigest()
        kept = pa.schema([field for field in schema if field.name != CONTENT])
        files = tuple(
            _write_parts(folder, kept, _regrouped(_digested(batches(), digest), kept), on_step)
        )
        manifest = Manifest(
            use_case=use_case,
            load_id=load_id,
            rows=sum(file.rows for file in files),
            counts=counts,
            columns=tuple((field.name, str(field.type)) for field in kept),
            content_digest=digest.hexdigest(),
            files=files,
        )
        on_step("write_manifest")
        text = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False)
        folder.write_bytes(MANIFEST, text.encode())
        _remove_strays(folder, files)
        return Snapshot(folder.url, manifest.rows, manifest.content_digest)


def _check_same(folder: Folder, there: Manifest, batches: Iterable[pa.RecordBatch]) -> None:
    digest = ContentDigest()
    for _ in _digested(batches, digest):
        pass
    if there.content_digest != digest.hexdigest():
        msg = (
            f"{folder.url} holds a snapshot with content {there.content_digest[:12]}, and this"
            f" load came out as {digest.hexdigest()[:12]}: a snapshot is never changed;"
            " remove the folder if it is known to be wrong"
        )
        raise IntegrityError(msg)


def _is_whole(folder: Folder, part: PartFile) -> bool:
    return part.name in folder.names() and folder.sha256(part.name) == part.sha256


def _digested(
    batches: Iterable[pa.RecordBatch], digest: ContentDigest
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        digest.update(batch.column(ROW_NUMBER), batch.column(CONTENT))
        yield batch.drop_columns([CONTENT])


def _regrouped(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Cut rows into groups of equal size, so that a snapshot's bytes depend on its rows alone."""
    waiting = schema.empty_table()
    for batch in batches:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while waiting.num_rows >= ROWS_PER_GROUP:
            yield waiting.slice(0, ROWS_PER_GROUP).combine_chunks()
            waiting = waiting.slice(ROWS_PER_GROUP)
    if waiting.num_rows:
        yield waiting.combine_chunks()


def _write_parts(
    folder: Folder,
    schema: pa.Schema,
    groups: Iterator[pa.Table],
    on_step: Callable[[str], None],
) -> Iterator[PartFile]:
    number, group = 0, next(groups, schema.empty_table())
    while group is not None:
        name = f"part-{number:05d}.parquet"
        on_step(f"write_part_{number:05d}")
        rows = 0
        with folder.writing(name) as file:
            hashed = HashingFile(file)
            sink = pa.PythonFile(hashed, mode="w")
            with pq.ParquetWriter(sink, schema, **_PARQUET) as writer:
                while group is not None and rows < ROWS_PER_PART:
                    writer.write_table(group, row_group_size=ROWS_PER_GROUP)
                    rows += group.num_rows
                    group = next(groups, None)
        yield PartFile(name, rows, hashed.size, hashed.hexdigest())
        number += 1


_PARQUET: Final = {"compression": "zstd", "write_page_checksum": True, "version": "2.6"}


def _remove_strays(folder: Folder, files: tuple[PartFile, ...]) -> None:
    """Remove what runs that were killed left behind."""
    named = {MANIFEST, *(file.name for file in files)}
    for name in folder.names():
        stray = name.endswith((UNFINISHED, ".parquet"))
        if stray and name not in named:
            folder.remove(name)
