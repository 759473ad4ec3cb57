"""``lead-scoring serve``: the REST service and the console."""

import ipaddress
import logging
import secrets
import socket
from typing import Annotated

import typer

from lead_scoring.errors import ConfigError
from lead_scoring.service.settings import MOST_BYTES
from lead_scoring.service.settings import MOST_ROWS
from lead_scoring.service.settings import RATE

LOOPBACK = "127.0.0.1"
PORT = 8090
BACKLOG = 2_048
"""Connections that may wait to be taken."""


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = LOOPBACK,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any free one.")] = PORT,
    rate: Annotated[
        str, typer.Option(help="Requests of one key, such as 200/second or 6000/minute.")
    ] = RATE,
    max_leads: Annotated[int, typer.Option(min=1, help="Leads of one request.")] = MOST_ROWS,
    max_bytes: Annotated[int, typer.Option(min=1, help="Bytes of a body.")] = MOST_BYTES,
    interval: Annotated[
        float, typer.Option(min=0.1, help="Seconds between two looks at who is champion.")
    ] = 2.0,
) -> None:
    """Serve scores over HTTP, and the console; every route but /health asks for a key.

    It listens on this machine alone. To open it to others, put a proxy with TLS before it; a
    `--host` beyond this machine is taken only where at least one key exists.
    """
    import uvicorn

    from lead_scoring.service.app import service_app
    from lead_scoring.service.settings import ServiceLimits
    from lead_scoring.service.settings import Settings
    from lead_scoring.tasks.keys import list_keys

    keys = [key for key in list_keys() if key.revoked_at is None]
    if not keys and not _is_loopback(host):
        msg = (
            f"--host {host} opens the service to others, and there is no key: make one with"
            " `lead-scoring keys add NAME --scope score`; nothing was started"
        )
        raise ConfigError(msg)
    limits = ServiceLimits(rate, max_leads, max_bytes)
    app = service_app(Settings(limits, interval), secrets.token_urlsafe(32))
    with _listening(host, port) as listening:
        address = f"http://{host}:{listening.getsockname()[1]}"
        typer.echo(f"REST service {address}/v1, console {address}/console")
        if not keys:
            typer.echo(
                "There is no key yet: lead-scoring keys add NAME --scope read --scope score"
            )
        _log()
        config = uvicorn.Config(app, access_log=False, server_header=False, log_level="warning")
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        ConfigError: The address is taken, or not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        msg = (
            f"cannot listen on {host}, port {port}: {error.strerror or error}; give another"
            " --port or --host. Nothing was started"
        )
        raise ConfigError(msg) from error


def _log() -> None:
    """Write what the service has to say to the standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("lead_scoring")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
