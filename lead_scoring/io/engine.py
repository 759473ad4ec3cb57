"""The embedded engine for what does not fit in memory. The only module that imports duckdb."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from lead_scoring.io.scratch import scratch_folder


@contextmanager
def opened_engine(memory: int, folder: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine that keeps to its memory and spills to disk; gone when closed.

    Args:
        memory: Limit, MiB.
        folder: Where it spills to; a temporary folder of its own if absent.
    """
    settings: dict[str, Any] = {
        "memory_limit": f"{memory}MiB",
        "threads": 2,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with scratch_folder(folder) as spill:
        connection = duckdb.connect(
            ":memory:", config={**settings, "temp_directory": f"{spill}/spill"}
        )
        try:
            yield connection
        finally:
            connection.close()
