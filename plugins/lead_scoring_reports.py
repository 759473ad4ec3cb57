"""The task that draws the report of a drift check, and the link that opens it."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk import BaseOperatorLink
from airflow.sdk import XComArg
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.exceptions import AirflowSkipException


class DriftReportLink(BaseOperatorLink):
    """Opens the report that a task has drawn; leads nowhere where there was nothing to draw."""

    name = "Drift report"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:  # noqa: ARG002 as declared
        """Return what the task returned."""
        address = BaseXCom.get_value(ti_key=ti_key, key=BaseXCom.XCOM_RETURN_KEY)
        return str(address or "")


class DriftReportOperator(BaseOperator):
    """Draws the report of a drift check and returns its address.

    Args:
        use_case: Name of the use case.
        check: What the task ``check_drift`` returned.
    """

    template_fields = ("check",)
    operator_extra_links = (DriftReportLink(),)

    def __init__(self, *, use_case: str, check: XComArg, **given: Any) -> None:
        super().__init__(**given)
        self.use_case = use_case
        self.check: Any = check

    def execute(self, context: Mapping[str, Any]) -> str:  # noqa: ARG002 the base class passes it
        """Draw the report.

        Raises:
            AirflowSkipException: There is no check, or nothing was compared.
        """
        if not self.check:
            msg = "there is no drift check, so there is nothing to draw"
            raise AirflowSkipException(msg)
        from lead_scoring.tasks import reports

        address = reports.report_drift(self.use_case, self.check["check_id"])
        if address is None:
            msg = f"{self.check['check_id']}: no rows were compared, so there is nothing to draw"
            raise AirflowSkipException(msg)
        self.log.info("drift report: %s", address)
        return address
