"""Sends alerts by Airflow's own notifiers; only DAG files import this module.

Servers and secrets stand in the connections ``lead_scoring_smtp`` and ``lead_scoring_slack``.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from airflow.sdk import BaseNotifier

from lead_scoring.config.alerts import AlertsConfig

if TYPE_CHECKING:
    from lead_scoring.core.alert import Alert

SMTP: Final = "lead_scoring_smtp"
SLACK: Final = "lead_scoring_slack"
SLACK_TIMEOUT: Final = 10
"""Seconds to wait for Slack."""


def send(alert: "Alert", alerts: AlertsConfig, context: Mapping[str, Any]) -> None:
    """Send an alert by every way the config names.

    A notifier that fails writes that to the log and raises nothing.

    Args:
        alert: What to tell.
        alerts: Whom to tell.
        context: Context of the task that sends.
    """
    # Notifiers render their texts; what the data says comes in as a value, never as a template.
    told = {
        "alert_subject": alert.subject,
        "alert_html": alert.as_html(),
        "alert_slack": alert.as_slack(),
    }
    for notifier in _notifiers(alerts):
        notifier({**context, **told})


def _notifiers(alerts: AlertsConfig) -> Iterator[BaseNotifier]:
    if alerts.email:
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        yield SmtpNotifier(
            to=list(alerts.email),
            subject="{{ alert_subject }}",
            html_content="{{ alert_html }}",
            smtp_conn_id=SMTP,
        )
    if alerts.slack:
        from airflow.providers.slack.notifications.slack_webhook import SlackWebhookNotifier

        yield SlackWebhookNotifier(
            slack_webhook_conn_id=SLACK, text="{{ alert_slack }}", timeout=SLACK_TIMEOUT
        )
