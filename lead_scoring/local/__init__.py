"""Airflow and MLflow as processes of this machine, and the demonstration that runs on them."""
