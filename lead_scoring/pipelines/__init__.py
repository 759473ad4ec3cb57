"""The imperative shell: gather through ports, call core, apply through ports."""
