"""Made-up sources, one module per use case: pure, seeded, of the shape of the real ones."""
