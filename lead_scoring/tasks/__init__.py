"""One function per Airflow task: ids in, ids out. The only place that wires."""
