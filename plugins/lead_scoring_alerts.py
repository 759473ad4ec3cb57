"""Sends alerts by Airflow's own notifiers; only DAG files import this module.

Servers and secrets stand in the connections ``lead_scoring_smtp`` and ``lead_scoring_slack``.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from airflow.sdk import BaseNotifier

if TYPE_CHECKING:
    from lead_scoring.core.alert import Alert

EMAIL: Final = "email"
SMTP: Final = "lead_scoring_smtp"
SLACK: Final = "lead_scoring_slack"
SLACK_TIMEOUT: Final = 10
"""Seconds to wait for Slack."""
SENDING: Final = {
    "execution_timeout": timedelta(minutes=10),
    "retries": 1,
    "retry_delay": timedelta(seconds=30),
}
"""How a task that sends is tried; it must not keep a run waiting."""


def send(alert: "Alert", way: str, to: Sequence[str], context: Mapping[str, Any]) -> None:
    """Send an alert one way.

    Args:
        alert: What to tell.
        way: ``email`` or ``slack``.
        to: Addresses of an email.
        context: Context of the task that sends.

    Raises:
        AirflowException: The connection is not there, or the server did not take the message.
    """
    if way == EMAIL:
        mail(alert.subject, alert.as_html(), to, context)
    else:
        _slack()({**context, "alert_slack": alert.as_slack()})


def mail(subject: str, page: str, to: Sequence[str], context: Mapping[str, Any]) -> None:
    """Send a page as an email.

    Args:
        subject: One line.
        page: HTML.
        to: Addresses.
        context: Context of the task that sends.

    Raises:
        AirflowException: The connection is not there, or the server did not take the message.
    """
    # Notifiers render their texts; what the data says comes in as a value, never as a template.
    _email(to)({**context, "alert_subject": subject, "alert_html": page})


def tell_late(use_case: str, way: str, to: Sequence[str], context: Mapping[str, Any]) -> None:
    """Tell people one way that a run is late; Airflow calls it when a deadline passes.

    Args:
        use_case: Name of the use case.
        way: ``email`` or ``slack``.
        to: Addresses of an email.
        context: What Airflow says of the run and its deadline.

    Raises:
        AirflowException: The connection is not there, or the server did not take the message.
    """
    from lead_scoring.tasks.reports import compose_late_alert

    run, due = context["dag_run"], context["deadline"]["deadline_time"]
    name = f"{run['dag_id']} {run['dag_run_id']}"
    send(compose_late_alert(use_case, name, str(due)), way, to, context)


def _email(to: Sequence[str]) -> BaseNotifier:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    return SmtpNotifier(
        to=list(to),
        subject="{{ alert_subject }}",
        html_content="{{ alert_html }}",
        smtp_conn_id=SMTP,
    )


def _slack() -> BaseNotifier:
    from airflow.providers.slack.notifications.slack_webhook import SlackWebhookNotifier

    return SlackWebhookNotifier(
        slack_webhook_conn_id=SLACK, text="{{ alert_slack }}", timeout=SLACK_TIMEOUT
    )
