"""Pages for the people who call leads and for those who answer for models.

The same pages run inside Airflow and from ``lead-scoring serve``; who somebody is and what they
may do is handed in, see `lead_scoring.service.console.access`.
"""
