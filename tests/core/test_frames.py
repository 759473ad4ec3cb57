"""Instants and frames keep what the source says."""

import importlib
from datetime import UTC
from datetime import datetime

import pyarrow as pa


def test_the_offset_of_an_instant_is_not_dropped():
    """One o'clock in Paris is midnight UTC, whatever was imported before."""
    importlib.import_module("lead_scoring.core.contract")
    paris = datetime.fromisoformat("2024-01-10T01:00:00+01:00")
    instants = pa.array([paris], pa.timestamp("us", tz="UTC"))

    assert instants.to_pylist() == [datetime(2024, 1, 10, tzinfo=UTC)]
