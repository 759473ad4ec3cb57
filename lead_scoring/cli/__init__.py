"""The command ``lead-scoring``."""

from lead_scoring.cli.main import app

__all__ = ["app"]
