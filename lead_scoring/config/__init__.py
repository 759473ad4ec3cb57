"""Pydantic models of ``configs/*.yaml``; imports pydantic and yaml only."""
