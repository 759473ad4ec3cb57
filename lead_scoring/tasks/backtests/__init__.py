"""Replays history through the real pipelines and puts training policies beside each other."""
