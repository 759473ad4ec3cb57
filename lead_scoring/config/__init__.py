"""Pydantic models of ``configs/*.yaml``; imports pydantic and yaml only, so a DAG file may import it."""
