"""Chunks of rows a model of two outcomes was judged on."""

from lead_scoring.core.performance import chunk_positions
from lead_scoring.core.performance import measure


def chunk_performance(probabilities, outcomes):
    """Cut rows into chunks and measure each."""
    return tuple(
        measure(probabilities[part], outcomes[part]) for part in chunk_positions(len(outcomes))
    )
