"""Adapters: the only code that touches files, SQL, MLflow and Evidently."""
