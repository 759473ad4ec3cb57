"""The imperative shell of the three pipelines: gather through ports, call core, apply through ports."""
