"""What this project adds to Airflow itself."""

from airflow.plugins_manager import AirflowPlugin

from lead_scoring_reports import DriftReportLink


class LeadScoringPlugin(AirflowPlugin):
    """Registers the link to the report of a drift check."""

    name = "lead_scoring"
    operator_extra_links = [DriftReportLink()]  # noqa: RUF012 as Airflow declares it
