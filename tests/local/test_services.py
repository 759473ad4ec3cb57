"""Ports that are taken are told before anything starts."""

import socket

import pytest

from lead_scoring.errors import ConfigError
from lead_scoring.local.layout import Layout
from lead_scoring.local.services import check_ports
from lead_scoring.local.services import file_url


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_that_is_taken_is_named_with_the_way_out(tmp_path):
    """The message says which port, that nothing was started, and how to choose another."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])

        with pytest.raises(
            ConfigError, match=rf"MLflow.*{port}.*LEAD_SCORING_MLFLOW_PORT"
        ) as told:
            check_ports(Layout(tmp_path, free_port(), port))

    assert "Nothing was started" in str(told.value)


def test_free_ports_are_fine(tmp_path):
    """Nothing is raised where nobody listens."""
    check_ports(Layout(tmp_path, free_port(), free_port()))


def test_relative_database_files_are_below_the_home(tmp_path):
    """Relative SQLite files are placed; absolute ones and servers are left as they are."""
    assert file_url("sqlite:///database/a.db", tmp_path) == f"sqlite:///{tmp_path}/database/a.db"
    assert file_url("sqlite:////var/a.db", tmp_path) == "sqlite:////var/a.db"
    assert file_url("https://mlflow.example.org", tmp_path) == "https://mlflow.example.org"
