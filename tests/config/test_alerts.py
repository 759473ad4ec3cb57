"""Whom a use case alerts, and where people open MLflow."""

import pytest
from pydantic import ValidationError

from lead_scoring.config.alerts import AlertsConfig
from lead_scoring.config.platform import Platform


def test_nobody_is_told_by_default():
    """A use case that names nobody has no way to tell."""
    assert AlertsConfig().ways == ()


def test_each_way_that_is_named_is_one():
    """Addresses are one way, the webhook is another."""
    assert AlertsConfig(email=("ada@example.org",), slack=True).ways == ("email", "slack")


@pytest.mark.parametrize(
    "given",
    [
        {"email": ["ada"]},
        {"email": ["ada@example.org, bob@example.org"]},
        {"email": ["ada@example.org\nBcc: eve@example.org"]},
        {"email": ["{{ conn.db.password }}@example.org"]},
        {"stale_after": "6h"},
        {"email": ["ada@example.org"], "stale_after": "0m"},
        {"on": []},
        {"on": ["everything"]},
        {"slack": "https://hooks.slack.com/services/T0/B0/secret"},
    ],
)
def test_what_is_no_address_or_no_alert_is_refused(given):
    """Neither lists, headers, templates nor secrets pass as an address or a switch."""
    with pytest.raises(ValidationError):
        AlertsConfig.model_validate(given)


@pytest.mark.parametrize("address", ["mlflow:5000", "ftp://mlflow", "http://ada:secret@mlflow"])
def test_address_of_mlflow_is_one_a_browser_opens_and_holds_no_password(address):
    """The address is shown to people."""
    with pytest.raises(ValidationError):
        Platform(mlflow_url=address)
