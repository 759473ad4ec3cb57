"""Sends alerts by Airflow's own notifiers; only DAG files import this module.

Servers and secrets stand in the connections ``lead_scoring_smtp`` and ``lead_scoring_slack``.
"""

from collections.abc import Mapping
from collections.abc import Sequence
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
    # Notifiers render their texts; what the data says comes in as a value, never as a template.
    told = {
        "alert_subject": alert.subject,
        "alert_html": alert.as_html(),
        "alert_slack": alert.as_slack(),
    }
    notifier = _email(to) if way == EMAIL else _slack()
    notifier({**context, **told})


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
