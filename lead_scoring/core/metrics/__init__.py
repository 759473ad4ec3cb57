"""Metrics by the kind of outcome, each a record with its direction and words."""
