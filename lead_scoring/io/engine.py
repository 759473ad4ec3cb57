"""The embedded engine for what does not fit in memory. The only module that imports duckdb."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb


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
    with tempfile.TemporaryDirectory(prefix="lead-scoring-", dir=folder) as spill:
        connection = duckdb.connect(
            ":memory:", config={**settings, "temp_directory": f"{spill}/spill"}
        )
        try:
            yield connection
        finally:
            connection.close()
