"""What training data looks like, in numbers that hold no row."""
