"""Made-up sources, one module per use case: pure, seeded, as spoiled as the real ones."""
