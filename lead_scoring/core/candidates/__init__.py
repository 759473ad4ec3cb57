"""The model families that compete, each with its encoder inside: one module per family."""
