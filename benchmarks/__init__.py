"""What ``make bench`` runs; its table is kept in docs/BENCHMARKS.md."""
