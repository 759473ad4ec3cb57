"""What a model card rests on: how a model did on the test window, in numbers."""
